import type { TierUsage } from '../shared-tier.ts';
import { numberOr0 } from './attributes.ts';
import { inParallel } from './in-parallel.ts';
import { SHARDS } from './layout.ts';
import type { WritingParts } from './writing.ts';

/** About 10,000 keys each. */
const MOST_PAGES = 64;

/**
 * By the index: all of it as long as it has up to about half a million keys; of more some shards, which tell of the others since
 * keys are spread evenly. Keys whose write was refused, or died, and that are not swept yet, do not count once their time is over.
 */
export async function usageOf({
  table,
  layout,
  clock,
}: Pick<WritingParts, 'table' | 'layout' | 'clock'>): Promise<TierUsage> {
  const now = clock.now();
  let pages = 0;
  const shards = await inParallel(
    Array.from({ length: SHARDS }, (_, shard) => shard),
    async (shard) => {
      if (pages >= MOST_PAGES) return undefined;
      let [entries, bytes] = [0, 0];
      for await (const items of table.pages({ partition: layout.indexShard(shard), attributes: 'x, z' })) {
        pages += 1;
        for (const item of items) {
          if (numberOr0(item, 'x') <= now) continue;
          entries += 1;
          bytes += numberOr0(item, 'z');
        }
      }
      return { entries, bytes };
    },
    8,
  );
  const walked = shards.filter((shard) => shard !== undefined);
  const share = SHARDS / Math.max(1, walked.length);
  const sum = (of: (shard: TierUsage) => number): number =>
    Math.round(share * walked.reduce((total, shard) => total + of(shard), 0));
  return { entries: sum(({ entries }) => entries), bytes: sum(({ bytes }) => bytes) };
}
