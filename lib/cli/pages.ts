/** What the platform gives at a time, at most. */
const mostOfAPage = 200;

/** As the client gives it. */
interface Page<Item> {
  items: Item[];
  nextCursor?: string | undefined;
}

/** What a terminal is given of a list, at most. */
export const mostItems = 10_000;

export const moreText = (shown: number): string =>
  `There may be more than these ${shown}: --limit shows up to ${mostItems}.`;

export interface Followed<Item> {
  items: Item[];
  /** There is more beyond the limit. */
  isCut: boolean;
}

/** Follows a list's pages by their cursor, until it ends or there are `limit` items. */
export async function followPages<Item>(
  ask: (query: { limit: number; cursor?: string }) => Promise<Page<Item>>,
  limit = Number.POSITIVE_INFINITY,
): Promise<Followed<Item>> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    // A page may be short where a filter leaves some out: only the cursor says that the list has ended.
    const wanted = Math.min(mostOfAPage, limit - items.length);
    const page = await ask({ limit: wanted, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && items.length < limit);
  return { items, isCut: cursor !== undefined };
}
