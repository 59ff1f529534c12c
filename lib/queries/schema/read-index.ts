import { type SqlDialect, type Token, unquoted } from '../sql/tokens.ts';
import { type Cursor, nameOf, splitAt } from './cursor.ts';
import type { IndexKey, TableIndex } from './model.ts';

/** @param text what the tokens were taken from */
export function readKeys(list: readonly Token[], text: string, dialect: SqlDialect): IndexKey[] {
  return splitAt(',', list).map((tokens) => readKey(tokens, text, dialect));
}

function readKey(tokens: readonly Token[], text: string, dialect: SqlDialect): IndexKey {
  let end = tokens.length;
  const word = (back: number): string => tokens[end - back]?.text.toLowerCase() ?? '';
  if (word(2) === 'nulls') end -= 2;
  const descending = word(1) === 'desc';
  if (descending || word(1) === 'asc') end--;
  let comparedBy: string | undefined;
  if (word(2) === 'collate' || (end === 2 && /_ops$/.test(word(1)))) {
    comparedBy = unquoted(tokens[end - 1]?.text ?? '');
    end -= word(2) === 'collate' ? 2 : 1;
  } else if (end > 1 && /_ops$/.test(word(1))) {
    comparedBy = word(1);
    end--;
  }
  const [first] = tokens;
  const last = tokens[Math.max(0, end - 1)];
  const slice = first === undefined || last === undefined ? '' : text.slice(first.offset, last.offset + last.length);
  // MySQL indexes `name(10)`, the beginning of a text; what it finds by that is the same.
  const isPrefix = end === 4 && tokens[1]?.text === '(' && tokens[2]?.kind === 'number';
  const isColumn = first !== undefined && first.kind !== 'symbol' && (end === 1 || isPrefix);
  return {
    ...(isColumn ? { column: nameOf(first, dialect) } : {}),
    text: slice,
    descending,
    ...(comparedBy === undefined ? {} : { comparedBy }),
  };
}

/** After `CREATE`: `[UNIQUE] INDEX ...`. Undefined: not such a statement. */
export function readCreateIndex(
  cursor: Cursor,
  text: string,
  isUnique: boolean,
): { table: string; index: TableIndex } | undefined {
  cursor.skip('concurrently');
  cursor.take('if', 'not', 'exists');
  const name = cursor.word === 'on' ? undefined : cursor.name();
  let method = cursor.take('using') ? cursor.name().toLowerCase() : 'btree';
  if (!cursor.take('on')) return undefined;
  cursor.skip('only');
  const table = cursor.name();
  if (cursor.take('using')) method = cursor.name().toLowerCase();
  const list = cursor.parentheses();
  if (table === '' || list === undefined) return undefined;
  const include = cursor.take('include') ? readKeys(cursor.parentheses() ?? [], text, cursor.dialect) : [];
  const where = conditionIn(cursor.rest(), text);
  return {
    table,
    index: {
      ...(name === undefined ? {} : { name }),
      keys: readKeys(list, text, cursor.dialect),
      include: include.flatMap(({ column }) => (column === undefined ? [] : [column])),
      unique: isUnique,
      method,
      ...(where === undefined ? {} : { where }),
    },
  };
}

function conditionIn(rest: readonly Token[], text: string): string | undefined {
  const at = rest.findIndex((token) => token.kind === 'word' && token.text.toLowerCase() === 'where');
  const [first, last] = [rest[at + 1], rest.at(-1)];
  if (at < 0 || first === undefined || last === undefined) return undefined;
  return text.slice(first.offset, last.offset + last.length);
}
