import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  atScale,
  type Bucket,
  bucketList,
  explicitBuckets,
  exponentialBuckets,
} from '../../../../lib/telemetry/otlp/buckets.ts';
import { spread } from '../../../../lib/telemetry/otlp/spread.ts';
import { histogramPointOf, secondsBounds } from '../../../support/otlp-requests.ts';

const perSecond = 1e6;
const base = { attributes: [], startTimeUnixNano: 0, timeUnixNano: 0, flags: 0 };

function explicitOf(seconds: readonly number[]) {
  const { count, bucketCounts, ...rest } = histogramPointOf(seconds);
  const point = {
    ...base,
    ...rest,
    explicitBounds: [...rest.explicitBounds],
    count: Number(count),
    bucketCounts: bucketCounts.map(Number),
  };
  const buckets = explicitBuckets(point);
  if (buckets === undefined) throw new Error('the buckets are not consistent');
  return { list: bucketList(buckets), known: { sum: rest.sum, min: rest.min, max: rest.max } };
}

function exponentialOf(seconds: readonly number[], scale: number) {
  const indexes = seconds.map((value) => Math.ceil(Math.log2(value) * 2 ** scale) - 1);
  const offset = Math.min(...indexes);
  const bucketCounts = Array.from({ length: Math.max(...indexes) - offset + 1 }, () => 0);
  for (const index of indexes) bucketCounts[index - offset] = (bucketCounts[index - offset] ?? 0) + 1;
  return exponentialBuckets({
    ...base,
    count: seconds.length,
    scale,
    zeroCount: 0,
    zeroThreshold: 0,
    positive: { offset, bucketCounts },
  });
}

const bucketOf = (list: readonly Bucket[], value: number): Bucket | undefined =>
  list.find(({ low, high }) => value >= low && value <= high);
const durations = fc.array(fc.double({ min: 0.0005, max: 30, noNaN: true }), { minLength: 1, maxLength: 200 });

describe('values that are spread over the buckets of a histogram', () => {
  it('are as many as there were, add up to what they did, and keep every percentile in its bucket', () => {
    fc.assert(
      fc.property(durations, (seconds) => {
        const { list, known } = explicitOf(seconds);
        const sketch = spread(list, known, perSecond);
        expect(sketch.count).toBe(seconds.length);
        expect(Math.abs(sketch.sum / perSecond - known.sum)).toBeLessThan(seconds.length * 0.6e-6 + 1e-9);
        const sorted = seconds.toSorted((a, b) => a - b);
        for (const q of [0.5, 0.9, 0.95, 0.99]) {
          const real = sorted[Math.ceil(q * sorted.length) - 1] ?? 0;
          const bucket = bucketOf(list, real);
          // Within a sketch's own precision.
          expect(sketch.quantile(q) / perSecond).toBeGreaterThanOrEqual((bucket?.low ?? 0) * 0.998 - 1e-6);
          expect(sketch.quantile(q) / perSecond).toBeLessThanOrEqual((bucket?.high ?? 0) * 1.002 + 1e-6);
        }
        expect(sketch.min / perSecond).toBeGreaterThanOrEqual((known.min ?? 0) - 1e-6);
        expect(sketch.max / perSecond).toBeLessThanOrEqual((known.max ?? 0) + 1e-6);
        expect(spread(list, known, perSecond).toBase64()).toBe(sketch.toBase64());
      }),
    );
  });

  it('are a few percent off at most where the histogram is exponential', () => {
    fc.assert(
      fc.property(durations, fc.integer({ min: 3, max: 6 }), (seconds, scale) => {
        const buckets = exponentialOf(seconds, scale);
        const sketch = spread(bucketList(buckets ?? { counts: new Map() }), {}, perSecond);
        expect(sketch.count).toBe(seconds.length);
        const real = seconds.toSorted((a, b) => a - b)[Math.ceil(seconds.length / 2) - 1] ?? 0;
        expect(Math.abs(sketch.quantile(0.5) / perSecond / real - 1)).toBeLessThan(2 ** (2 ** -scale) - 1 + 0.005);
      }),
    );
  });

  it('stay in few places, however many they are', () => {
    const sketch = spread([{ low: 0, high: 1000, count: 1e9 }], {}, 1);
    expect(sketch.count).toBe(1e9);
    expect([...sketch.buckets()]).toHaveLength(16);
  });

  it('have an end above the last bound where the maximum or the sum says so, and lie at it where nothing does', () => {
    const over = [{ low: 10, high: Number.POSITIVE_INFINITY, count: 4 }];
    expect(spread(over, { max: 20 }, 1000).max).toBeLessThanOrEqual(20_000);
    expect(spread(over, { sum: 60 }, 1000).sum).toBe(60_000);
    expect(spread(over, {}, 1000).max).toBe(10_000);
  });

  it('follow no sum that their buckets cannot have', () => {
    const bucket = [{ low: 1, high: 2, count: 2 }];
    for (const sum of [-1, 0, 1e9, Number.NaN, Number.POSITIVE_INFINITY]) {
      const sketch = spread(bucket, { sum }, 1000);
      expect([sketch.count, sketch.min >= 1000, sketch.max <= 2000]).toEqual([2, true, true]);
    }
  });
});

