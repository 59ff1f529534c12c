import type { Cache } from '../../../../lib/cache/library/cache.ts';
import type { CacheClock } from '../../../../lib/cache/library/clock.ts';
import type { MirrorTier, OwnerTier, SharedTier } from '../../../../lib/cache/library/shared-tier.ts';
import type { Plan } from './commands.ts';
import type { Value } from './truth.ts';

/** What is tried of a cache. */
export type TestedCache = Pick<
  Cache<Value>,
  'lookup' | 'get' | 'getMany' | 'load' | 'set' | 'delete' | 'invalidate' | 'clear' | 'settled' | 'close' | 'epoch'
>;

/** The stores as one process sees them, with their faults. */
export interface Leaves {
  /** Owns the sequence. */
  redisTier?: SharedTier;
  /** Follows DynamoDB's. */
  redisMirror?: MirrorTier;
  dynamoTier?: OwnerTier;
}

/** Makes the cache of one process. */
export type MakeCache = (plan: Omit<Plan, 'commands'>, leaves: Leaves, clock: CacheClock) => TestedCache;
