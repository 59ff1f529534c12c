import type { CachePolicy } from '../contracts/cache-policy.ts';
import type { Log } from '../platform/log.ts';
import type { Cache } from './library/cache.ts';
import { systemClock } from './library/clock.ts';
import { createCache } from './library/create-cache.ts';
import type { TierNotice } from './library/guarded-store.ts';
import { openShared } from './library/open-shared.ts';
import { bytesSerializer, type Serialized } from './library/serializer.ts';
import type { SharedTier } from './library/shared-tier.ts';
import { memory, type TierSpec } from './library/tiers.ts';
import { Tally } from './tally.ts';

/** A namespace as this process has it. */
export interface OpenNamespace {
  cache: Cache<Serialized>;
  /** Below the memory; undefined where there is none, or the policy wants none. */
  shared: SharedTier | undefined;
  tally: Tally;
  seen: SeenSequence;
}

/** Up to where this process has been told of the log, besides what its cache knows. */
export interface SeenSequence {
  sequence: number;
}

export type Open = (namespace: string, policy: CachePolicy) => OpenNamespace;

export interface OpenOptions {
  /** The shared tiers of this deployment. */
  tiers: readonly TierSpec[];
  /** What all namespaces together may take of the memory. */
  memoryMb: number;
  log: Log;
}

/** Opens namespaces over the tiers that the deployment has and the policy wants; where that leaves none, over the memory. */
export const opener =
  ({ tiers, memoryMb, log }: OpenOptions): Open =>
  (namespace, policy) => {
    const tally = new Tally();
    const wanted = tiers.filter(({ kind }) => kind === 'memory' || kind === 'remote' || policy.tiers.includes(kind));
    const notify = (notice: TierNotice): void => {
      if (notice.event === 'tier-error') {
        tally.add('tierErrors');
        const { tier, operation, error } = notice;
        log.warn('A tier of a cache failed', { namespace, tier, operation, error });
      } else log.warn('A tier of a cache is no longer asked, or is again', { namespace, ...notice });
    };
    const shared =
      policy.strategy === 'memory' ? undefined : openShared(wanted, { namespace, clock: systemClock, notify });
    const isInMemory = shared === undefined || policy.tiers.includes('memory');
    const near = memory({ limitMb: Math.min(policy.memoryLimitMb, memoryMb), maxEntries: policy.maxEntries });
    const cache = createCache<Serialized>({
      namespace,
      policy,
      tiers: [
        ...(isInMemory ? [near] : []),
        ...(shared === undefined ? [] : [{ kind: 'remote' as const, owner: () => shared }]),
      ],
      serializer: bytesSerializer,
    });
    cache.on('hit', () => tally.add('hits')).on('miss', () => tally.add('misses'));
    return { cache, shared, tally, seen: { sequence: 0 } };
  };
