import type { Wishes } from './request-rules.ts';
import { ageMsOf, type StoredResponse } from './stored-response.ts';

export interface Usability {
  /**
   * `fresh`: served as it is. `revalidate`: served while one request makes it anew. `if-error`: served only when that fails. `no`: not at all.
   */
  use: 'fresh' | 'revalidate' | 'if-error' | 'no';
  /** For how long it is fresh still; below 0 for how long it is not. */
  ttlSeconds: number;
}

/**
 * How a stored answer may be used for a client with these wishes (RFC 9111, 4.2.4; RFC 5861).
 *
 * @param isStale the cache was told that it is out of date, though its time is not over
 */
export function usability(stored: StoredResponse, isStale: boolean, wishes: Wishes, nowMs: number): Usability {
  const { freshMs, staleWhileRevalidateMs, staleIfErrorMs } = stored.lifetime;
  const ageMs = ageMsOf(stored, nowMs);
  const leftMs = freshMs - ageMs;
  const pastMs = isStale ? Math.max(0, -leftMs) : -leftMs;
  const ttlSeconds = leftMs / 1_000;
  const isPast = isStale || leftMs <= 0;
  const mayServeStale = staleWhileRevalidateMs > 0 || staleIfErrorMs > 0;
  if (wishes.anew || ageMs > wishes.maxAgeMs || (wishes.minFreshMs > 0 && leftMs < wishes.minFreshMs)) {
    return { use: 'no', ttlSeconds };
  }
  if (!isPast) return { use: 'fresh', ttlSeconds };
  // A client may take more than the answer allows, but nothing that must be revalidated: such answers have no window at all.
  const takenMs = mayServeStale ? wishes.maxStaleMs : 0;
  if (pastMs < takenMs) return { use: 'fresh', ttlSeconds };
  if (pastMs < staleWhileRevalidateMs) return { use: 'revalidate', ttlSeconds };
  return { use: pastMs < staleIfErrorMs ? 'if-error' : 'no', ttlSeconds };
}
