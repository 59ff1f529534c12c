import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countAbove } from '../../../lib/statistics/count-above.ts';
import { Sketch } from '../../../lib/statistics/sketch.ts';

const sketchOf = (values: readonly number[]): Sketch => {
  const sketch = new Sketch();
  for (const value of values) sketch.record(value);
  return sketch;
};
const values = fc.array(fc.oneof(fc.nat(400), fc.nat(3_000_000)), { minLength: 1, maxLength: 60 });

describe('countAbove', () => {
  it('is exact at the ends, where values are small, and elsewhere to 0.4 %', () => {
    fc.assert(
      fc.property(values, fc.nat(3_000_000), (all, limit) => {
        const count = (than: number): number => all.filter((value) => value > than).length;
        const found = countAbove(sketchOf(all), limit);
        if (limit < 512 || limit >= Math.max(...all) || limit < Math.min(...all)) expect(found).toBe(count(limit));
        expect(found).toBeLessThanOrEqual(count(limit * 0.996));
        expect(found).toBeGreaterThanOrEqual(count(limit * 1.004));
      }),
    );
    expect(countAbove(new Sketch(), 0)).toBe(0);
  });

  it('agrees with quantiles: p95 is within a limit exactly when 95 of 100 values are', () => {
    fc.assert(
      fc.property(values, fc.nat(3_000_000), fc.constantFrom(0.5, 0.9, 0.95, 0.99), (all, limit, share) => {
        const sketch = sketchOf(all);
        const kept = all.length - countAbove(sketch, limit);
        expect(kept >= Math.ceil(share * all.length)).toBe(sketch.quantile(share) <= limit);
      }),
    );
  });
});
