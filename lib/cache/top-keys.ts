import type { CacheStats } from '../contracts/cache-stats.ts';

/** The most read keys over all processes that told of theirs, the most read first. Pure. */
export function topKeysOf(told: readonly Pick<CacheStats, 'topKeys'>[]): { key: string; reads: number }[] {
  const reads = new Map<string, number>();
  for (const { key, reads: more } of told.flatMap(({ topKeys }) => topKeys))
    reads.set(key, (reads.get(key) ?? 0) + more);
  return [...reads].map(([key, count]) => ({ key, reads: count })).sort((a, b) => b.reads - a.reads);
}
