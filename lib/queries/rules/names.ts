import type { SqlDialect } from '../sql/tokens.ts';

/** What no dialect takes for the name of a table or a column, unless it stands in quotes. */
const reserved = new Set(
  `all alter analyze and any as asc between both by case cast check collate column constraint create cross current_date current_time
  current_timestamp current_user database default delete desc distinct do drop else end except exists false fetch for foreign from full
  grant group having if in index inner insert intersect interval into is join key keys lateral leading left like limit localtime
  localtimestamp match natural not null of offset on only or order outer primary range rank read references right row rows schema select
  session_user set some table then to trailing trigger true union unique update usage user using values view when where window with write`.split(
    /\s+/,
  ),
);

/** The name as it can stand in a statement: in quotes where it needs them. */
export function quoted(name: string, dialect: SqlDialect): string {
  const isPlain = dialect === 'postgresql' ? /^[a-z_][a-z0-9_$]*$/.test(name) : /^[A-Za-z_][A-Za-z0-9_$]*$/.test(name);
  if (isPlain && !reserved.has(name.toLowerCase())) return name;
  const mark = dialect === 'mysql' ? '`' : '"';
  return `${mark}${name.replaceAll(mark, mark + mark)}${mark}`;
}

/** PostgreSQL cuts longer names. */
const maxNameLength = 63;

/** `orders_customer_id_created_at_idx`: as PostgreSQL names what has no name. */
export function indexName(table: string, parts: readonly string[], isPartial: boolean): string {
  const words = [table, ...parts].map((part) =>
    part
      .toLowerCase()
      .replaceAll(/[^a-z0-9_]+/g, '_')
      .replaceAll(/^_+|_+$/g, ''),
  );
  const end = isPartial ? '_partial_idx' : '_idx';
  return `${
    words
      .filter((word) => word !== '')
      .join('_')
      .slice(0, maxNameLength - end.length) || 'table'
  }${end}`;
}
