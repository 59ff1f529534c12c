import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mannKendall } from '../../../lib/statistics/mann-kendall.ts';
import { Random } from '../../../lib/statistics/random.ts';
import { type TrendPoint, trend } from '../../../lib/statistics/trend.ts';
import { shareOf } from './paired-samples.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const BEGIN = 1_700_000_000_000;

/** One value a minute: a level, its change over the whole, and noise of which `memory` stays from one value to the next. */
function minutes(random: Random, count: number, { change = 0, noise = 5, memory = 0 } = {}): TrendPoint[] {
  let state = random.normal() / Math.sqrt(1 - memory ** 2);
  return Array.from({ length: count }, (_, i) => {
    const value = 100 + (change * i) / (count - 1) + noise * state;
    state = memory * state + random.normal();
    return { at: BEGIN + i * MINUTE_MS, value };
  });
}

const rising = [1.2, 3.1, 2.2, 4.5, 3.9, 4.5, 6.1, 5.0, 4.5, 7.2, 8.1, 6.6];

describe('trend', () => {
  it('gives the slope and interval of SciPy 1.x', () => {
    const found = trend(rising.map((value, i) => ({ at: BEGIN + i * HOUR_MS, value })));
    expect(found).toMatchObject({ direction: 'rising', points: 12 });
    expect(found?.slopePerHour).toBeCloseTo(0.5133928571428571, 9);
    expect(found?.slopePerHourInterval.low).toBeCloseTo(0.35, 9);
    expect(found?.slopePerHourInterval.high).toBeCloseTo(0.7, 9);
    expect(found?.p).toBeCloseTo(0.0008994349872648159, 12);
  });

  it.each([
    [20, 'rising'],
    [-20, 'falling'],
    [0, 'stable'],
    // Significant, but no more than 5 %.
    [4, 'stable'],
  ] as const)('calls a change of %d percent %s', (change, direction) => {
    const found = trend(minutes(new Random(1), 300, { change, noise: 2 }));
    expect(found?.direction).toBe(direction);
    expect(found?.changePercent).toBeGreaterThan(change - 2);
    expect(found?.changePercent).toBeLessThan(change + 2);
    expect((found?.p ?? 1) < 0.05).toBe(change !== 0);
  });

  it('measures a change of what is not above 0 at its beginning by its usual level', () => {
    const grown = (change: number) =>
      trend(minutes(new Random(1), 300, { change, noise: 0.5 }).map(({ at, value }) => ({ at, value: value - 200 })));
    expect(grown(2)).toMatchObject({ direction: 'stable' });
    expect(grown(2)?.p).toBeLessThan(0.05);
    expect(grown(20)).toMatchObject({ direction: 'rising' });
    expect(grown(20)).not.toHaveProperty('changePercent');
  });

  it('is not moved by a fifth of the points', () => {
    const random = new Random(2);
    const points = minutes(random, 100, { change: 30, noise: 1 });
    const struck = points.map((point, i) => (i % 5 === 0 ? { ...point, value: 10_000 * random.fraction() } : point));
    const [clean, found] = [trend(points), trend(struck)];
    expect(found?.direction).toBe('rising');
    expect(Math.abs((found?.slopePerHour ?? 0) / (clean?.slopePerHour ?? 1) - 1)).toBeLessThan(0.1);
  });

  it('is the same in any order, and turns with the values', () => {
    const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 8, maxLength: 60 });
    fc.assert(
      fc.property(values, (list) => {
        const points = list.map((value, i) => ({ at: i * HOUR_MS, value }));
        const found = trend(points);
        expect(trend(points.toReversed())).toEqual(found);
        const turned = trend(points.map(({ at, value }) => ({ at, value: -value })));
        expect(turned?.p).toBe(found?.p);
        expect(turned?.slopePerHour).toBeCloseTo(-(found?.slopePerHour ?? Number.NaN), 9);
        expect(found?.slopePerHourInterval.low).toBeLessThanOrEqual(found?.slopePerHour ?? Number.NaN);
        expect(found?.slopePerHourInterval.high).toBeGreaterThanOrEqual(found?.slopePerHour ?? Number.NaN);
      }),
    );
  });

  it('finds the slope of a straight line, unevenly sampled, whatever its times', () => {
    const number = fc.integer({ min: -1000, max: 1000 });
    const times = fc.uniqueArray(fc.nat(1000), { minLength: 8, maxLength: 50 });
    fc.assert(
      fc.property(times, number, number, (at, slope, level) => {
        const found = trend(at.map((hour) => ({ at: BEGIN + hour * HOUR_MS, value: level + slope * hour })));
        expect(found?.slopePerHour).toBeCloseTo(slope, 6);
      }),
    );
  });

  it('has no percentage of nothing, but a direction', () => {
    const errors = Array.from({ length: 60 }, (_, i) => ({ at: i * MINUTE_MS, value: i }));
    const found = trend(errors);
    expect(found?.direction).toBe('rising');
    expect(found?.changePercent).toBeUndefined();
    const none = trend(errors.map(({ at }) => ({ at, value: 0 })));
    expect(none).toMatchObject({ direction: 'stable', slopePerHour: 0, p: 1 });
  });

  it('takes the mean of values of the same time', () => {
    const points = minutes(new Random(3), 20, { change: 50 });
    const twice = points.flatMap(({ at, value }) => [
      { at, value: value - 8 },
      { at, value: value + 8 },
    ]);
    const [once, found] = [trend(points), trend(twice)];
    expect(found?.points).toBe(20);
    expect(found?.slopePerHour).toBeCloseTo(once?.slopePerHour ?? Number.NaN, 6);
  });

  it('says nothing of fewer than 8 times, and refuses what is not finite', () => {
    const points = minutes(new Random(4), 8);
    expect(trend(points)).toBeDefined();
    expect(trend(points.slice(1))).toBeUndefined();
    expect(trend([...points.slice(1), ...points.slice(1)])).toBeUndefined();
    expect(trend([])).toBeUndefined();
    expect(() => trend([...points, { at: BEGIN, value: Number.NaN }])).toThrow('finite points');
  });

  it('takes any number of points in its stride, and always says the same of them', () => {
    // All pairs of so many would be 200 million slopes to sort, for minutes.
    const points = minutes(new Random(5), 20_000, { change: 20 });
    const found = trend(points);
    expect(trend(points)).toEqual(found);
    expect(found?.changePercent).toBeGreaterThan(19);
    expect(found?.changePercent).toBeLessThan(21);
  });
});

