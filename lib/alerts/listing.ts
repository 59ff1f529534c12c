import type { AlertQuery } from '../contracts/alerts.ts';
import type { Page, PageQuery } from '../contracts/page.ts';
import { decodeCursor, encodeCursor } from '../platform/table/cursor.ts';
import type { Listing } from '../platform/table/keys.ts';
import type { KeptAlert } from './lifecycle/subject.ts';

/** So often is read for one page: where a filter leaves out almost all, a page is short, and its cursor leads on. */
const maxReads = 8;

export const fits = (alert: KeptAlert, { resolved, severity, type }: AlertQuery): boolean =>
  (resolved === undefined || (alert.status === 'resolved') === (resolved === 'true')) &&
  (severity === undefined || alert.severity === severity) &&
  (type === undefined || alert.type === type);

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

/** A page of what is known already. @param open the newest first @param listing where their sort keys are from */
export function pageOfOpen(open: readonly KeptAlert[], query: AlertQuery, { prefix }: Listing): Page<KeptAlert> {
  const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor, prefix);
  const sortKey = ({ alertId }: KeptAlert): string => `${prefix}${alertId}`;
  const left = open.filter((alert) => fits(alert, query) && (after === undefined || sortKey(alert) < after));
  const items = left.slice(0, query.limit);
  const last = items.at(-1);
  return last === undefined || left.length === items.length
    ? { items }
    : { items, nextCursor: encodeCursor(sortKey(last)) };
}
