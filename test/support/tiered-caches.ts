import { beforeEach } from 'vitest';
import type { Cache } from '../../lib/cache/library/cache.ts';
import { type CacheOptions, createCache } from '../../lib/cache/library/create-cache.ts';
import { memory, type TierSpec } from '../../lib/cache/library/tiers.ts';
import { ReferenceTier } from './reference-tier.ts';
import { ManualClock } from './stand-ins/manual-clock.ts';

const sharedBy = (tier: ReferenceTier): TierSpec => ({
  kind: 'redis',
  owner: () => tier,
  mirror: () => {
    throw new Error('nothing is below');
  },
});

const anew = () => {
  const clock = new ManualClock();
  return { clock, below: new ReferenceTier({ now: clock.now }) };
};

/** Caches with a clock and a shared tier that every test of the file has anew. */
export function useTieredCaches() {
  const its = anew();
  beforeEach(() => {
    Object.assign(its, anew());
  });
  const alone = (options: Partial<CacheOptions<unknown>> = {}): Cache<unknown> =>
    createCache<unknown>({ namespace: 'shop', clock: its.clock, random: () => 0, ...options });
  const over = (options: Partial<CacheOptions<unknown>> = {}): Cache<unknown> =>
    alone({ tiers: [memory(), sharedBy(its.below)], ...options });
  return { its, alone, over };
}
