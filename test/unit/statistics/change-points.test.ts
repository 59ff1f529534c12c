import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededIntervals } from '../../../lib/statistics/change-points/seeded-intervals.ts';
import { significanceOf } from '../../../lib/statistics/change-points/significance.ts';
import { StepScan } from '../../../lib/statistics/change-points/step-scan.ts';
import { changePointsOf, ENOUGH_VALUES_FOR_CHANGE_POINTS } from '../../../lib/statistics/change-points.ts';
import { Random } from '../../../lib/statistics/random.ts';
import { shareOf } from './paired-samples.ts';

interface Made {
  /** Index and height of each step, in the value's unit; the level begins at 100. */
  steps?: readonly (readonly [number, number])[];
  noise?: number;
  memory?: number;
  outliers?: number;
  slope?: number;
}

function series(random: Random, count: number, made: Made = {}): number[] {
  const { steps = [], noise = 3, memory = 0, outliers = 0, slope = 0 } = made;
  let state = random.normal();
  return Array.from({ length: count }, (_, i) => {
    let value = 100 + slope * i + noise * state;
    for (const [at, height] of steps) if (i >= at) value += height;
    if (random.fraction() < outliers) value += 10 * noise * (random.fraction() < 0.5 ? 1 : -1);
    state = memory * state + Math.sqrt(1 - memory ** 2) * random.normal();
    return value;
  });
}

const indexesOf = (values: readonly number[]): number[] => changePointsOf(values).map(({ index }) => index);

