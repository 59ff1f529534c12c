import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../lib/statistics/random.ts';
import { withoutRhythm } from '../../../lib/statistics/rhythm.ts';
import { trend } from '../../../lib/statistics/trend.ts';

const hour = 3_600_000;
const day = 24 * hour;
const places = { round: day, slot: hour };

/** Values of each hour, from any moment on. */
const series = (hours: number, value: (hour: number) => number) =>
  Array.from({ length: hours }, (_, index) => ({ at: 1_700_006_400_000 + index * hour, value: value(index) }));

describe('a series without its rhythm', () => {
  it('is level when it only repeats itself, wherever it begins and ends', () => {
    const anyDay = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 24, maxLength: 24 });
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 72, max: 200 }), fc.nat(23), (ofDay, hours, begin) => {
        const level = withoutRhythm(
          series(hours, (index) => ofDay[(index + begin) % 24] ?? 0),
          places,
        );
        const [first] = level;
        for (const { value } of level) expect(value).toBeCloseTo(first?.value ?? 0, 6);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the trend that it had beside it', () => {
    const daily = (index: number): number => 50 * Math.sin((2 * Math.PI * index) / 24);
    const found = trend(
      withoutRhythm(
        series(14 * 24, (index) => 200 + index / 10 + daily(index)),
        places,
      ),
    );
    expect(found?.direction).toBe('rising');
    expect(found?.slopePerHour).toBeCloseTo(0.1, 3);
  });

  it('keeps a step of its level, which is no rhythm', () => {
    const weekly = Array.from({ length: 60 }, (_, index) => ({
      at: index * day,
      value: (index < 31 ? 40 : 90) + (index % 7 === 0 ? 20 : 0),
    }));
    const level = withoutRhythm(weekly, { round: 7 * day, slot: day });
    for (const [index, { value }] of level.entries()) {
      expect(Math.abs(value - (index < 31 ? 43 : 93))).toBeLessThan(6);
    }
  });

  it('has the mean of the rhythm where nothing else is in it', () => {
    const values = [1, 3, 1, 3, 1, 3].map((value, at) => ({ at, value }));
    const found = withoutRhythm(values, { round: 2, slot: 1 });
    expect(found.map(({ value }) => value)).toEqual([2, 2, 2, 2, 2, 2]);
  });

  it('has its level, the change of it, and what stood alone, also of two rounds where that is enough', () => {
    const random = new Random(3);
    const season = [0, 5, 9, 4, -3, -8, -7];
    for (const count of [14, 140]) {
      const level = Array.from(
        { length: count },
        (_, i) => (i < 70 ? 100 : 130) + (i === 40 ? 50 : 0) + random.normal(),
      );
      const found = withoutRhythm(
        level.map((value, at) => ({ at, value: value + (season[at % 7] ?? 0) })),
        { round: 7, slot: 1, leastRounds: 2 },
      );
      for (const [i, { value }] of found.entries()) expect(Math.abs(value - (level[i] ?? 0))).toBeLessThan(2);
    }
  });

  it('is as it was where it lasts for less than three rounds', () => {
    const short = series(60, (index) => index % 24);
    expect(withoutRhythm(short, places)).toEqual(short);
    expect(withoutRhythm([], places)).toEqual([]);
  });
});
