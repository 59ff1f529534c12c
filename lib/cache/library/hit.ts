import type { CacheHead, CacheHit, CacheStatus } from './cache.ts';
import type { EntryHead } from './entry.ts';
import type { Held } from './held.ts';
import { etagOf, type ValueCodec } from './value-codec.ts';

/** What a caller is told of a value; not for negative entries, which have none. */
export const hitOf = <V>(
  held: Held<V>,
  codec: ValueCodec<V>,
  status: CacheStatus,
  from: CacheHead['from'],
): CacheHit<V> => ({ value: held.value as V, ...toldOf(codec.headOf(held), status, from) });

export function toldOf(head: EntryHead, status: CacheStatus, from: CacheHead['from']): CacheHead {
  const { contentType, tags, createdAt, freshUntil, expiresAt, born } = head;
  return {
    status,
    from,
    etag: etagOf(head),
    ...(contentType === undefined ? {} : { contentType }),
    tags,
    createdAt,
    freshUntil,
    expiresAt,
    born,
  };
}
