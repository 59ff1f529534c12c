import type { HistogramPoint } from './metric-points.ts';
import type { Change } from './series.ts';

/** The longest that a window may be. */
const maxWindowMs = 600_000;
/** What began earlier than this before its end is taken to have begun then: totals are remembered for as long. */
const maxChangeMs = 3_600_000;

/**
 * A change in parts that fit into one window each, in the order of time: what was told of after a silence of an hour did not all
 * happen in its last ten minutes. Nobody knows when it did, so each part has the same share of it. Counts of histograms stay
 * whole, and their values are dealt out in turn, so that every part has as many low and high ones.
 */
export function divided(change: Change): Change[] {
  // Where it is not said when it began, one window has all of it.
  const longestMs = change.startMs > 0 ? maxChangeMs : maxWindowMs;
  const startMs = Math.floor(Math.max(change.startMs, change.timeMs - longestMs));
  const lengthMs = Math.round(change.timeMs - startMs);
  const parts = Math.ceil(lengthMs / maxWindowMs);
  if (change.kind === 'gauge' || parts <= 1) return [{ ...change, startMs }];
  const edge = (part: number): number => startMs + Math.floor((lengthMs * part) / parts);
  return Array.from({ length: parts }, (_, part) => ({
    ...change,
    ...(change.kind === 'counter' ? { value: change.value / parts } : dealt(change, part, parts)),
    startMs: edge(part),
    timeMs: edge(part + 1),
  }));
}

/** What one part gets of a histogram: of its values in ascending order, every `parts`th. */
function dealt(
  { count, sum, buckets }: HistogramPoint,
  part: number,
  parts: number,
): Pick<HistogramPoint, 'count' | 'sum' | 'buckets'> {
  /** How many of the first `values` are of this part. */
  const upTo = (values: number): number => Math.floor((values + parts - 1 - part) / parts);
  const { zero = 0 } = buckets;
  const counts = new Map<number, number>();
  let before = zero;
  for (const [index, inBucket] of [...buckets.counts].sort(([a], [b]) => a - b)) {
    const own = upTo(before + inBucket) - upTo(before);
    if (own > 0) counts.set(index, own);
    before += inBucket;
  }
  const own = upTo(before);
  return {
    count: own,
    sum: sum === undefined || count === 0 ? undefined : (sum * own) / count,
    buckets: { ...buckets, counts, zero: upTo(zero) },
  };
}
