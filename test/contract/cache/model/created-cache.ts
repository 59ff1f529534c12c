import { createCache } from '../../../../lib/cache/library/create-cache.ts';
import type { MirrorTier, OwnerTier, SharedTier } from '../../../../lib/cache/library/shared-tier.ts';
import { memory, type TierSpec } from '../../../../lib/cache/library/tiers.ts';
import { tierSets } from './commands.ts';
import type { Leaves, MakeCache } from './tested-cache.ts';
import type { Value } from './truth.ts';

function given<T>(leaf: T | undefined): T {
  if (leaf === undefined) throw new Error('this set of tiers has no such leaf');
  return leaf;
}

function specOf(tier: 'memory' | 'redis' | 'dynamodb', leaves: Leaves): TierSpec {
  if (tier === 'memory') return memory();
  if (tier === 'dynamodb') return { kind: 'dynamodb', owner: (): OwnerTier => given(leaves.dynamoTier) };
  return {
    kind: 'redis',
    owner: (): SharedTier => given(leaves.redisTier),
    mirror: (): MirrorTier => given(leaves.redisMirror),
  };
}

/** The cache itself, over stores that are given. */
export const createdCache: MakeCache = (plan, leaves, clock) =>
  createCache<Value>({
    namespace: 'model',
    tiers: tierSets[plan.tiers].map((tier) => specOf(tier, leaves)),
    policy: {
      coherence: plan.coherence,
      staleWhileRevalidateSeconds: plan.staleWhileRevalidateMs / 1_000,
      staleIfErrorSeconds: plan.staleIfErrorMs / 1_000,
      earlyRefreshBeta: 0,
    },
    clock,
    random: () => 0.5,
  });
