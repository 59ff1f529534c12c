import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fittedSmoothing } from '../../../lib/statistics/forecast/fit.ts';
import { HoltWinters } from '../../../lib/statistics/forecast/holt-winters.ts';
import { seasonsIn } from '../../../lib/statistics/forecast/season.ts';
import { type Forecast, type ForecastOptions, forecastOf } from '../../../lib/statistics/forecast.ts';
import { Random } from '../../../lib/statistics/random.ts';

function forecast(values: readonly number[], options: ForecastOptions): Forecast {
  const found = forecastOf(values, options);
  if (!found.enough) throw new Error(found.reason);
  return found;
}

const made = (count: number, value: (i: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => value(i));
const day = (i: number): number => 100 + 20 * Math.sin((2 * Math.PI * i) / 24) + 8 * Math.cos((4 * Math.PI * i) / 24);
const valuesOf = ({ points }: Forecast): number[] => points.map(({ value }) => value);

function expectNear(measured: readonly number[], expected: readonly number[], within: number): void {
  expect(measured).toHaveLength(expected.length);
  for (const [i, value] of measured.entries()) expect(Math.abs(value - (expected[i] ?? 0))).toBeLessThan(within);
}

describe('forecastOf', () => {
  it('goes on with what is constant, seasonal or straight, and is certain of it', () => {
    for (const value of [0, -2.5, 1e9]) {
      const { points, mase, hasSkill } = forecast(
        made(60, () => value),
        { horizon: 5 },
      );
      expect(points).toEqual(new Array(5).fill({ value, low: value, high: value }));
      expect({ mase, hasSkill }).toEqual({ mase: 0, hasSkill: true });
    }
    const seasonal = forecast(
      made(240, (i) => day(i % 24)),
      { horizon: 30 },
    );
    expect(seasonal).toMatchObject({ method: 'seasonal-naive', seasonLength: 24, mase: 0, coveragePercent: 100 });
    expect(valuesOf(seasonal)).toEqual(made(30, (i) => day((240 + i) % 24)));
    const straight = forecast(
      made(80, (i) => 50 + 3 * i),
      { horizon: 10 },
    );
    expectNear(
      valuesOf(straight),
      made(10, (i) => 50 + 3 * (80 + i)),
      1e-6,
    );
    expect(straight).toMatchObject({ method: 'holt-winters', hasSkill: true });
  });

  it('finds season and trend under noise, and says how far off it may be', () => {
    const random = new Random(1);
    const truth = (i: number) => day(i) + 0.1 * i;
    const found = forecast(
      made(480, (i) => truth(i) + 4 * random.normal()),
      { horizon: 24 },
    );
    expect(found).toMatchObject({ method: 'holt-winters', seasonLength: 24, hasSkill: true });
    expect(found.mase).toBeLessThan(0.85);
    expectNear(
      valuesOf(found),
      made(24, (i) => truth(480 + i)),
      6,
    );
    for (const { low, high } of found.points) expect(high - low).toBeGreaterThan(2 * 1.7 * 4);
    for (const { low, high } of found.points) expect(high - low).toBeLessThan(2 * 3 * 4);
  });

  it('takes the season it is given', () => {
    const random = new Random(2);
    const values = made(130, (i) => (i % 10 === 0 ? 50 : 10) + random.normal());
    const found = forecast(values, { horizon: 20, seasonLength: 10 });
    expect(found.seasonLength).toBe(10);
    expectNear(
      valuesOf(found),
      made(20, (i) => (i % 10 === 0 ? 50 : 10)),
      3,
    );
    expect(forecast(values, { horizon: 20, seasonLength: 1 }).seasonLength).toBe(1);
  });

  it('follows a level that shifted, but not a value that stood alone', () => {
    const random = new Random(3);
    const values = made(200, (i) => (i < 150 ? 100 : 200) + random.normal());
    values[190] = 5000;
    expectNear(valuesOf(forecast(values, { horizon: 5 })), new Array(5).fill(200), 8);
  });

  it('claims no skill where there is none', () => {
    const random = new Random(4);
    let at = 100;
    const walk = made(300, () => (at += random.normal()));
    expect(forecast(walk, { horizon: 24 }).hasSkill).toBe(false);
  });

  it('has intervals that hold 90 to 98 of 100 values', () => {
    const random = new Random(5);
    let inside = 0;
    const times = 12;
    for (let i = 0; i < times; i++) {
      let state = 0;
      const values = made(140, (at) => {
        state = 0.5 * state + random.normal();
        return day(at) + 4 * state;
      });
      const { points } = forecast(values.slice(0, 130), { horizon: 10, seasonLength: 24 });
      for (const [lead, { low, high }] of points.entries()) {
        const value = values[130 + lead] ?? Number.NaN;
        if (low <= value && value <= high) inside += 1;
      }
    }
    expect(inside / times / 10).toBeGreaterThan(0.9);
    expect(inside / times / 10).toBeLessThanOrEqual(0.985);
  });

  it('forecasts the same in any unit', () => {
    const list = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 30, maxLength: 50 });
    fc.assert(
      // By powers of two, which round nothing: of two methods as good, the last digit chooses.
      fc.property(list, fc.constantFrom(0.25, 2, 1024), (values, unit) => {
        const found = forecast(values, { horizon: 3 });
        const scaled = forecast(
          values.map((value) => unit * value),
          { horizon: 3 },
        );
        expect(scaled.method).toBe(found.method);
        expectNear(
          valuesOf(scaled).map((value) => value / unit),
          valuesOf(found),
          1e-6,
        );
        expect(scaled.mase).toBeCloseTo(found.mase ?? Number.NaN, 9);
      }),
      { numRuns: 15 },
    );
  });

  it('has no error to hold its own against, and no skill, where nothing had changed before', () => {
    const found = forecast(
      made(60, (i) => (i < 40 ? 5 : i % 7)),
      { horizon: 4 },
    );
    expect(found).toMatchObject({ enough: true, hasSkill: false });
    expect(found).not.toHaveProperty('mase');
  });

  it('has ordered intervals that never narrow, whatever the values', () => {
    const list = fc.array(fc.oneof(fc.integer({ min: 0, max: 2 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })), {
      minLength: 25,
      maxLength: 60,
    });
    fc.assert(
      fc.property(list, (values) => {
        const { points, coveragePercent, mase } = forecast(values, { horizon: 4 });
        let last = 0;
        for (const { value, low, high } of points) {
          expect(Number.isFinite(value)).toBe(true);
          expect(low).toBeLessThanOrEqual(value);
          expect(high - low).toBeGreaterThanOrEqual(last * (1 - 1e-9));
          last = high - low;
        }
        if (mase !== undefined) expect(mase).toBeGreaterThanOrEqual(0);
        expect(coveragePercent).toBeGreaterThanOrEqual(0);
        expect(coveragePercent).toBeLessThanOrEqual(100);
      }),
      { numRuns: 40 },
    );
  });

  it('says what is missing, and that what it asks for is enough', () => {
    const ask = (count: number, options: ForecastOptions) =>
      forecastOf(
        made(count, (i) => i % 5),
        options,
      );
    for (const options of [{ horizon: 1 }, { horizon: 24 }, { horizon: 10, seasonLength: 24 }]) {
      const refused = ask(5, options);
      expect(refused.enough).toBe(false);
      const needed = refused.enough ? 0 : Number(/it takes (\d+)/.exec(refused.reason)?.[1]);
      expect(ask(needed - 1, options).enough).toBe(false);
      expect(ask(needed, options).enough).toBe(true);
    }
    expect(forecastOf([], { horizon: 1 })).toMatchObject({ enough: false });
    expect(() => ask(50, { horizon: 0 })).toThrow('a horizon is a whole number from 1, not 0');
    expect(() => ask(50, { horizon: 2, seasonLength: 2.5 })).toThrow('a seasonLength is a whole number');
    expect(() => forecastOf([1, Number.POSITIVE_INFINITY], { horizon: 1 })).toThrow('value 1 of a series is finite');
  });
});

