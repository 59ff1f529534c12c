import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeavyHitters } from '../../../lib/statistics/heavy-hitters.ts';

/** A few items often, many rarely. */
const item = fc.oneof(fc.nat(3), fc.nat(12), fc.nat(60)).map((number) => `item ${number}`);
const stream = fc.array(fc.tuple(item, fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 5 }))), { maxLength: 300 });
const capacity = fc.integer({ min: 1, max: 20 });

const trueCounts = (counted: readonly (readonly [string, number])[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const [each, times] of counted) counts.set(each, (counts.get(each) ?? 0) + times);
  return counts;
};

const sketchOf = (size: number, counted: readonly (readonly [string, number])[]): HeavyHitters => {
  const sketch = new HeavyHitters(size);
  for (const [each, times] of counted) sketch.add(each, times);
  return sketch;
};

/** All that is promised. */
function expectBounds(sketch: HeavyHitters, counts: Map<string, number>): void {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  expect(sketch.total).toBe(total);
  const top = sketch.top();
  expect(sketch.size).toBe(top.length);
  expect(top.length).toBe(Math.min(sketch.capacity, counts.size));
  for (const { item: each, count, error } of top) {
    const exact = counts.get(each) ?? 0;
    expect(exact).toBeGreaterThan(0);
    expect(count).toBeGreaterThanOrEqual(exact);
    expect(count - error).toBeLessThanOrEqual(exact);
    expect(error).toBeLessThanOrEqual(total / sketch.capacity);
    if (counts.size <= sketch.capacity) expect(count).toBe(exact);
  }
  const held = new Set(top.map(({ item: each }) => each));
  for (const [each, exact] of counts) {
    if (exact > total / sketch.capacity) expect(held).toContain(each);
    if (!held.has(each)) expect(sketch.estimate(each).error).toBeGreaterThanOrEqual(exact);
  }
  expect(top.map(({ count }) => count)).toEqual(top.map(({ count }) => count).toSorted((a, b) => b - a));
}

describe('HeavyHitters', () => {
  it('keep their bounds for every stream', () => {
    fc.assert(
      fc.property(capacity, stream, (size, counted) => {
        expectBounds(sketchOf(size, counted), trueCounts(counted));
      }),
      { numRuns: 300 },
    );
  });

  it('keep their bounds when merged, in any shape, and counting goes on', () => {
    fc.assert(
      fc.property(capacity, fc.array(stream, { minLength: 2, maxLength: 5 }), stream, (size, streams, more) => {
        const [first = new HeavyHitters(size), ...others] = streams.map((each) => sketchOf(size, each));
        // As a chain from the right, so that merged ones are merged again.
        const merged = first.merge(others.reduceRight((right, left) => left.merge(right), new HeavyHitters(size)));
        expectBounds(merged, trueCounts(streams.flat()));
        for (const [each, times] of more) merged.add(each, times);
        expectBounds(merged, trueCounts([...streams.flat(), ...more]));
      }),
      { numRuns: 300 },
    );
  });

  it('leave what they are merged with as it was, and come back from a snapshot', () => {
    fc.assert(
      fc.property(capacity, stream, stream, (size, mine, theirs) => {
        const other = sketchOf(size, theirs);
        const before = other.snapshot();
        sketchOf(size, mine).merge(other);
        expect(other.snapshot()).toEqual(before);
        const again = HeavyHitters.from(size, JSON.parse(JSON.stringify(before)));
        expectBounds(again, trueCounts(theirs));
        for (const [each, times] of mine) again.add(each, times);
        expectBounds(again, trueCounts([...theirs, ...mine]));
      }),
    );
  });

  it('find the frequent ones in a skewed stream, in memory that does not grow', () => {
    const sketch = new HeavyHitters(100);
    const seen: [string, number][] = [];
    for (let at = 0; at < 100_000; at++) {
      const each = `key ${at % 3 === 0 ? at % 30 : (at * 7_919) % 20_011}`;
      seen.push([each, 1]);
      sketch.add(each);
    }
    expect(sketch.size).toBe(100);
    const best = [...trueCounts(seen)].sort(([, a], [, b]) => b - a).slice(0, 10);
    expect(new Set(sketch.top(10).map(({ item: each }) => each))).toEqual(new Set(best.map(([each]) => each)));
    sketch.clear();
    expect([sketch.size, sketch.total, sketch.top()]).toEqual([0, 0, []]);
  });

  it('refuse what cannot be', () => {
    expect(() => new HeavyHitters(0)).toThrow(RangeError);
    expect(() => new HeavyHitters(2).add('a', 0)).toThrow(RangeError);
    expect(() => new HeavyHitters(2).add('a', Number.NaN)).toThrow(RangeError);
    expect(() => new HeavyHitters(3).merge(new HeavyHitters(2))).toThrow(RangeError);
    const a = { item: 'a', count: 2, error: 0 };
    for (const snapshot of [
      { total: 9, items: [a, { ...a, item: 'b' }, { ...a, item: 'c' }] },
      { total: 9, items: [a, a] },
      { total: 1, items: [a] },
      { total: 9, items: [{ ...a, error: 3 }] },
      { total: Number.NaN, items: [a] },
    ]) {
      expect(() => HeavyHitters.from(2, snapshot)).toThrow(RangeError);
    }
  });
});
