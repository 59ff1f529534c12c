import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from '../../../lib/statistics/bootstrap.ts';
import { mean } from '../../../lib/statistics/moments.ts';
import { medianOf } from '../../../lib/statistics/quantiles.ts';
import { Random } from '../../../lib/statistics/random.ts';
import { shareOf } from './paired-samples.ts';

describe('bootstrapInterval', () => {
  it('gives the same interval for the same seed', () => {
    const members = [3, 1, 4, 1, 5, 9, 2, 6];
    const interval = (seed: number) => bootstrapInterval(members, mean, { random: new Random(seed) });
    expect(interval(5)).toEqual(interval(5));
    expect(interval(5)).not.toEqual(interval(6));
  });

  it('is a point where nothing varies, and wider at more confidence', () => {
    expect(bootstrapInterval([2, 2, 2], mean, { random: new Random(1) })).toEqual({ low: 2, high: 2 });
    const members = Array.from({ length: 30 }, (_, i) => i);
    const narrow = bootstrapInterval(members, medianOf, { random: new Random(1), confidence: 0.5 });
    const wide = bootstrapInterval(members, medianOf, { random: new Random(1), confidence: 0.99 });
    expect(wide.low).toBeLessThan(narrow.low);
    expect(wide.high).toBeGreaterThan(narrow.high);
  });

  it('refuses to draw from fewer than two', () => {
    expect(() => bootstrapInterval([1], mean, { random: new Random(1) })).toThrow('two members');
  });

  it('holds the mean of a skewed distribution about as often as it says', () => {
    const random = new Random(11);
    const held = shareOf(400, () => {
      const members = Array.from({ length: 25 }, () => -Math.log(1 - random.fraction()));
      const { low, high } = bootstrapInterval(members, mean, { random, resamples: 400 });
      return low <= 1 && high >= 1;
    });
    expect(held).toBeGreaterThan(0.9);
    expect(held).toBeLessThan(0.98);
  });

  it('holds the mean where values come in clusters, when clusters are drawn and not values', () => {
    const random = new Random(12);
    const sample = () =>
      Array.from({ length: 12 }, () => {
        const center = random.normal();
        return Array.from({ length: 6 }, () => center + random.normal());
      });
    const covers = ({ low, high }: { low: number; high: number }) => low <= 0 && high >= 0;
    const options = { random, resamples: 200 };
    const clustered = shareOf(300, () =>
      covers(bootstrapInterval(sample(), (drawn) => mean(drawn.map((cluster) => mean(cluster))), options)),
    );
    const pooled = shareOf(100, () => covers(bootstrapInterval(sample().flat(), mean, options)));
    expect(clustered).toBeGreaterThan(0.9);
    expect(clustered).toBeLessThan(0.98);
    expect(pooled).toBeLessThan(0.85);
  });
});
