import { Cursor, splitAt } from './cursor.ts';
import type { Table, TableColumn, TableIndex } from './model.ts';
import { readKeys } from './read-index.ts';

/** What ends the type of a column. */
const afterType = new Set(
  'not null default primary unique check references constraint generated collate auto_increment autoincrement comment on as storage compression key invisible visible virtual stored'.split(
    ' ',
  ),
);
const ofTable = new Set('constraint primary unique fulltext spatial foreign check exclude'.split(' '));
/** Elsewhere, a column may be called so. */
const ofTableInMysql = new Set(['key', 'index']);

const isConstraint = ({ word, dialect }: Cursor): boolean =>
  ofTable.has(word) || (dialect === 'mysql' && ofTableInMysql.has(word));

/** After `CREATE TABLE`. Undefined: it says nothing of its columns. */
export function readTable(cursor: Cursor, text: string): Table | undefined {
  cursor.take('if', 'not', 'exists');
  const name = cursor.name();
  const list = cursor.parentheses();
  if (name === '' || list === undefined) return undefined;
  const table: Table = { name, columns: [], indexes: [] };
  for (const element of splitAt(',', list)) readElement(new Cursor(element, cursor.dialect), text, table);
  return table;
}

/** A column or a constraint, as in `CREATE TABLE` and after `ALTER TABLE ... ADD`. */
export function readElement(cursor: Cursor, text: string, table: Table): void {
  if (isConstraint(cursor)) readConstraint(cursor, text, table);
  else readColumn(cursor, table);
}

function readConstraint(cursor: Cursor, text: string, table: Table): void {
  let name: string | undefined;
  if (cursor.take('constraint') && !isConstraint(cursor)) name = cursor.name();
  const isPrimary = cursor.take('primary', 'key');
  const isUnique = !isPrimary && cursor.take('unique');
  const kind = cursor.word;
  const isIndex = /^(key|index|fulltext|spatial)$/.test(kind);
  if (!isPrimary && !isUnique && !isIndex) return;
  cursor.skip('key', 'index', 'fulltext', 'spatial', 'nulls', 'not', 'distinct');
  if (cursor.word !== '(' && cursor.word !== 'using') name = cursor.name();
  if (cursor.take('using')) cursor.name();
  const index: TableIndex = {
    ...(name === undefined ? {} : { name }),
    keys: readKeys(cursor.parentheses() ?? [], text, cursor.dialect),
    include: cursor.take('include')
      ? readKeys(cursor.parentheses() ?? [], text, cursor.dialect).map((key) => key.column ?? key.text)
      : [],
    unique: isPrimary || isUnique,
    method: /^(fulltext|spatial)$/.test(kind) ? kind : 'btree',
  };
  if (index.keys.length === 0) return;
  if (isPrimary) table.indexes.unshift(index);
  else table.indexes.push(index);
}

function readColumn(cursor: Cursor, table: Table): void {
  const name = cursor.name();
  if (name === '') return;
  const words: string[] = [];
  let typeArguments = '';
  let isArray = false;
  while (!cursor.isAtEnd && !afterType.has(cursor.word)) {
    const inner = cursor.parentheses();
    if (inner !== undefined) {
      typeArguments = `(${inner.map((token) => token.text).join('')})`;
      continue;
    }
    const word = cursor.next()?.text.toLowerCase() ?? '';
    if (word.startsWith('[') || word === ']' || word === 'array') isArray = true;
    else if (word === '.') words.pop();
    else words.push(word.replaceAll('"', ''));
  }
  const column: TableColumn = { name, type: words.join(' '), typeArguments, isArray, notNull: false };
  table.columns.push(column);
  const key = [{ column: name, text: name, descending: false }];
  while (!cursor.isAtEnd) {
    if (cursor.take('not', 'null')) column.notNull = true;
    else if (cursor.take('primary', 'key')) {
      column.notNull = true;
      table.indexes.unshift({ keys: key, include: [], unique: true, method: 'btree' });
    } else if (cursor.take('unique')) table.indexes.push({ keys: key, include: [], unique: true, method: 'btree' });
    else if (cursor.parentheses() === undefined) cursor.next();
  }
}