describe('False alarms of trend', () => {
  it.each([
    [12, 0, 0.05],
    [60, 0, 0.05],
    [12, 0.5, 0.1],
    [60, 0.5, 0.08],
  ])('of %d values that keep %d of the last: at most %d', (count, memory, most) => {
    const random = new Random(6);
    const times = 600;
    const alarms = shareOf(times, () => (trend(minutes(random, count, { noise: 20, memory }))?.p ?? 1) < 0.05);
    expect(alarms).toBeLessThanOrEqual(most + 2 * Math.sqrt((most * (1 - most)) / times));
  });

  it('are no price for blindness: a change of two deviations is seen', () => {
    const random = new Random(7);
    for (const [memory, change] of [
      [0, 10],
      [0.5, 20],
    ]) {
      const seen = shareOf(100, () => trend(minutes(random, 60, { change, memory }))?.direction === 'rising');
      expect(seen).toBeGreaterThan(0.9);
    }
  });

  it('stay out of the slope: its interval holds none in 95 of 100 series', () => {
    const random = new Random(8);
    const held = shareOf(500, () => {
      const { low = 1, high = -1 } = trend(minutes(random, 40))?.slopePerHourInterval ?? {};
      return low <= 0 && high >= 0;
    });
    expect(held).toBeGreaterThan(0.92);
    expect(held).toBeLessThan(0.99);
  });
});

describe('mannKendall', () => {
  it('counts what pairs say, ties as neither', () => {
    const values = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(values, (list) => {
        let expected = 0;
        for (const [i, early] of list.entries()) {
          for (const late of list.slice(i + 1)) expected += Math.sign(late - early);
        }
        expect(mannKendall(list, list).s).toBe(expected);
      }),
    );
  });

  it('has the variance of independent values, less for ties, and more where neighbours resemble each other', () => {
    const alternating = rising.map((_, i) => (-1) ** i);
    expect(mannKendall(rising, alternating).varianceOfS).toBe((12 * 11 * 29 - 3 * 2 * 11) / 18);
    const wandering = Array.from({ length: 40 }, (_, i) => Math.sin(i / 6));
    const independent = (40 * 39 * 85) / 18;
    expect(mannKendall(wandering, wandering).varianceOfS).toBeGreaterThan(5 * independent);
    expect(mannKendall([2, 2, 2, 2], [0, 0, 0, 0])).toEqual({ s: 0, varianceOfS: 0, p: 1 });
  });
});
