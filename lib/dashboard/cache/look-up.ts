import type { Api } from '../api/api.ts';
import { ApiError } from '../api/api-error.ts';

export interface FoundEntry {
  key: string;
  /** As much as is shown. */
  value: Uint8Array;
  /** Of the whole value. */
  sizeBytes: number;
  contentType: string;
  etag: string;
  /** Undefined: there are too many for a header. */
  tags: string[] | undefined;
  ageSeconds: number;
  /** For how long it is fresh; below 0: it is stale. */
  ttlSeconds: number | undefined;
  /** The tier that it came from. */
  from: string | undefined;
}

/** More of a value is not shown: no page bears it, and nobody reads it. */
export const shownBytes = 65_536;

/** Without its time beginning anew. @returns null when nothing that lives is stored */
export async function lookUp(
  api: Api,
  namespace: string,
  key: string,
  signal: AbortSignal,
): Promise<FoundEntry | null> {
  const response = await api.fetch('getCacheEntry', { params: { namespace, key }, signal }).catch((error) => {
    if (error instanceof ApiError && error.code === 'cache-miss') return null;
    throw error;
  });
  if (response === null) return null;
  const { headers } = response;
  const bytes = new Uint8Array(await response.arrayBuffer());
  const status = headers.get('cache-status') ?? '';
  const ttl = /\bttl=(-?[\d.]+)/.exec(status)?.[1];
  return {
    key,
    value: bytes.subarray(0, shownBytes),
    sizeBytes: bytes.length,
    contentType: headers.get('content-type') ?? 'application/octet-stream',
    etag: headers.get('etag') ?? '',
    tags: headers
      .get('headroom-tags')
      ?.split(',')
      .filter((tag) => tag !== '')
      .map(decodeURIComponent),
    ageSeconds: Number(headers.get('age') ?? 0),
    ttlSeconds: ttl === undefined ? undefined : Number(ttl),
    from: /\bdetail="?([\w-]+)"?/.exec(status)?.[1]?.toLowerCase(),
  };
}
