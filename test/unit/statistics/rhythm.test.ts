import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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

  it('is as it was where it lasts for less than three rounds', () => {
    const short = series(60, (index) => index % 24);
    expect(withoutRhythm(short, places)).toEqual(short);
    expect(withoutRhythm([], places)).toEqual([]);
  });
});
