// `headroom/cache`: the cache as a library.
import type {
  Cache,
  CacheFigures,
  CacheHit,
  CacheStatus,
  GetOptions,
  GetOrSetOptions,
  InvalidateOptions,
  InvalidationResult,
  LoadContext,
  Loader,
  OptimizeResult,
  ReapRest,
  SetItem,
  SetOptions,
  StoredEntry,
  WarmResult,
  WarmSource,
} from '../cache/library/cache.ts';
import { LoaderTimeoutError, PreconditionError } from '../cache/library/cache.ts';
import { type CacheOptions, createCache as createLibraryCache } from '../cache/library/create-cache.ts';
import { tickerOf } from '../cache/library/deadlines.ts';
import type { CacheEvents } from '../cache/library/events.ts';
import { GuardedTier } from '../cache/library/guarded-tier.ts';
import { type CacheInputCode, CacheInputError } from '../cache/library/input-error.ts';
import { connectRedis, type RedisConnection } from '../cache/library/redis/connect.ts';
import { bytesSerializer, jsonSerializer, type Serialized, type Serializer } from '../cache/library/serializer.ts';
import { LivePatternsError, TierUnavailableError } from '../cache/library/shared-tier.ts';
import {
  type DynamodbOptions,
  dynamodb,
  memory,
  type RedisOptions,
  type RemoteSpec,
  redis,
  type TierSpec,
} from '../cache/library/tiers.ts';
import type { CacheCoherence, CachePolicy, CachePolicyInput } from '../contracts/cache-policy.ts';
import type { CacheStats } from '../contracts/cache-stats.ts';
import { ArgumentKeyError } from './cache/argument-key.ts';
import { cacheTuning } from './cache/cache-tuning.ts';
import { type CachedFunction, type CachedOptions, cached } from './cache/cached.ts';
import { type CachedFetch, type CachedFetchOptions, cachedFetch } from './cache/cached-fetch.ts';
import { HeadroomKeyv, type KeyvItem } from './cache/keyv-adapter.ts';
import { RemoteTier } from './cache/remote-tier.ts';
import { TierCalls } from './cache/tier-calls.ts';
import { watchCache } from './cache/watch-cache.ts';

export {
  ArgumentKeyError,
  bytesSerializer,
  type Cache,
  type CacheCoherence,
  type CachedFetch,
  type CachedFetchOptions,
  type CachedFunction,
  type CachedOptions,
  type CacheEvents,
  type CacheFigures,
  type CacheHit,
  type CacheInputCode,
  CacheInputError,
  type CacheOptions,
  type CachePolicy,
  type CachePolicyInput,
  type CacheStats,
  type CacheStatus,
  cached,
  cachedFetch,
  connectRedis,
  type DynamodbOptions,
  dynamodb,
  type GetOptions,
  type GetOrSetOptions,
  HeadroomKeyv,
  type InvalidateOptions,
  type InvalidationResult,
  jsonSerializer,
  type KeyvItem,
  LivePatternsError,
  type LoadContext,
  type Loader,
  LoaderTimeoutError,
  memory,
  type OptimizeResult,
  PreconditionError,
  type ReapRest,
  type RedisConnection,
  type RedisOptions,
  redis,
  type Serialized,
  type Serializer,
  type SetItem,
  type SetOptions,
  type StoredEntry,
  type TierSpec,
  TierUnavailableError,
  type WarmResult,
  type WarmSource,
};

/**
 * A cache for one namespace, over any subset of the tiers. What it holds in memory is trimmed by `trimOnPressure`, and its figures are
 * reported as metrics `headroom_cache_*`. Live settings may change its TTLs and limits while it lives.
 *
 * @throws CacheInputError `invalid-policy`, or `invalid-namespace`
 */
export const createCache = <V>(options: CacheOptions<V>): Cache<V> =>
  watchCache(createLibraryCache({ tuning: cacheTuning, ...options }));

export interface RemoteOptions {
  /** Where Headroom is; `HEADROOM_URL` when left out. */
  url?: string | undefined;
  /** With the scope `write`; `HEADROOM_API_KEY` when left out. */
  apiKey?: string | undefined;
  /** The namespace's part before the dot; `HEADROOM_PROJECT` when left out, else the namespace stands alone. */
  project?: string | undefined;
  /** For an operation, with all its tries; 3,000 when left out. */
  timeoutMs?: number;
  fetch?: typeof fetch;
}

const DEFAULT_TIMEOUT_MS = 3_000;

/** A namespace `shop` of the project `shop` is the project's own; `prices` is `shop.prices`. */
const namespaceOf = (namespace: string, project: string | undefined): string =>
  project === undefined || namespace === project || namespace.includes('.') ? namespace : `${project}.${namespace}`;

/**
 * All tiers of a Headroom deployment as one, over its HTTP API: for processes that reach neither its Redis nor its table. Beside it
 * stands at most the memory of the process.
 *
 * @throws TypeError when URL or key are missing, or the URL is none
 */
export function remote(options: RemoteOptions = {}): RemoteSpec {
  const { HEADROOM_URL, HEADROOM_API_KEY, HEADROOM_PROJECT } = process.env;
  const { url = HEADROOM_URL, apiKey = HEADROOM_API_KEY, project = HEADROOM_PROJECT } = options;
  if (url === undefined || apiKey === undefined) {
    throw new TypeError('remote() takes `url` and `apiKey`, or HEADROOM_URL and HEADROOM_API_KEY in the environment');
  }
  const { origin, pathname } = new URL(url);
  const base = `${origin}${pathname.replace(/\/+$/, '')}`;
  const { timeoutMs = DEFAULT_TIMEOUT_MS, fetch: send = fetch } = options;
  return {
    kind: 'remote',
    owner({ namespace, clock, notify }) {
      const calls = new TierCalls({ base, apiKey, namespace: namespaceOf(namespace, project), timeoutMs, fetch: send });
      return new GuardedTier(new RemoteTier(calls), {
        tier: 'remote',
        timeoutMs,
        notify,
        // Calls end by themselves.
        longTimeoutMs: 2 * timeoutMs,
        connectTimeoutMs: timeoutMs,
        now: clock.monotonic,
        ticker: tickerOf(clock),
      });
    },
  };
}
