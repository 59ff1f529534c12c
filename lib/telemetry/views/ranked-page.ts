import { createHash } from 'node:crypto';
import type { Page, PageQuery } from '../../contracts/page.ts';
import { decodeCursor, encodeCursor } from '../../platform/table/cursor.ts';

export interface Ranking<Item> {
  /** Of this order: a cursor of another one is refused. */
  name: string;
  /** The highest first. */
  rankBy: (item: Item) => number;
  /** Tells items apart, and orders those of one value. */
  keyOf: (item: Item) => string;
}

interface Place {
  value: number;
  key: string;
}

const compare = (a: Place, b: Place): number => b.value - a.value || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

/** Keys may be as long as a query, and a cursor must not. */
const digest = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 22);

/**
 * A page of what was worked out just now. The next one goes on below the last item's place, whatever has come or gone meanwhile.
 *
 * @throws DomainError invalid-request for a cursor of another list
 */
export function rankedPage<Item>(
  items: readonly Item[],
  { limit, cursor }: PageQuery,
  { name, rankBy, keyOf }: Ranking<Item>,
): Page<Item> {
  const prefix = `${name}#`;
  const after = cursor === undefined ? undefined : placeOf(decodeCursor(cursor, prefix).slice(prefix.length));
  const ranked = items
    .map((item) => ({ item, value: rankBy(item), key: digest(keyOf(item)) }))
    .filter((place) => after === undefined || compare(after, place) < 0)
    .sort(compare);
  const page = ranked.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(({ item }) => item),
    ...(last === undefined || ranked.length <= limit
      ? {}
      : { nextCursor: encodeCursor(`${prefix}${last.value}#${last.key}`) }),
  };
}

function placeOf(text: string): Place {
  const [value = '', key = ''] = text.split('#');
  return { value: Number(value), key };
}
