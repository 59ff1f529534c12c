import type { LogDelta } from '../invalidations.ts';
import type { MirrorTier, ReadOptions, TierRead } from '../shared-tier.ts';
import type { Bucket } from './bucket.ts';
import type { BucketRead } from './bucket-reads.ts';
import { RedisStore } from './redis-store.ts';

/** What a bucket answers that has lost all. */
const lost = (keys: readonly string[]): BucketRead => ({
  sequence: -1,
  delta: { after: -1, upTo: -1, events: [] },
  entries: keys.map(() => undefined),
});

/**
 * Redis or Valkey from 7 on, alone or as a cluster, behind another tier that owns the sequence. It begins nothing by itself: what it has
 * lost it says, and is told.
 */
export class RedisMirror extends RedisStore implements MirrorTier {
  async read(keys: readonly string[], { after }: ReadOptions = {}): Promise<TierRead> {
    const readBucket = async (bucket: Bucket, its: readonly string[]) => (await bucket.read(its, after)) ?? lost(its);
    const { entries, parts } =
      keys.length > 0
        ? await this.readParts(keys, readBucket)
        : { entries: [], parts: await Promise.all(this.buckets.map((bucket) => readBucket(bucket, []))) };
    // All know the log up to here.
    const { sequence, delta } = parts.reduce((least, part) => (part.sequence < least.sequence ? part : least));
    if (sequence < 0) return { sequence: -1, entries: keys.map(() => undefined) };
    return after === undefined || delta.upTo <= after ? { sequence, entries } : { sequence, changes: delta, entries };
  }

  async replicate(delta: LogDelta, isAll: boolean): Promise<number> {
    return Math.min(...(await Promise.all(this.buckets.map((bucket) => bucket.replicate(delta, isAll)))));
  }
}
