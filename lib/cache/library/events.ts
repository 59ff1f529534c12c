import type { CacheHit, CacheStatus } from './cache.ts';
import type { TierLabel } from './shared-tier.ts';

/** What a cache tells its listeners; a listener that throws is the process's affair. */
export interface CacheEvents {
  hit: [{ key: string; tier: CacheHit<unknown>['from']; status: CacheStatus }];
  miss: [{ key: string }];
  set: [{ key: string; born: number }];
  loaded: [{ key: string; loaderMs: number; negative: boolean }];
  /** A load failed, or took too long; where something stale may be served, it was. */
  'load-failed': [{ key: string; error: unknown }];
  invalidated: [{ kind: 'keys' | 'tags' | 'pattern' | 'clear'; invalidated: number; epoch: number }];
  /** A tier failed or was too slow; the call went on without it. */
  'tier-error': [{ tier: TierLabel; operation: string; error: unknown }];
  /** A tier is no longer asked, or is asked again. */
  'tier-down': [{ tier: TierLabel }];
  'tier-up': [{ tier: TierLabel }];
}
