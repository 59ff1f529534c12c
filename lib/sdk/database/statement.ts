import { bareSql } from '../../contracts/fingerprint.ts';

/** Names in quotes of any dialect, words, and what separates them. */
const tokens = /"[^"]*"|`[^`]*`|\[[^\]]*\]|[\w$]+|[(),.;]/g;
/** After these a table is named, or a list of tables. */
const introducing = new Set(['from', 'join', 'into', 'update', 'table', 'truncate', 'using']);
/** These may stand between them and the table. */
const between = new Set(['only', 'lateral', 'if', 'not', 'exists', 'ignore', 'low_priority', 'as']);
/** These end a list of tables. */
const ending = new Set(
  [
    'where',
    'group',
    'order',
    'having',
    'limit',
    'offset',
    'fetch',
    'for',
    'window',
    'returning',
    'set',
    'values',
  ].concat(['select', 'union', 'intersect', 'except']),
);

interface Level {
  inTables: boolean;
  expected: boolean;
}

const unquoted = (name: string): string => name.replaceAll(/^["`[]|["`\]]$/g, '').toLowerCase();

/**
 * The tables that a statement reads or writes, in lower case and without their schema; views by their own names. Some of what it
 * gives may be no table (a column, a name of `WITH`): too many tags do no harm, one too few would.
 *
 * @param bare without values and comments
 */
export function tablesOf(bare: string): string[] {
  const tables = new Set<string>();
  const levels: Level[] = [{ inTables: false, expected: false }];
  const found = bare.match(tokens) ?? [];
  for (let at = 0; at < found.length; at++) {
    const token = found[at] ?? '';
    const level = levels.at(-1) ?? { inTables: false, expected: false };
    const word = token.toLowerCase();
    if (token === '(') {
      levels.push({ inTables: level.expected, expected: level.expected });
      level.expected = false;
    } else if (token === ')') {
      if (levels.length > 1) levels.pop();
    } else if (token === ',') {
      level.expected = level.inTables;
    } else if (introducing.has(word)) {
      level.inTables = true;
      level.expected = true;
    } else if (ending.has(word)) {
      level.inTables = false;
      level.expected = false;
    } else if (level.expected && token !== '.' && token !== ';' && !between.has(word)) {
      // `schema.table`: the last part is the table.
      while (found[at + 1] === '.' && found[at + 2] !== undefined) at += 2;
      tables.add(unquoted(found[at] ?? ''));
      level.expected = false;
    }
  }
  tables.delete('');
  return [...tables];
}

export interface Statement {
  /** `direct`: neither kept nor a reason to forget anything. */
  readonly kind: 'cacheable' | 'direct' | 'write';
  readonly tables: readonly string[];
}

/** Reads whose answer belongs to one moment, or that do something. */
const momentary =
  /\bfor (no key update|update|key share|share)\b|\b(nextval|setval|lastval|currval|last_insert_\w+|changes|total_changes|random|rand|uuid\w*|gen_random_\w+|newid|pg_\w+|get_lock|release_lock|sleep|set_config)\s*\(/i;
const maxTextLength = 100_000;

function withoutEnd(bare: string): string {
  let end = bare.length;
  while (end > 0 && /[\s;]/.test(bare.charAt(end - 1))) end--;
  return bare.slice(0, end);
}

/** `SELECT ... INTO t`, `WITH gone AS (DELETE FROM t ...)`. */
function changesWithin(bare: string): boolean {
  if (/\binto\b/i.test(bare)) return true;
  const change = /\b(update|delete|merge)\b/i.exec(bare);
  return change !== null && /\b(set|from|using)\b/i.test(bare.slice(change.index));
}

/**
 * What a cache of results may do with a statement. What it is not sure of is no read that it keeps: a text with backslashes, in
 * which dialects do not agree where a value ends, one too long to look at, and one that names no table.
 */
export function statementOf(sql: string): Statement {
  if (sql.length > maxTextLength) return { kind: /^\s*select\b/i.test(sql) ? 'direct' : 'write', tables: [] };
  const bare = withoutEnd(bareSql(sql).trim());
  const [first = ''] = /[a-z]+/i.exec(bare) ?? [];
  const tables = /[\\#]/.test(sql) ? [] : tablesOf(bare);
  const isRead = /^(select|values|table|with)$/i.test(first);
  if (bare.includes(';')) return { kind: 'write', tables };
  if (isRead && !changesWithin(bare)) {
    return { kind: tables.length === 0 || momentary.test(bare) ? 'direct' : 'cacheable', tables };
  }
  const changesNothing =
    /^(explain|show|describe|desc|pragma|begin|start|commit|end|rollback|savepoint|release|set|use)$/i;
  return { kind: changesNothing.test(first) ? 'direct' : 'write', tables };
}
