import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kneedle } from '../../../lib/statistics/kneedle.ts';
import type { SeriesPoint } from '../../../lib/statistics/series.ts';
import { throughputAt } from '../../../lib/statistics/usl-model.ts';

const curveOf = (f: (x: number) => number, from: number, to: number, steps: number): SeriesPoint[] =>
  Array.from({ length: steps + 1 }, (_, i) => {
    const x = from + ((to - from) * i) / steps;
    return { x, y: f(x) };
  });

describe('kneedle', () => {
  it("finds the knee of the paper's example", () => {
    const knee = kneedle(curveOf((x) => 5 - 1 / (x + 0.1), 0, 1, 9));
    expect(knee?.x).toBeCloseTo(2 / 9, 10);
  });

  it('finds where a saturating curve is as steep as its chord', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 20, noNaN: true }),
        fc.double({ min: 20, max: 1000, noNaN: true }),
        (half, end) => {
          const steps = 400;
          const knee = kneedle(curveOf((x) => x / (x + half), 0, end, steps));
          const expected = Math.sqrt(half * (half + end)) - half;
          expect(Math.abs((knee?.x ?? Number.NaN) - expected)).toBeLessThanOrEqual((1.01 * end) / steps);
        },
      ),
    );
  });

  it('finds the corner of throughput that rises and then stands, whatever the units', () => {
    const steps = [10, 20, 40, 60, 80, 100, 150, 200].map((x) => ({ x, y: Math.min(x, 80) }));
    expect(kneedle(steps)).toEqual({ x: 80, y: 80 });
    expect(kneedle(steps.map(({ x, y }) => ({ x: x * 1e3, y: 5 + y / 1e3 })).toReversed())?.x).toBe(80_000);
  });

  it('finds a knee below the peak of a curve that falls again', () => {
    const parameters = { lambda: 1000, sigma: 0.02, kappa: 0.0005 };
    const knee = kneedle(curveOf((users) => throughputAt(parameters, users), 1, 80, 79));
    expect(knee?.x).toBeGreaterThan(10);
    expect(knee?.x).toBeLessThan(Math.sqrt(0.98 / 0.0005));
  });

  it('takes the beginning of a level top', () => {
    const curve = [0, 0.5, 0.75, 0.875, 1].map((y, x) => ({ x, y }));
    expect(kneedle(curve, { sensitivity: 0.5 })?.x).toBe(1);
  });

  it('takes the mean of points of the same x', () => {
    const steps = [0, 1, 2, 3, 4].flatMap((x) => [-1, 1].map((off) => ({ x, y: Math.min(x, 2) + off })));
    expect(kneedle(steps)).toEqual({ x: 2, y: 2 });
  });

  it('finds none on what has none', () => {
    expect(kneedle(curveOf((x) => 3 * x, 0, 10, 20))).toBeUndefined();
    expect(kneedle(curveOf((x) => x ** 2, 0, 10, 20))).toBeUndefined();
    expect(kneedle(curveOf(() => 4, 0, 10, 20))).toBeUndefined();
    expect(kneedle([])).toBeUndefined();
    expect(kneedle(curveOf((x) => x / (x + 1), 0, 10, 1))).toBeUndefined();
    expect(() => kneedle([{ x: 1, y: Number.NaN }])).toThrow('finite points');
  });

  it('finds fewer knees the less sensitive it is', () => {
    const slight = curveOf((x) => x + 0.04 * Math.sin(Math.PI * x), 0, 1, 20);
    expect(kneedle(slight)).toBeUndefined();
    expect(kneedle(slight, { sensitivity: 0.5 })?.x).toBeCloseTo(0.5);
  });
});