describe('seasonsIn', () => {
  it('sees days and weeks, and none where values only change slowly', () => {
    const random = new Random(6);
    const hours = Float64Array.from(
      made(24 * 7 * 4, (i) => day(i) - (Math.floor(i / 24) % 7 > 4 ? 40 : 0) + random.normal()),
    );
    expect(new Set(seasonsIn(hours).slice(0, 2))).toEqual(new Set([168, 24]));
    let at = 0;
    const walk = Float64Array.from(made(600, () => (at += random.normal())));
    expect(seasonsIn(walk)).toEqual([]);
    expect(seasonsIn(Float64Array.from(made(600, () => random.normal())))).toEqual([]);
    expect(seasonsIn(new Float64Array(100).fill(3))).toEqual([]);
  });
});

describe('HoltWinters', () => {
  it('knows a straight line with a season from the beginning', () => {
    const truth = made(60, (i) => 2 * i + (i % 6) * 5);
    const smoothing = { level: 0.3, trend: 0.1, season: 0.1, memory: 0, damping: 1 };
    const forecaster = new HoltWinters(smoothing, 6, Float64Array.from(truth));
    for (const value of truth) forecaster.update(value);
    expectNear(
      made(12, (i) => forecaster.ahead(i + 1)),
      made(12, (i) => 2 * (60 + i) + (i % 6) * 5),
      0.5,
    );
  });

  it('is fitted to the lead that is asked for', () => {
    const random = new Random(7);
    let state = 0;
    const values = Float64Array.from(made(600, () => (state = 0.9 * state + random.normal())));
    // The next value is like the last one, the fiftieth like none: by then the last error is forgotten.
    const near = fittedSmoothing(values, { seasonLength: 1, damping: 0, horizon: 1 });
    expect(near.level + near.memory).toBeGreaterThan(0.7);
    const far = fittedSmoothing(values, { seasonLength: 1, damping: 0, horizon: 100 });
    expect(far.level).toBeLessThan(0.3);
  });
});
