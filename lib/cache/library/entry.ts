import { createHash } from 'node:crypto';
import type { Codec } from './compression.ts';

/** What is known of an entry without its payload. Times are epoch milliseconds. */
export interface EntryHead {
  /** How the payload is compressed. */
  codec: Codec;
  /** Bytes of the payload once it is decompressed. */
  rawBytes: number;
  contentType?: string;
  tags: readonly string[];
  /** The namespace's sequence that was seen when the entry's load began: it is dead when a later invalidation matches it. */
  born: number;
  createdAt: number;
  /** Soft expiry: until here it is served without a thought. */
  freshUntil: number;
  /** From `freshUntil` to here it is served while it is refreshed; from here to `expiresAt` only when the loader fails. */
  revalidateUntil: number;
  /** Hard expiry: never served from here on. */
  expiresAt: number;
  /** How long it was to be fresh when it was stored, in whole milliseconds: what its time begins anew with. */
  ttlMs?: number;
  /** What the loader took, for early refresh and for the time saved; to a microsecond. */
  loaderMs: number;
  /** The loader said that there is no value, and this is remembered. */
  negative: boolean;
  /** A lower tier keeps it too, where it is counted. */
  copy?: boolean;
  /** A strong validator (RFC 9110, 8.8.1), without its quotes. */
  etag?: string;
}

export interface Entry extends EntryHead {
  payload: Uint8Array;
}

/** Changes whenever a byte of the uncompressed value or its content type does: 128 bits of SHA-256 as base64url. */
export function strongEtag(raw: Uint8Array, contentType = ''): string {
  const digest = createHash('sha256').update(`${contentType}\0`).update(raw).digest();
  return digest.subarray(0, 16).toString('base64url');
}

export type Freshness = 'fresh' | 'revalidate' | 'if-error' | 'expired';

/** How an entry may be served by its times alone. */
export function freshnessOf(
  head: Pick<EntryHead, 'freshUntil' | 'revalidateUntil' | 'expiresAt'>,
  nowMs: number,
): Freshness {
  if (nowMs >= head.expiresAt) return 'expired';
  if (nowMs < head.freshUntil) return 'fresh';
  return nowMs < head.revalidateUntil ? 'revalidate' : 'if-error';
}
