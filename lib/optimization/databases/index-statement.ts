import { canonicalJson } from '../../platform/canonical-json.ts';
import { DomainError } from '../../platform/errors.ts';
import { quoted } from '../../queries/rules/names.ts';
import { Cursor, nameOf, splitAt } from '../../queries/schema/cursor.ts';
import type { TableIndex } from '../../queries/schema/model.ts';
import { readCreateIndex } from '../../queries/schema/read-index.ts';
import { tokensOf } from '../../queries/sql/tokens.ts';

export type IndexDialect = 'sqlite' | 'postgresql';

/** One `CREATE INDEX`, taken apart: what is run is made of these parts and never of a text as somebody gave it. */
export interface IndexStatement {
  dialect: IndexDialect;
  name: string;
  /** Of PostgreSQL. Undefined: by the search path. */
  schema: string | undefined;
  table: string;
  index: TableIndex;
  /** From the table on: `orders (customer_id) WHERE ...`. */
  definition: string;
}

/** @throws DomainError invalid-request when it is not exactly one statement that creates an index with a name */
export function readIndexStatement(text: string, dialect: IndexDialect): IndexStatement {
  const tokens = tokensOf(text, dialect);
  const [statement = [], ...others] = splitAt(';', tokens);
  const refused = (why: string) => new DomainError('invalid-request', `Not run: ${why}: ${text.slice(0, 200)}`);
  if (others.length > 0) throw refused('it is more than one statement');
  const cursor = new Cursor(statement, dialect);
  const read = cursor.take('create', 'index') ? readCreateIndex(cursor, text, false) : undefined;
  if (read?.index.name === undefined) throw refused('it does not create an index');
  const at = statement.findIndex((token) => token.kind === 'word' && token.text.toLowerCase() === 'on');
  const place = at + (statement[at + 1]?.text.toLowerCase() === 'only' ? 2 : 1);
  const table = statement[place];
  const last = statement.at(-1);
  const isQualified = statement[place + 1]?.text === '.';
  return {
    dialect,
    name: read.index.name,
    schema: isQualified ? nameOf(table, dialect) : undefined,
    table: read.table,
    index: read.index,
    definition: text.slice(table?.offset ?? 0, (last?.offset ?? 0) + (last?.length ?? 0)),
  };
}

/** As it is run: it comes to nothing where an index of this name is there already. PostgreSQL builds it beside its other work. */
export const createText = ({ dialect, name, definition }: IndexStatement): string =>
  `CREATE INDEX ${dialect === 'postgresql' ? 'CONCURRENTLY ' : ''}IF NOT EXISTS ${quoted(name, dialect)} ON ${definition}`;

export const dropText = (statement: IndexStatement): string =>
  `DROP INDEX ${statement.dialect === 'postgresql' ? 'CONCURRENTLY ' : ''}IF EXISTS ${qualified(statement, statement.name)}`;

/** The name, with the schema where there is one. */
export const qualified = ({ dialect, schema }: IndexStatement, name: string): string =>
  `${schema === undefined ? '' : `${quoted(schema, dialect)}.`}${quoted(name, dialect)}`;

/**
 * Whether both stand for the same index. A database spells what it was given in its own way, PostgreSQL with casts and parentheses that
 * nobody wrote, so those are passed over.
 */
export const isSameIndex = (a: IndexStatement, b: IndexStatement): boolean =>
  canonicalJson(spelled(a)) === canonicalJson(spelled(b));

const spelled = ({ name, table, index }: IndexStatement) => ({
  name: name.toLowerCase(),
  table: table.toLowerCase(),
  keys: index.keys.map(({ column, text, descending, comparedBy }) => ({
    key: column?.toLowerCase() ?? plain(text),
    descending,
    comparedBy: comparedBy?.toLowerCase() ?? null,
  })),
  include: index.include.map((column) => column.toLowerCase()),
  method: index.method,
  where: index.where === undefined ? null : plain(index.where),
});

const plain = (expression: string): string =>
  expression
    .replaceAll(
      /::\s*("[^"]*"|[a-z_][\w ]*?(\(\d+(,\s*\d+)?\))?(\[\])?)(?=\s*([),=<>+\-*/|]|$|\bAND\b|\bOR\b|\bIS\b))/gi,
      '',
    )
    .replaceAll(/[\s()"]/g, '')
    .toLowerCase();
