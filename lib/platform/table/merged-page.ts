import type { Page } from '../../contracts/page.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

/**
 * One page, the newest first, of a listing that is divided among partitions, of each of which a page was read from the same place
 * on. What lies below the end of any of them waits for the next page: there, another may have what comes before it.
 *
 * @param prefix of the listing's sort keys
 */
export function mergedPage<Item>(
  pages: readonly Page<Item>[],
  { limit, prefix }: { limit: number; prefix: string },
  sortKeyOf: (item: Item) => string,
): Page<Item> {
  const ends = pages.flatMap(({ nextCursor }) => (nextCursor === undefined ? [] : [decodeCursor(nextCursor, prefix)]));
  const end = ends.toSorted().at(-1);
  const known = pages
    .flatMap(({ items }) => items.map((item) => ({ item, sortKey: sortKeyOf(item) })))
    .filter(({ sortKey }) => end === undefined || sortKey >= end)
    .sort((a, b) => (a.sortKey < b.sortKey ? 1 : -1));
  const shown = known.slice(0, limit);
  const items = shown.map(({ item }) => item);
  const next = known.length > limit ? shown.at(-1)?.sortKey : end;
  return next === undefined ? { items } : { items, nextCursor: encodeCursor(next) };
}
