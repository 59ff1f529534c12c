import type { CacheClock } from '../../../../lib/cache/library/clock.ts';
import type { TierSetName } from './commands.ts';
import type { StoreHealth } from './faulty-store.ts';
import type { StepScheduler } from './step-scheduler.ts';
import type { Leaves } from './tested-cache.ts';
import type { Target, Value } from './truth.ts';
import type { Actor, Work } from './virtual-time.ts';

/** What all processes share, and what can go wrong with it. */
export interface SharedStores {
  readonly redisHealth: StoreHealth;
  readonly dynamoHealth: StoreHealth;
  readonly areShared: boolean;
  /** A Redis that was killed and started again without its data. */
  emptyRedis(): Promise<void>;
  /** Redis loses an entry for want of room. */
  evict(key: string): Promise<void>;
  /** The leases of a key are over, as when their time is. */
  lapse(key: string): Promise<void>;
  /** What an invalidation would count that removes all it hits; NaN where that does not show. */
  countable(target: Target, soft: boolean): number;
  /** As one process sees them. @param clock its own */
  seenBy(process: Actor, steps: StepScheduler, clock: CacheClock): Leaves;
}

/** @param taken told of every load's value that was stored with its lease, where that shows */
export type OpenStores = (
  name: TierSetName,
  now: () => number,
  taken: (value: Value) => void,
  work: Work,
) => SharedStores;
