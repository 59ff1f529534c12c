import type { AlertQuery } from '../contracts/alerts.ts';
import type { Page } from '../contracts/page.ts';
import { decodeCursor, encodeCursor } from '../platform/table/cursor.ts';
import type { Listing } from '../platform/table/keys.ts';
import type { KeptAlert } from './lifecycle/subject.ts';

export const fits = (alert: KeptAlert, { resolved, severity, type }: AlertQuery): boolean =>
  (resolved === undefined || (alert.status === 'resolved') === (resolved === 'true')) &&
  (severity === undefined || alert.severity === severity) &&
  (type === undefined || alert.type === type);

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
