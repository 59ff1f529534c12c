import type { CacheStats, TierStats } from '../../contracts/cache-stats.ts';
import { HeavyHitters } from '../../statistics/heavy-hitters.ts';
import type { Held } from './held.ts';
import type { SharedTierName, TierCost, TierUsage } from './shared-tier.ts';

const SKETCHED_KEYS = 1_000;
const TOP_KEYS = 20;
/** So many are counted where the value lies, at most. */
const MOST_READS = 1_048_576;
const BYTES_PER_MB = 1_048_576;
/** US dollars at list price in us-east-1, on demand: DynamoDB per unit and per GB and month, ElastiCache Serverless (Valkey) per GB and month. */
const USD_PER_READ_UNIT = 0.125 / 1e6;
const USD_PER_WRITE_UNIT = 0.625 / 1e6;
const USD_PER_DYNAMODB_GB = 0.25;
const USD_PER_REDIS_GB = 0.084 * 730;
const BYTES_PER_GB = 1_073_741_824;

/** What the cache knows of a tier beside what is counted here. */
export interface TierState {
  usage?: TierUsage | undefined;
  limitMb?: number | undefined;
  errors?: number;
  breaker?: TierStats['breaker'];
}

export interface CacheState {
  memory?: { entries: number; bytes: number; limitBytes: number; evictions: number } | undefined;
  shared: Partial<Record<SharedTierName, TierState>>;
  cost?: TierCost | undefined;
  savedBytes: number;
}

class Mean {
  #sum = 0;
  #count = 0;

  add(value: number): void {
    this.#sum += value;
    this.#count++;
  }

  get value(): number | undefined {
    return this.#count === 0 ? undefined : this.#sum / this.#count;
  }
}

const present = <K extends string, T>(name: K, value: T | undefined): { [key in K]?: T } =>
  (value === undefined ? {} : { [name]: value }) as { [key in K]?: T };

/** Counts what a cache does, in bounded memory. */
export class Recorder {
  readonly hits = { memory: 0, redis: 0, dynamodb: 0 };
  misses = 0;
  /** What the loaders of what was served would have taken, in ms. */
  savedLoaderMs = 0;
  readonly getMs = new Mean();
  readonly setMs = new Mean();
  readonly #topKeys = new HeavyHitters(SKETCHED_KEYS);

  hit(tier: 'memory' | SharedTierName, key: string, held: Held<unknown>): void {
    this.hits[tier]++;
    this.savedLoaderMs += held.loaderMs;
    held.countRead();
    if (held.reads >= MOST_READS || tier !== 'memory') this.left(key, held);
  }

  /** Reads from memory are counted where the value lies, which costs next to nothing, and told here when it leaves. */
  left(key: string, held: Held<unknown>): void {
    if (held.reads > 0) this.#topKeys.add(key, held.reads);
    held.forgetReads();
  }

  topKeys(limit: number): { key: string; reads: number }[] {
    return this.#topKeys.top(limit).map(({ item, count }) => ({ key: item, reads: count }));
  }

  stats({ memory, shared, cost, savedBytes }: CacheState): CacheStats {
    const cacheHits = this.hits.memory + this.hits.redis + this.hits.dynamodb;
    const totalRequests = cacheHits + this.misses;
    const percentOf = (count: number) => (totalRequests === 0 ? undefined : (100 * count) / totalRequests);
    const tierOf = (name: SharedTierName): TierStats | undefined => {
      const state = shared[name];
      if (state === undefined) return undefined;
      const { usage, limitMb, errors = 0, breaker } = state;
      return {
        ...sizes(usage?.entries ?? 0, usage?.bytes ?? 0, limitMb),
        hits: this.hits[name],
        errors,
        ...present('breaker', breaker),
      };
    };
    const redisBytes = shared.redis?.usage?.bytes;
    const dynamodbBytes = shared.dynamodb?.usage?.bytes ?? 0;
    const { readUnits, writeUnits } = cost ?? { readUnits: 0, writeUnits: 0 };
    return {
      ...present('hitRatePercent', percentOf(cacheHits)),
      ...present('missRatePercent', percentOf(this.misses)),
      totalRequests,
      cacheHits,
      cacheMisses: this.misses,
      tiers: {
        ...present(
          'memory',
          memory && {
            ...sizes(memory.entries, memory.bytes, memory.limitBytes / BYTES_PER_MB),
            hits: this.hits.memory,
            errors: 0,
          },
        ),
        ...present('redis', tierOf('redis')),
        ...present('dynamodb', tierOf('dynamodb')),
      },
      performance: {
        ...present('avgGetMs', this.getMs.value),
        ...present('avgSetMs', this.setMs.value),
        evictions: memory?.evictions ?? 0,
      },
      topKeys: this.topKeys(TOP_KEYS),
      savings: { loaderMs: this.savedLoaderMs, compressionBytes: savedBytes },
      cost: {
        dynamodbReadUnits: readUnits,
        dynamodbWriteUnits: writeUnits,
        ...present('redisBytes', redisBytes),
        usd:
          readUnits * USD_PER_READ_UNIT +
          writeUnits * USD_PER_WRITE_UNIT +
          (dynamodbBytes / BYTES_PER_GB) * USD_PER_DYNAMODB_GB +
          ((redisBytes ?? 0) / BYTES_PER_GB) * USD_PER_REDIS_GB,
      },
    };
  }
}

function sizes(entries: number, bytes: number, limitMb: number | undefined) {
  const usedMb = bytes / BYTES_PER_MB;
  const limit = limitMb === undefined ? {} : { limitMb, usagePercent: (100 * usedMb) / limitMb };
  return { entries, usedMb, ...limit };
}
