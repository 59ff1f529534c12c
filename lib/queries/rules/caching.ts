import type { QueryAnalysis, QueryStatistics } from '../../contracts/query-analyses.ts';

type Caching = QueryAnalysis['caching'];

/** What kind of query it is, as far as a cache of its results minds. */
export interface Cacheability {
  isRead: boolean;
  /** It locks rows, or its answer belongs to one moment: `now()`, `random()`. */
  isMomentary: boolean;
  isAggregate: boolean;
}

/** Below, a cached answer is seldom read again before it is out of date. */
const minReadsPerWrite = 5;
const ttlBounds = { minSeconds: 1, maxSeconds: 3600 } as const;
/** Of the time between two writes: what is cached for so long is out of date in one of ten reads at most. */
const shareOfWriteInterval = 0.2;

/**
 * Whether to keep the results, and for how long. With writes at random, rate w, a result that is kept for t is out of date for
 * a share of about w t / 2 of the reads: a fifth of the mean time between writes keeps that at a tenth.
 */
export function cachingAdvice(
  { isRead, isMomentary, isAggregate }: Cacheability,
  statistics: QueryStatistics | undefined,
): Caching {
  if (!isRead) return { advice: 'do-not-cache', reason: 'It changes data.' };
  if (isMomentary)
    return { advice: 'do-not-cache', reason: 'Its answer belongs to the moment, or it locks what it reads.' };
  const { readsPerMinute, writesPerMinute } = statistics ?? {};
  if (readsPerMinute === undefined || writesPerMinute === undefined) {
    const reason = isAggregate
      ? 'It adds up many rows to a small answer, which is worth keeping if it is asked for more often than the data changes; how often both happen was not given.'
      : 'It depends on how often it is asked and how often what it reads changes, which was not given.';
    return { advice: 'depends', reason };
  }
  if (readsPerMinute < 1)
    return {
      advice: 'do-not-cache',
      reason: `It runs ${readsPerMinute} times a minute: a kept answer would hardly be read.`,
    };
  if (writesPerMinute === 0) {
    return {
      advice: 'cache',
      ttlSeconds: ttlBounds.maxSeconds,
      reason: 'What it reads does not change; forget the answer when it does.',
    };
  }
  const ratio = readsPerMinute / writesPerMinute;
  const told = `${round(ratio)} reads for each write`;
  if (ratio < minReadsPerWrite) return { advice: 'do-not-cache', reason: `There are only ${told}.` };
  const ideal = (60 / writesPerMinute) * shareOfWriteInterval;
  const ttlSeconds = Math.round(Math.min(ttlBounds.maxSeconds, Math.max(ttlBounds.minSeconds, ideal)));
  const isBrief = ttlSeconds < 10;
  return {
    advice: isBrief ? 'cache-briefly' : 'cache',
    ttlSeconds,
    reason: `There are ${told}; kept for ${ttlSeconds} s, an answer is out of date in about ${round(Math.min(100, (writesPerMinute / 60) * ttlSeconds * 50))} % of the reads, or in none when writes invalidate it.`,
  };
}

const round = (value: number): number => (value >= 10 ? Math.round(value) : Math.round(value * 10) / 10);
