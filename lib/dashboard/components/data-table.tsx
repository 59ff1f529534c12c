import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icon.tsx';

export interface Column<Row> {
  header: string;
  cell: (row: Row) => ComponentChildren;
  /** What rows are sorted by when the reader asks for it; absent: they are not by this column. Undefined values come last. */
  sortBy?: (row: Row) => number | string | undefined;
  /** `number`: at the right, in figures of one width. */
  kind?: 'text' | 'number';
}

interface DataTableProps<Row> {
  /** What it holds, for who cannot see it. */
  caption: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** By which column it is sorted at first, by its header, and how; else as the rows come. */
  sorted?: { by: string; descending: boolean };
}

/** It scrolls by itself where it is wider than the page. */
export function DataTable<Row>({ caption, columns, rows, rowKey, sorted }: DataTableProps<Row>) {
  const [order, setOrder] = useState(sorted);
  const sortBy = columns.find(({ header }) => header === order?.by)?.sortBy;
  const ordered = sortBy === undefined ? rows : sortedRows(rows, sortBy, order?.descending ?? false);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
    <section class="scroll" aria-label={caption} tabIndex={0}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ header, kind, sortBy: canSort }) => {
              const isOrder = order?.by === header;
              const direction = order?.descending ? 'descending' : 'ascending';
              const next = { by: header, descending: isOrder ? !order.descending : kind === 'number' };
              return (
                <th key={header} scope="col" class={kind} aria-sort={isOrder ? direction : undefined}>
                  {canSort === undefined ? (
                    header
                  ) : (
                    <button type="button" onClick={() => setOrder(next)}>
                      {header}
                      {isOrder && <Icon name={order.descending ? 'down' : 'up'} />}
                    </button>
                  )}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {ordered.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map(({ header, kind, cell }) => (
                <td key={header} class={kind}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function sortedRows<Row>(
  rows: readonly Row[],
  sortBy: NonNullable<Column<Row>['sortBy']>,
  descending: boolean,
): readonly Row[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((left, right) => {
    const [a, b] = [sortBy(left), sortBy(right)];
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    return sign * (typeof a === 'string' ? a.localeCompare(String(b)) : a - Number(b));
  });
}
