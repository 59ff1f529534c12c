import type { OtlpExponentialPoint, OtlpHistogramPoint } from '../../contracts/otlp.ts';

/** Values between two bounds, in the unit of the metric. */
export interface Bucket {
  low: number;
  /** Infinity where nothing bounds them. */
  high: number;
  count: number;
}

/** The buckets of a histogram that have something in them, in ascending order, and how they can be told apart from others'. */
export interface Buckets {
  /** Of an exponential histogram: every power of two has 2^scale buckets. */
  scale?: number;
  /** By the number of the bucket. Values up to the zero threshold of an exponential histogram are in `zero`. */
  counts: Map<number, number>;
  bounds?: readonly number[];
  zero?: number;
  zeroThreshold?: number;
}

/** More than any SDK makes, which is 160. */
const maxBuckets = 2_000;
const maxScale = 20;
const minScale = -10;

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const filled = (counts: readonly number[], offset = 0): Map<number, number> =>
  new Map(counts.map((count, index): [number, number] => [index + offset, count]).filter(([, count]) => count > 0));
const sumOf = (counts: Iterable<number>): number => [...counts].reduce((sum, count) => sum + count, 0);

/** Undefined for what contradicts itself. A histogram without buckets has one, without bounds. */
export function explicitBuckets({ count, bucketCounts, explicitBounds }: OtlpHistogramPoint): Buckets | undefined {
  const counts = bucketCounts.length === 0 && explicitBounds.length === 0 ? [count] : bucketCounts;
  if (counts.length !== explicitBounds.length + 1 || counts.length > maxBuckets) return undefined;
  if (!counts.every(isCount) || sumOf(counts) !== count) return undefined;
  const areAscending = explicitBounds.every(
    (bound, index) => Number.isFinite(bound) && bound > (explicitBounds[index - 1] ?? Number.NEGATIVE_INFINITY),
  );
  return areAscending ? { counts: filled(counts), bounds: explicitBounds } : undefined;
}

/** As `explicitBuckets`. Values below 0 are counted as 0: what is measured here has none. */
export function exponentialBuckets(point: OtlpExponentialPoint): Buckets | undefined {
  const { count, scale, zeroCount, zeroThreshold, positive, negative } = point;
  const own = positive?.bucketCounts ?? [];
  const below = negative?.bucketCounts ?? [];
  if (scale > maxScale || scale < minScale || own.length > maxBuckets || below.length > maxBuckets) return undefined;
  const all = [...own, ...below, zeroCount];
  if (!all.every(isCount) || sumOf(all) !== count || !(zeroThreshold >= 0 && zeroThreshold < 1e9)) return undefined;
  const offset = positive?.offset ?? 0;
  if (Math.abs(offset) > 2 ** 24) return undefined;
  const counts = filled(own, offset);
  // No number is as high as that.
  if (![...counts.keys()].every((index) => Number.isFinite(exponential(index, scale)))) return undefined;
  return { scale, counts, zero: zeroCount + sumOf(below), zeroThreshold };
}

/** With fewer, wider buckets: of an exponential histogram, those of a lower scale are pairs of those of a higher one. */
export function atScale(buckets: Buckets, scale: number): Buckets {
  const shift = (buckets.scale ?? scale) - scale;
  if (shift <= 0) return buckets;
  const counts = new Map<number, number>();
  for (const [index, count] of buckets.counts) {
    const wider = Math.floor(index / 2 ** shift);
    counts.set(wider, (counts.get(wider) ?? 0) + count);
  }
  return { ...buckets, scale, counts };
}

/** In ascending order. */
export function bucketList({ scale, counts, bounds = [], zero = 0, zeroThreshold = 0 }: Buckets): Bucket[] {
  const list = [...counts]
    .sort(([a], [b]) => a - b)
    .map(([index, count]): Bucket => {
      if (scale !== undefined) return { low: exponential(index, scale), high: exponential(index + 1, scale), count };
      return { low: Math.max(0, bounds[index - 1] ?? 0), high: Math.max(0, bounds[index] ?? Infinity), count };
    });
  return zero === 0 ? list : [{ low: 0, high: zeroThreshold, count: zero }, ...list];
}

const exponential = (index: number, scale: number): number => 2 ** (index * 2 ** -scale);
