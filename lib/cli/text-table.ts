import { shortened, widthOf } from './fit.ts';

export type Column = 'left' | 'right';

export interface Fit {
  /** What the table should not exceed. */
  width: number;
  /** Columns that may go, in this order, until the rest fits. */
  drop?: readonly number[];
  /** The column that is cut where even that does not do. Its cells must be without colours. */
  shorten?: number;
}

const indent = '  ';
const gap = '  ';
const shortest = 8;

/** Rows of text under each other. Colours inside of cells do not shift what follows. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[], fit?: Fit): string[] {
  const widths = columns.map((_, column) => Math.max(0, ...rows.map((row) => widthOf(row[column] ?? ''))));
  const kept = fit === undefined ? new Set(columns.keys()) : fitInto(widths, fit);
  return rows.map((row) => {
    const cells = [...kept].map((column) => {
      const width = widths[column] ?? 0;
      const whole = row[column] ?? '';
      const cell = widthOf(whole) > width ? shortened(whole, width) : whole;
      const padding = ' '.repeat(width - widthOf(cell));
      return columns[column] === 'left' ? cell + padding : padding + cell;
    });
    return indent + cells.join(gap).trimEnd();
  });
}

/** Narrows the widths. @returns the columns that stay */
function fitInto(widths: number[], { width, drop = [], shorten }: Fit): Set<number> {
  const kept = new Set(widths.keys());
  const excess = (): number =>
    indent.length + [...kept].reduce((sum, column) => sum + (widths[column] ?? 0) + gap.length, -gap.length) - width;
  for (const column of drop) if (excess() > 0) kept.delete(column);
  if (shorten !== undefined && excess() > 0) {
    widths[shorten] = Math.min(widths[shorten] ?? 0, Math.max(shortest, (widths[shorten] ?? 0) - excess()));
  }
  return kept;
}
