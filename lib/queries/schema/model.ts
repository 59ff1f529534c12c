/** What a schema says of tables, whatever its dialect. Names are as they are written, and found whatever their case. */

export interface TableColumn {
  name: string;
  /** In small letters, without its length: `int4`, `varchar`, `timestamptz`, `bigint unsigned`. */
  type: string;
  /** `(10,2)`, or empty. */
  typeArguments: string;
  isArray: boolean;
  notNull: boolean;
}

export interface IndexKey {
  /** Undefined: an expression. */
  column?: string;
  /** As it is written. */
  text: string;
  descending: boolean;
  /** `text_pattern_ops`, `NOCASE`: what it compares by, when it is said. */
  comparedBy?: string;
}

export interface TableIndex {
  name?: string;
  keys: IndexKey[];
  include: string[];
  unique: boolean;
  /** `btree`, `hash`, `gin`, `fulltext`, ... */
  method: string;
  /** The condition of a partial index, as it is written. */
  where?: string;
}

export interface Table {
  name: string;
  columns: TableColumn[];
  /** The primary key is the first of the unique ones. */
  indexes: TableIndex[];
}

export interface Schema {
  /** By name in small letters. */
  tables: Map<string, Table>;
  /** The labels of enumerated types, by name in small letters. */
  enums: Map<string, string[]>;
  /** What domains stand for, likewise. */
  domains: Map<string, string>;
  /** What was not read: `CREATE FUNCTION`, `COPY`, ... */
  passedOver: string[];
}

export const sameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

export const tableIn = (schema: Schema | undefined, name: string): Table | undefined =>
  schema?.tables.get(name.toLowerCase());

export const columnIn = (table: Table | undefined, name: string): TableColumn | undefined =>
  table?.columns.find((column) => sameName(column.name, name));