describe('buckets', () => {
  it('are refused where they contradict the count, each other, or good sense', () => {
    const point = { ...base, count: 3, bucketCounts: [1, 2], explicitBounds: [1] };
    expect(explicitBuckets(point)).toBeDefined();
    for (const wrong of [
      { count: 4 },
      { bucketCounts: [1, 1, 1] },
      { bucketCounts: [-1, 4] },
      { bucketCounts: [0.5, 2.5] },
      { explicitBounds: [Number.NaN] },
      { bucketCounts: [1, 1, 1], explicitBounds: [2, 1] },
    ]) {
      expect(explicitBuckets({ ...point, ...wrong })).toBeUndefined();
    }
    expect(explicitBuckets({ ...base, count: 7, bucketCounts: [], explicitBounds: [] })?.counts.get(0)).toBe(7);
    const exponential = {
      ...base,
      count: 2,
      scale: 0,
      zeroCount: 0,
      zeroThreshold: 0,
      positive: { offset: 0, bucketCounts: [2] },
    };
    expect(exponentialBuckets(exponential)).toBeDefined();
    for (const wrong of [{ scale: 21 }, { zeroCount: 1 }, { positive: { offset: 2 ** 30, bucketCounts: [2] } }]) {
      expect(exponentialBuckets({ ...exponential, ...wrong })).toBeUndefined();
    }
  });

  it('of a lower scale hold what those of a higher one held', () => {
    fc.assert(
      fc.property(durations, fc.integer({ min: 0, max: 5 }), (seconds, lower) => {
        const fine = exponentialOf(seconds, 6) ?? { counts: new Map() };
        expect(atScale(fine, lower).counts).toEqual(exponentialOf(seconds, lower)?.counts);
      }),
    );
  });

  it('of the convention reach from nothing to all', () => {
    expect(explicitOf([0.001, 20]).list).toEqual([
      { low: 0, high: secondsBounds[0], count: 1 },
      { low: 10, high: Number.POSITIVE_INFINITY, count: 1 },
    ]);
  });

  it('are made of any histogram that does not contradict itself, and of no other', () => {
    const wild = fc.oneof(fc.double(), fc.constantFrom(0, 1e308, -1e308, Number.MAX_VALUE, Infinity, -Infinity));
    const counts = fc.array(fc.constantFrom(0, 1, 2, 1e11), { minLength: 1, maxLength: 5 });
    const sumOf = (all: number[]) => all.reduce((sum, one) => sum + one, 0);
    const known = { sum: wild, min: wild, max: wild };
    const explicit = fc
      .record({ ...known, bucketCounts: counts, bounds: fc.array(wild, { minLength: 5, maxLength: 5 }) })
      .map(({ bounds, bucketCounts, ...rest }) => {
        const explicitBounds = bounds.toSorted((a, b) => a - b).slice(0, bucketCounts.length - 1);
        const point = { ...base, ...rest, count: sumOf(bucketCounts), bucketCounts, explicitBounds };
        return { point, buckets: explicitBuckets(point) };
      });
    const exponential = fc
      .record({
        ...known,
        bucketCounts: counts,
        scale: fc.integer({ min: -10, max: 20 }),
        offset: fc.oneof(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: -(2 ** 24), max: 2 ** 24 })),
      })
      .map(({ scale, offset, bucketCounts, ...rest }) => {
        const of = { scale, zeroCount: 0, zeroThreshold: 0, positive: { offset, bucketCounts } };
        const point = { ...base, ...rest, ...of, count: sumOf(bucketCounts) };
        return { point, buckets: exponentialBuckets(point) };
      });
    fc.assert(
      fc.property(fc.oneof(explicit, exponential), ({ point, buckets }) => {
        if (buckets === undefined) return;
        expect(spread(bucketList(buckets), point, perSecond).count).toBe(point.count);
      }),
      { numRuns: 500 },
    );
    const beyond = {
      count: 2,
      scale: 0,
      zeroCount: 0,
      zeroThreshold: 0,
      positive: { offset: 1100, bucketCounts: [2] },
    };
    expect(exponentialBuckets({ ...base, ...beyond })).toBeUndefined();
    const wide = { ...base, count: 2, sum: 1.5e308, bucketCounts: [2, 0], explicitBounds: [1e308] };
    expect(spread(bucketList(explicitBuckets(wide) ?? { counts: new Map() }), wide, perSecond).count).toBe(2);
  });
});
