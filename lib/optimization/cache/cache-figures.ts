import { topKeysOf } from '../../cache/top-keys.ts';
import type { CacheStats } from '../../contracts/cache-stats.ts';

/** What all processes that serve a namespace counted together, since each of them started. */
export interface CacheFigures {
  requests: number;
  hits: number;
  misses: number;
  /** 0 to 100. */
  hitRatePercent: number;
  /** From memory, for want of room. */
  evictions: number;
  /** Of the process that uses most: each has a memory of its own. Undefined: none keeps anything in memory. */
  memory: { usedMb: number; limitMb: number; entries: number } | undefined;
  /** In all tiers, each key counted once at least. */
  entries: number;
  /** The most read first, over all processes. */
  topKeys: { key: string; reads: number }[];
  /** Of all gets, those of the ten most read keys; 0 to 100. */
  topKeysSharePercent: number;
  /** Redis stands above DynamoDB: what is read from there is found above afterwards, by all processes. */
  hasUpperTier: boolean;
}

const topKeysCounted = 10;

/** Adds up what the processes told. Undefined where there is nothing. Pure. */
export function cacheFiguresOf(told: readonly CacheStats[]): CacheFigures | undefined {
  const sum = (value: (stats: CacheStats) => number): number => told.reduce((all, stats) => all + value(stats), 0);
  const requests = sum(({ totalRequests }) => totalRequests);
  if (requests === 0) return undefined;
  const hits = sum(({ cacheHits }) => cacheHits);
  const topKeys = topKeysOf(told);
  const memories = told.flatMap(({ tiers: { memory } }) =>
    memory?.limitMb === undefined ? [] : [{ usedMb: memory.usedMb, limitMb: memory.limitMb, entries: memory.entries }],
  );
  const [memory] = memories.toSorted((a, b) => b.usedMb / b.limitMb - a.usedMb / a.limitMb);
  const topReads = topKeys.slice(0, topKeysCounted).reduce((all, one) => all + one.reads, 0);
  return {
    requests,
    hits,
    misses: sum(({ cacheMisses }) => cacheMisses),
    hitRatePercent: rounded((100 * hits) / requests),
    evictions: sum(({ performance }) => performance.evictions),
    memory,
    entries: told.reduce(
      (most, { tiers }) => Math.max(most, ...Object.values(tiers).map((tier) => tier?.entries ?? 0)),
      0,
    ),
    topKeys,
    topKeysSharePercent: rounded(Math.min(100, (100 * topReads) / requests)),
    hasUpperTier: told.some(({ tiers: { redis, dynamodb } }) => redis !== undefined && dynamodb !== undefined),
  };
}

const rounded = (value: number): number => Math.round(value * 10) / 10;
