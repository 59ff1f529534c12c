import type { QueryStatistics, TableStatistics } from '../../contracts/query-analyses.ts';
import { columnIn, type Schema, sameName, type Table, type TableIndex } from '../schema/model.ts';
import type { PredicateKind } from '../sql/predicates.ts';
import type { Literal } from '../sql/tree.ts';
import { plannedColumn, plannedType } from './columns.ts';
import { identifier } from './sql-text.ts';
import type { PlannedColumn, PlannedIndex, PlannedTable } from './task.ts';

/** Of a table of which no size was given. */
export const assumedRows = 100_000;

const pageBytes = 8192;
/** Of a row and of an entry of an index, beside their values. */
const overheadBytes = { row: 28, entry: 16 } as const;
/** Pages of an index are filled so far. */
const fill = 0.9;

export const statisticsOf = (table: string, statistics: QueryStatistics | undefined): TableStatistics | undefined =>
  Object.entries(statistics?.tables ?? {}).find(([name]) => sameName(name.split('.').at(-1) ?? '', table))?.[1];

/** How the planner is to know a table: from its model, never from the text that it was read from. */
export function plannedTable(
  table: Table,
  schema: Schema,
  statistics: QueryStatistics | undefined,
  spelling: (name: string) => string,
): PlannedTable {
  const given = statisticsOf(table.name, statistics);
  const rows = given?.rows ?? assumedRows;
  const columns = table.columns.map((column) => ({
    ...plannedColumn(column, table, given, schema),
    name: spelling(column.name),
  }));
  const rowBytes =
    given?.avgRowBytes ?? overheadBytes.row + columns.reduce((sum, { widthBytes }) => sum + widthBytes, 0);
  const name = spelling(table.name);
  const definitions = table.columns.map(
    (column) =>
      `${identifier(spelling(column.name))} ${plannedType(column, schema).name}${column.notNull ? ' NOT NULL' : ''}`,
  );
  const planned: PlannedTable = {
    name,
    statements: [`CREATE TABLE ${identifier(name)} (${definitions.join(', ')})`],
    rows,
    pages: Math.ceil((rows * rowBytes) / pageBytes),
    columns,
    indexes: [],
  };
  planned.indexes = table.indexes.flatMap((index, at) => existingIndex(index, at, table, planned, spelling));
  return planned;
}

/** Expressions and conditions are taken as they are written, for a grammar to make sure of; other methods are left out. */
function existingIndex(
  index: TableIndex,
  at: number,
  table: Table,
  planned: PlannedTable,
  spelling: (name: string) => string,
): PlannedIndex[] {
  if (index.method !== 'btree' && index.method !== 'hash') return [];
  if (index.keys.some(({ column }) => column !== undefined && columnIn(table, column) === undefined)) return [];
  const keys = index.keys.map(({ column, text, descending, comparedBy }) => {
    const key = column === undefined ? `(${text})` : identifier(spelling(column));
    const operators = comparedBy !== undefined && /_ops$/.test(comparedBy) ? ` ${comparedBy}` : '';
    return `${key}${operators}${descending ? ' DESC' : ''}`;
  });
  const include =
    index.include.length === 0
      ? ''
      : ` INCLUDE (${index.include.map((each) => identifier(spelling(each))).join(', ')})`;
  const where = index.where === undefined ? '' : ` WHERE ${index.where}`;
  const name = `existing_${planned.name}_${at}`;
  const columns = [...index.keys.map(({ column }) => column ?? ''), ...index.include].map(spelling);
  return [
    sized(
      {
        name,
        statement: `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${identifier(name)} ON ${identifier(planned.name)} USING ${index.method} (${keys.join(', ')})${include}${where}`,
        rowShare: index.where === undefined ? 1 : 0.1,
      },
      columns,
      planned,
      index.keys.map(({ column, text }) => (column === undefined ? text : undefined)),
    ),
  ];
}

/**
 * @param columns that each entry holds; an expression is one of no name
 * @param expressions of the keys that are ones, as they are written, each at its place
 */
export function sized(
  index: Pick<PlannedIndex, 'name' | 'statement' | 'rowShare'>,
  columns: readonly string[],
  table: PlannedTable,
  expressions: readonly (string | undefined)[],
): PlannedIndex {
  const widthOf = (name: string): number => table.columns.find((column) => column.name === name)?.widthBytes ?? 16;
  const entryBytes = overheadBytes.entry + columns.reduce((sum, name) => sum + widthOf(name), 0);
  const rows = Math.max(0, Math.round(table.rows * index.rowShare));
  return {
    ...index,
    rows,
    pages: Math.max(2, Math.ceil((rows * entryBytes) / (pageBytes * fill))),
    expressions: expressions.flatMap((text, at) =>
      text === undefined ? [] : [{ number: at + 1, ...valuesOf(text, table) }],
    ),
  };
}

/** An expression has about as many values as its column. What it takes from documents, nobody knows. */
function valuesOf(text: string, { columns }: PlannedTable): Omit<PlannedIndex['expressions'][number], 'number'> {
  const words = new Set(text.toLowerCase().split(/[^\p{L}\p{N}_$]+/u));
  const column = columns.find(({ name }) => words.has(name.toLowerCase()));
  if (column === undefined || /->|#>|json/i.test(text)) return { nullFraction: 0.1, widthBytes: 16, distinct: -0.1 };
  const { nullFraction, widthBytes, distinct } = column;
  return { nullFraction, widthBytes, distinct };
}

/** What share of the rows fulfils a condition of a partial index, from what is known of its column. */
export function shareOf(kind: PredicateKind, column: PlannedColumn | undefined, value: Literal | undefined): number {
  if (column === undefined) return 0.1;
  if (kind === 'null') return column.nullFraction;
  const wanted = kind === 'true' || kind === 'false' ? kind === 'true' : value;
  const isWanted = (known: string): boolean =>
    typeof wanted === 'boolean' ? /^(t|true|1)$/i.test(known) === wanted : known === String(wanted);
  const common = column.mostCommon.find((each) => isWanted(each.value));
  if (common !== undefined) return common.fraction;
  return column.distinct > 0 ? 1 / column.distinct : 0.1;
}
