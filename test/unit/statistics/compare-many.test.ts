import { describe, expect, it } from 'vitest';
import { compareMany, type Sample } from '../../../lib/statistics/compare-many.ts';
import { Random } from '../../../lib/statistics/random.ts';
import { shareOf } from './paired-samples.ts';

/** Rounds that are slow or fast for every configuration alike, and noise of 3 % of each. */
function drawn(random: Random, levels: Record<string, number>, clusters = 8, rounds = 6): Record<string, Sample[]> {
  const samples: Record<string, Sample[]> = Object.fromEntries(Object.keys(levels).map((name) => [name, []]));
  for (let cluster = 0; cluster < clusters; cluster++) {
    for (let round = 0; round < rounds; round++) {
      const weather = Math.exp(0.3 * random.normal());
      for (const [name, level] of Object.entries(levels)) {
        samples[name]?.push({ cluster, round, value: level * weather * Math.exp(0.03 * random.normal()) });
      }
    }
  }
  return samples;
}

describe('compareMany', () => {
  it('names the winner with its lead over the next', () => {
    const random = new Random(1);
    const comparison = compareMany(drawn(random, { slow: 120, fast: 90, middle: 100 }), { random });
    expect(comparison).toMatchObject({ winner: 'fast', pairs: 48 });
    expect(comparison.ranking.map(({ name }) => name)).toEqual(['fast', 'middle', 'slow']);
    expect(comparison.leads.map(({ over }) => over)).toEqual(['middle', 'slow']);
    const [overMiddle] = comparison.leads;
    expect(overMiddle?.improvementPercent).toBeCloseTo(10, -0.5);
    expect(overMiddle?.interval.lowPercent).toBeGreaterThan(8);
    expect(overMiddle?.interval.highPercent).toBeLessThan(12);
  });

  it('names none while two are level, and says which, or when the lead is below the margin', () => {
    const random = new Random(3);
    const level = compareMany(drawn(random, { one: 100, other: 100, slow: 150 }), { random });
    expect(level.winner).toBeUndefined();
    expect(level.reason).toMatch(
      /^that (one is lower than other|other is lower than one) by more than 0 % is not shown$/,
    );
    const samples = drawn(random, { better: 96, worse: 100 });
    expect(compareMany(samples, { random }).winner).toBe('better');
    expect(compareMany(samples, { random, marginPercent: 5 }).winner).toBeUndefined();
  });

  it('uses only what was measured of all', () => {
    const random = new Random(4);
    const { one = [], other = [] } = drawn(random, { one: 100, other: 80 });
    // These rounds were cheap, and only one of the two had them.
    const lucky = Array.from({ length: 50 }, (_, i) => ({ cluster: 1, round: 100 + i, value: 1 }));
    const alone = compareMany({ one, other }, { random: new Random(5) });
    expect(compareMany({ one: [...one, ...lucky], other: other.toReversed() }, { random: new Random(5) })).toEqual(
      alone,
    );
    const apart = compareMany({ one, other: lucky }, { random });
    expect(apart).toMatchObject({ pairs: 0, leads: [] });
    expect(apart.winner).toBeUndefined();
  });

  it('names a winner among equals 5 times of 100 at most', () => {
    const random = new Random(6);
    for (const levels of [
      { a: 1, b: 1 },
      { a: 1, b: 1, c: 1, d: 1, e: 1 },
      { a: 1, b: 1, c: 1.5 },
    ]) {
      const named = shareOf(
        250,
        () => compareMany(drawn(random, levels), { random, resamples: 300 }).winner !== undefined,
      );
      expect(named).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 250));
    }
  });

  it('refuses one configuration alone, and values that have no ratio', () => {
    const random = new Random(7);
    expect(() => compareMany({ one: [] }, { random })).toThrow('two configurations');
    expect(() => compareMany({ one: [{ cluster: 0, round: 0, value: 0 }], other: [] }, { random })).toThrow('above 0');
  });
});
