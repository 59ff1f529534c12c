import { queryLimits } from '../../contracts/query-analyses.ts';
import { parsePostgresql } from '../sql/postgresql-grammar.ts';
import { type SqlDialect, type Token, tokensOf } from '../sql/tokens.ts';
import { UnreadableQuery } from '../sql/unreadable.ts';
import { Cursor, splitAt } from './cursor.ts';
import { type Schema, tableIn } from './model.ts';
import { readCreateIndex } from './read-index.ts';
import { readElement, readTable } from './read-table.ts';

/**
 * What a text of DDL says of tables and their indexes. Nothing in it is ever run: the model is all that is taken from it, and what
 * it says beyond tables, indexes, enumerations and domains is passed over.
 * @throws {UnreadableQuery} when PostgreSQL's grammar does not take it, or when there are too many tables
 */
export async function readSchema(text: string, dialect: SqlDialect): Promise<Schema> {
  // The other dialects' grammar knows fewer options of tables than there are.
  if (dialect === 'postgresql' && text.trim() !== '') await parsePostgresql(text);
  const schema: Schema = { tables: new Map(), enums: new Map(), domains: new Map(), passedOver: [] };
  for (const statement of splitAt(';', tokensOf(text, dialect)))
    readStatement(statement, new Cursor(statement, dialect), text, schema);
  if (schema.tables.size > queryLimits.tables) {
    throw new UnreadableQuery(`The schema has ${schema.tables.size} tables; at most ${queryLimits.tables} are read.`);
  }
  return schema;
}

function readStatement(statement: readonly Token[], cursor: Cursor, text: string, schema: Schema): void {
  const isRead = cursor.take('create')
    ? readCreate(cursor, text, schema)
    : cursor.take('alter', 'table') && readAlter(cursor, text, schema);
  if (isRead) return;
  const [verb = '', what = ''] = statement.map((token) => (token.kind === 'word' ? token.text.toUpperCase() : ''));
  schema.passedOver.push(
    (/^(CREATE|ALTER|DROP|COMMENT)$/.test(verb) ? `${verb} ${what}` : verb).trim().slice(0, 60) || 'a statement',
  );
}

function readCreate(cursor: Cursor, text: string, schema: Schema): boolean {
  cursor.take('or', 'replace');
  cursor.skip('global', 'local', 'temp', 'temporary', 'unlogged');
  if (cursor.take('table')) {
    const table = readTable(cursor, text);
    if (table !== undefined) schema.tables.set(table.name.toLowerCase(), table);
    return table !== undefined;
  }
  if (cursor.take('type')) return readEnum(cursor, schema);
  if (cursor.take('domain')) {
    const name = cursor.name();
    cursor.take('as');
    schema.domains.set(name.toLowerCase(), cursor.name().toLowerCase());
    return true;
  }
  const isUnique = cursor.take('unique');
  const isOther = /^(fulltext|spatial)$/.test(cursor.word) ? cursor.next()?.text.toLowerCase() : undefined;
  if (!cursor.take('index')) return false;
  const read = readCreateIndex(cursor, text, isUnique);
  if (read === undefined) return false;
  const index = isOther === undefined ? read.index : { ...read.index, method: isOther };
  tableIn(schema, read.table)?.indexes.push(index);
  return true;
}

function readEnum(cursor: Cursor, schema: Schema): boolean {
  const name = cursor.name();
  if (!cursor.take('as', 'enum')) return false;
  const labels = (cursor.parentheses() ?? []).flatMap((token) =>
    token.kind === 'text' ? [token.text.slice(1, -1).replaceAll("''", "'")] : [],
  );
  schema.enums.set(name.toLowerCase(), labels);
  return true;
}

/** `ALTER TABLE t ADD ..., ADD ...`: what is added. */
function readAlter(cursor: Cursor, text: string, schema: Schema): boolean {
  cursor.take('if', 'exists');
  cursor.skip('only');
  const table = tableIn(schema, cursor.name());
  let isRead = false;
  for (const part of splitAt(',', cursor.rest())) {
    const each = new Cursor(part, cursor.dialect);
    if (!each.take('add')) continue;
    each.skip('column');
    each.take('if', 'not', 'exists');
    if (table !== undefined) readElement(new Cursor(each.rest(), cursor.dialect), text, table);
    isRead = true;
  }
  return isRead;
}