describe('changePointsOf', () => {
  it('finds where a level changed, by how much, and between what', () => {
    const [point, ...others] = changePointsOf(series(new Random(1), 120, { steps: [[70, 10]], noise: 2 }));
    expect(others).toEqual([]);
    expect(point?.index).toBe(70);
    expect(point?.before).toBeCloseTo(100, 0);
    expect(point?.after).toBeCloseTo(110, 0);
    expect(point?.changePercent).toBeGreaterThan(8);
    expect(point?.changePercent).toBeLessThan(12);
    expect(point?.interval?.low).toBeLessThan(10);
    expect(point?.interval?.high).toBeGreaterThan(10);
    expect(point?.indexInterval.low).toBeLessThanOrEqual(70);
    expect(point?.indexInterval.high).toBeGreaterThanOrEqual(70);
    expect(point?.pValue).toBeLessThan(1e-6);
  });

  it.each([
    [
      'up and down again',
      [
        [60, 10],
        [75, -10],
      ],
    ],
    [
      'a stair',
      [
        [30, 10],
        [60, 10],
        [90, -25],
        [120, 5],
      ],
    ],
    ['ten levels by turns', Array.from({ length: 9 }, (_, i) => [15 * (i + 1), i % 2 === 0 ? 12 : -12] as const)],
  ] as const)('finds every change of %s', (_, steps) => {
    expect(indexesOf(series(new Random(2), 150, { steps, noise: 1 }))).toEqual(steps.map(([at]) => at));
  });

  it('finds steps that have no noise at all, and none where nothing changes', () => {
    const level = (value: number, count: number) => new Array<number>(count).fill(value);
    expect(indexesOf([...level(100, 12), ...level(105, 9), ...level(90, 15)])).toEqual([12, 21]);
    for (const value of [0, 0.1, -3, 1e12]) expect(changePointsOf(level(value, 50))).toEqual([]);
    expect(changePointsOf([...level(7, 30), 8000, ...level(7, 30)])).toEqual([]);
  });

  it('is not fooled by values that stand alone, nor by three that do', () => {
    const values = series(new Random(3), 100, { steps: [[50, 8]] });
    values[20] = 1000;
    values[48] = 0;
    for (const i of [70, 71, 72]) values[i] = 500;
    const [point, ...others] = changePointsOf(values);
    expect(others).toEqual([]);
    expect(Math.abs((point?.index ?? 0) - 50)).toBeLessThanOrEqual(1);
    expect(point?.after).toBeCloseTo(108, -1);
  });

  it('takes a slow drift for what it is, and finds the step that stands on it', () => {
    const random = new Random(4);
    expect(indexesOf(series(random, 300, { slope: 0.05 }))).toEqual([]);
    const [at = 0, ...others] = indexesOf(series(random, 300, { slope: 0.04, steps: [[140, 15]] }));
    expect(others).toEqual([]);
    expect(Math.abs(at - 140)).toBeLessThanOrEqual(3);
    // A real stair is no drift.
    expect(
      indexesOf(
        series(random, 300, {
          steps: [
            [100, 12],
            [200, 12],
          ],
        }),
      ),
    ).toHaveLength(2);
  });

  // Of fixed seeds: where a step is barely significant, a rounding of the last digit may decide.
  const fixed = { numRuns: 60, seed: 1 };
  const stepped = fc
    .record({
      seed: fc.integer(),
      count: fc.integer({ min: 30, max: 120 }),
      memory: fc.constantFrom(0, 0.5),
      height: fc.integer({ min: -20, max: 20 }),
    })
    .map(({ seed, count, memory, height }) =>
      series(new Random(seed), count, { memory, steps: [[Math.floor(count / 3), height]] }),
    );

  it('sees the same change in any unit', () => {
    fc.assert(
      fc.property(
        stepped,
        fc.constantFrom(1e-3, 0.5, 60, 1e6),
        fc.integer({ min: 0, max: 1000 }),
        (values, unit, shift) => {
          const points = changePointsOf(values);
          const scaled = changePointsOf(values.map((value) => unit * (value + shift)));
          expect(scaled.map(({ index }) => index)).toEqual(points.map(({ index }) => index));
          for (const [i, { after, pValue }] of scaled.entries()) {
            expect(after / unit - shift).toBeCloseTo(points[i]?.after ?? Number.NaN, 6);
            expect(pValue).toBeCloseTo(points[i]?.pValue ?? Number.NaN, 6);
          }
        },
      ),
      fixed,
    );
  });

  it('sees the mirrored changes of the mirrored series', () => {
    fc.assert(
      fc.property(stepped, (values) => {
        const points = changePointsOf(values);
        const mirrored = changePointsOf(values.toReversed()).toReversed();
        expect(mirrored.map(({ index }) => values.length - index)).toEqual(points.map(({ index }) => index));
        expect(changePointsOf(values.map((value) => -value)).map(({ index }) => index)).toEqual(
          points.map(({ index }) => index),
        );
      }),
      fixed,
    );
  });

  it('has ordered answers that hold together, whatever the values', () => {
    const anything = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })),
      {
        minLength: 0,
        maxLength: 80,
      },
    );
    fc.assert(
      fc.property(anything, (values) => {
        let last = 0;
        for (const { index, indexInterval, before, changePercent, interval, pValue } of changePointsOf(values)) {
          expect(index - last).toBeGreaterThanOrEqual(4);
          expect(indexInterval.low).toBeLessThanOrEqual(index);
          expect(indexInterval.high).toBeGreaterThanOrEqual(index);
          expect(changePercent === undefined).toBe(!(before > 0));
          if (interval !== undefined) expect(interval.low).toBeLessThanOrEqual(changePercent ?? Number.NaN);
          expect(pValue).toBeLessThanOrEqual(0.01);
          last = index;
        }
        expect(values.length - last === values.length || values.length - last >= 4).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('says nothing of too few values, and refuses what is not finite', () => {
    const clear = [...new Array<number>(12).fill(1), ...new Array<number>(12).fill(9)];
    expect(indexesOf(clear)).toEqual([12]);
    expect(changePointsOf(clear.slice(-ENOUGH_VALUES_FOR_CHANGE_POINTS + 1))).toEqual([]);
    expect(changePointsOf([])).toEqual([]);
    expect(() => changePointsOf([1, Number.NaN])).toThrow('value 1 of a series is finite, not NaN');
  });

  it('takes 10,000 values in well under a second', () => {
    const values = series(new Random(5), 10_000, {
      steps: [
        [2000, 4],
        [7000, -3],
      ],
      memory: 0.3,
    });
    const began = performance.now();
    const indexes = indexesOf(values);
    expect(performance.now() - began).toBeLessThan(900);
    expect(indexes).toHaveLength(2);
  });
});

describe('False alarms of changePointsOf', () => {
  it.each([
    [{}, 0.05],
    [{ memory: 0.5 }, 0.1],
    [{ outliers: 0.05 }, 0.1],
  ] as const)('of 100 values with %o: at most %d, and the steps are seen all the same', (made, most) => {
    const random = new Random(6);
    const times = 120;
    const alarms = shareOf(times, () => indexesOf(series(random, 100, made)).length > 0);
    expect(alarms).toBeLessThanOrEqual(most + Math.sqrt((most * (1 - most)) / times));
    const seen = shareOf(times, () =>
      indexesOf(series(random, 100, { ...made, noise: 2, steps: [[55, 5]] })).some((at) => Math.abs(at - 55) <= 3),
    );
    expect(seen).toBeGreaterThan('memory' in made ? 0.8 : 0.9);
  });
});

describe('StepScan', () => {
  it('measures steps as generalized least squares over the whole covariance do', () => {
    const random = new Random(7);
    const memory = 0.6;
    const values = Float64Array.from({ length: 15 }, () => random.normal());
    const whitened = (list: readonly number[]): number[] =>
      list.map((value, i) => (i === 0 ? Math.sqrt(1 - memory ** 2) * value : value - memory * (list[i - 1] ?? 0)));
    const dot = (a: readonly number[], b: readonly number[]) =>
      a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
    for (const at of [4, 8, 11]) {
      const [level, step, series] = [
        whitened([...values].map(() => 1)),
        whitened([...values].map((_, i) => (i >= at ? 1 : 0))),
        whitened([...values]),
      ];
      // What is left of the step and the series once the level is out of them (Frisch and Waugh).
      const rest = step.map((value, i) => value - (dot(level, step) / dot(level, level)) * (level[i] ?? 0));
      const z = Math.abs(dot(rest, series)) / Math.sqrt(dot(rest, rest) * (1 - memory ** 2));
      expect(new StepScan(values).at(0, at, 15, { deviation: 1, memory })).toBeCloseTo(z, 9);
    }
  });
});

describe('significanceOf', () => {
  it('is what the most visible steps of independent values come to, or a little more', () => {
    const random = new Random(8);
    const noise = { deviation: 1, memory: 0 };
    const z = Array.from({ length: 2000 }, () => {
      const values = Float64Array.from({ length: 60 }, () => random.normal());
      return new StepScan(values).best(0, 60, noise).z;
    });
    for (const p of [0.1, 0.02]) {
      const share = z.filter((each) => significanceOf(each, 60) <= p).length / z.length;
      expect(share).toBeLessThan(1.15 * p);
      expect(share).toBeGreaterThan(0.4 * p);
    }
    expect(significanceOf(0, 60)).toBe(1);
    expect(significanceOf(100, 60)).toBe(0);
  });
});

describe('seededIntervals', () => {
  it('lie inside the series, and hold every place of it at every length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 500 }), (count) => {
        const stretches = seededIntervals(count, 10);
        const byLength = Map.groupBy(stretches, ({ begin, end }) => end - begin);
        for (const [length, group] of byLength) {
          expect(length).toBeGreaterThanOrEqual(10);
          expect(group[0]?.begin).toBe(0);
          expect(group.at(-1)?.end).toBe(count);
          for (const [i, { begin }] of group.entries()) {
            if (i > 0) expect(begin).toBeLessThanOrEqual(group[i - 1]?.end ?? -1);
          }
        }
      }),
    );
  });
});
