import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../lib/statistics/random.ts';

const drawn = (seed: number, count: number): number[] => {
  const random = new Random(seed);
  return Array.from({ length: count }, () => random.fraction());
};

describe('Random', () => {
  it('gives the same numbers for the same seed, others for another', () => {
    expect(drawn(7, 20)).toEqual(drawn(7, 20));
    expect(drawn(7, 20)).not.toEqual(drawn(8, 20));
  });

  it('draws fractions evenly, each from 0 up to and without 1', () => {
    const tenths = new Array<number>(10).fill(0);
    for (const fraction of drawn(1, 100_000)) {
      const tenth = Math.floor(fraction * 10);
      tenths[tenth] = (tenths[tenth] ?? Number.NaN) + 1;
    }
    expect(tenths).toHaveLength(10);
    // Five standard deviations of a binomial count.
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(9000));
  });

  it('draws whole numbers within both ends, and both ends', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -1e9, max: 1e9 }), fc.nat(5), (seed, low, more) => {
        const random = new Random(seed);
        const seen = new Set(Array.from({ length: 300 }, () => random.between(low, low + more)));
        expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: more + 1 }, (_, i) => low + i));
      }),
      { numRuns: 50 },
    );
  });
});
