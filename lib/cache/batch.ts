import type { CacheBatchAnswer, CacheSetItem } from '../contracts/cache.ts';
import { jsonFaults } from '../platform/http/json-faults.ts';
import type { CacheHit, SetItem } from './library/cache.ts';
import type { Serialized } from './library/serializer.ts';

/** Of all values in an answer together, as they stand in it. Lambda lets 6 MB out. */
const maxAnswerBytes = 4_500_000;

export function setItemOf({ key, value, valueBase64, contentType, ...options }: CacheSetItem): SetItem<Serialized> {
  const stored =
    valueBase64 === undefined
      ? { bytes: Buffer.from(JSON.stringify(value)), contentType: 'application/json' }
      : { bytes: Buffer.from(valueBase64, 'base64'), ...(contentType === undefined ? {} : { contentType }) };
  return { key, value: stored, ...options };
}

type Shown = CacheBatchAnswer['entries'][number];

/** Entries as a batch tells them, in the order of the hits: values that would make the answer too large are left out, and said so. */
export function batchEntries(hits: ReadonlyMap<string, CacheHit<Serialized>>, nowMs: number): Shown[] {
  let left = maxAnswerBytes;
  return Array.from(hits, ([key, hit]) => {
    const { value, from, etag, contentType, tags, createdAt, freshUntil } = hit;
    const shown = shownValue(value);
    left -= shown.bytes;
    return {
      key,
      ...(left < 0 ? { omitted: true as const } : shown.told),
      ...(contentType === undefined ? {} : { contentType }),
      etag,
      tags: [...tags],
      ageSeconds: Math.max(0, (nowMs - createdAt) / 1_000),
      ttlSeconds: (freshUntil - nowMs) / 1_000,
      from: from === 'loader' ? 'memory' : from,
    };
  });
}

/** JSON stands as JSON where it survives being read: numbers beyond 2^53 do not. */
function shownValue({ bytes, contentType = '' }: Serialized): {
  told: Pick<Shown, 'value' | 'valueBase64'>;
  bytes: number;
} {
  if (/^application\/([\w.-]+\+)?json\b/i.test(contentType)) {
    try {
      const value = JSON.parse(Buffer.from(bytes).toString('utf8')) as Shown['value'];
      if (jsonFaults(value, 'value').length === 0) return { told: { value }, bytes: bytes.length };
    } catch {
      // It is called JSON and is none: bytes, like any other.
    }
  }
  const valueBase64 = Buffer.from(bytes).toString('base64');
  return { told: { valueBase64 }, bytes: valueBase64.length };
}
