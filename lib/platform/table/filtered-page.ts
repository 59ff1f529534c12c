import type { Page, PageQuery } from '../../contracts/page.ts';

/** So often is read for one page: where a filter leaves out almost all, a page is short, and its cursor leads on. */
const maxReads = 8;

/** Reads on until a page is full, all was read, or enough was read for one call. */
export async function filteredPage<Item>(
  read: (limit: number, cursor: string | undefined) => Promise<Page<Item>>,
  query: PageQuery,
  isWanted: (item: Item) => boolean,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let cursor = query.cursor;
  for (let reads = 0; reads < maxReads; reads++) {
    const page = await read(query.limit - items.length, cursor);
    items.push(...page.items.filter(isWanted));
    cursor = page.nextCursor;
    if (cursor === undefined) return { items };
    if (items.length === query.limit) break;
  }
  return { items, ...(cursor === undefined ? {} : { nextCursor: cursor }) };
}
