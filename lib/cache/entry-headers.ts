import { contentType, encodeTags } from '../contracts/cache-headers.ts';
import type { CacheHead } from './library/cache.ts';

/** API Gateway lets 10,240 bytes of headers through, all together. */
const maxTagsLength = 6_000;

export const quoted = (etag: string): string => `"${etag}"`;
const seconds = (ms: number): number => Math.floor(ms / 1_000);

/** Whoever stored it without us may have called it what no header can carry. */
export const sentType = (type: string | undefined): string =>
  contentType.safeParse(type).success && type !== undefined ? type : 'application/octet-stream';

export const missStatus = { 'cache-status': 'Headroom; fwd=miss' };

/**
 * What an answer says of an entry. It is `private`: whoever may read it is decided by the key of the request, which no shared cache
 * would look at (RFC 9111, 3.5). `max-age` is the lifetime from when it was stored, since caches take `Age` from it (4.2.3).
 */
export function entryHeaders(head: CacheHead, nowMs: number): Record<string, string> {
  const { etag, createdAt, freshUntil, tags, from } = head;
  const ageMs = Math.max(0, nowMs - createdAt);
  const tagged = encodeTags(tags);
  return {
    etag: quoted(etag),
    age: String(seconds(ageMs)),
    'cache-control': `private, max-age=${seconds(Math.max(0, freshUntil - createdAt))}`,
    'cache-status': `Headroom; hit; ttl=${seconds(freshUntil - nowMs)}; detail=${from.toUpperCase()}`,
    ...(tagged === '' || tagged.length > maxTagsLength ? {} : { 'headroom-tags': tagged }),
    // What was stored is shown as what it was said to be, and as nothing else.
    'x-content-type-options': 'nosniff',
  };
}
