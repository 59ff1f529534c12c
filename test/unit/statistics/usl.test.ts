import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../lib/statistics/random.ts';
import { fitUsl, predict, type UslFit } from '../../../lib/statistics/usl.ts';
import { peakUsers, throughputAt, type UslParameters } from '../../../lib/statistics/usl-model.ts';
import { cisco, ciscoFit } from './cisco.ts';

type Options = Parameters<typeof fitUsl>[1];

const stepsOf = (parameters: UslParameters, loads: readonly number[], noise: () => number = () => 0) =>
  loads.map((users) => ({ users, throughput: throughputAt(parameters, users) * Math.exp(noise()) }));

function fitted(points: Parameters<typeof fitUsl>[0], options: Options = { resamples: 2 }): UslFit {
  const fit = fitUsl(points, options);
  if (!fit.fitted) throw new Error(fit.detail);
  return fit;
}

/** How far apart, in parts of the true value, or of what would slow the highest load to half where that is 0. */
function expectNear(fit: UslParameters, truth: UslParameters, most: number, within: number): void {
  expect(Math.abs(fit.lambda / truth.lambda - 1)).toBeLessThan(within);
  expect(Math.abs(fit.sigma - truth.sigma)).toBeLessThan(within * (truth.sigma || 1 / most));
  expect(Math.abs(fit.kappa - truth.kappa)).toBeLessThan(within * (truth.kappa || 1 / most ** 2));
}

/** Loads from few to up to 10,000 users, spaced by ratios or evenly, and laws that matter among them, or have no term. */
const lawAndLoads = fc
  .record({
    most: fc.integer({ min: 20, max: 10_000 }),
    steps: fc.integer({ min: 5, max: 15 }),
    geometric: fc.boolean(),
    logLambda: fc.double({ min: -2, max: 4, noNaN: true }),
    contention: fc.oneof(fc.constant(0), fc.double({ min: 0.02, max: 10, noNaN: true })),
    crosstalk: fc.oneof(fc.constant(0), fc.double({ min: 0.02, max: 10, noNaN: true })),
  })
  .map(({ most, steps, geometric, logLambda, contention, crosstalk }) => {
    const loads = Array.from({ length: steps }, (_, i) =>
      Math.round(geometric ? most ** (i / (steps - 1)) : (most * (i + 1)) / steps),
    );
    return { most, loads, truth: { lambda: 10 ** logLambda, sigma: contention / most, kappa: crosstalk / most ** 2 } };
  })
  .filter(({ loads }) => new Set(loads).size >= 4);

describe('fitUsl', () => {
  it('finds what was published for the Cisco data', () => {
    const fit = fitted(cisco, { residuals: 'absolute', random: new Random(1), resamples: 100 });
    expectNear(fit, ciscoFit, 32, 1e-5);
    expect(fit.maxUsers).toBeCloseTo(35.57, 2);
    expect(fit.peakThroughput).toBeCloseTo(12_342, -1);
    expect(fit.rSquared).toBeCloseTo(0.997, 3);
    expect(fit.peak).toBe('extrapolated');
    for (const name of ['lambda', 'sigma', 'kappa'] as const) {
      expect(fit.intervals[name].low).toBeLessThan(ciscoFit[name]);
      expect(fit.intervals[name].high).toBeGreaterThan(ciscoFit[name]);
    }
  });

  it.each([
    'relative',
    'absolute',
  ] as const)('finds the law that Cisco steps were made by, by %s residuals', (residuals) => {
    expectNear(fitted(stepsOf(ciscoFit, [1, 4, 8, 16, 24, 32]), { residuals, resamples: 2 }), ciscoFit, 32, 1e-6);
  });

  it('finds the law of any steps without noise, to 1 %', () => {
    fc.assert(
      fc.property(lawAndLoads, ({ most, loads, truth }) =>
        expectNear(fitted(stepsOf(truth, loads)), truth, most, 0.01),
      ),
      { numRuns: 150 },
    );
  });

  it('finds a kappa of 1e-9 with 10,000 users', () => {
    const truth = { lambda: 0.9, sigma: 1e-6, kappa: 1e-9 };
    expectNear(fitted(stepsOf(truth, [10, 100, 1000, 2500, 5000, 10_000])), truth, 10_000, 0.001);
  });

  it('follows the curve within the noise, and never leaves what is allowed', () => {
    fc.assert(
      fc.property(lawAndLoads, fc.integer(), ({ loads, truth }, seed) => {
        const random = new Random(seed);
        const fit = fitted(stepsOf(truth, loads, () => 0.02 * random.normal()));
        for (const users of loads) {
          // Five standard deviations.
          expect(Math.abs(Math.log(throughputAt(fit, users) / throughputAt(truth, users)))).toBeLessThan(0.1);
        }
        expect(fit.lambda).toBeGreaterThan(0);
        expect(fit.sigma).toBeGreaterThanOrEqual(0);
        expect(fit.sigma).toBeLessThanOrEqual(1);
        expect(fit.kappa).toBeGreaterThanOrEqual(0);
        expect(fit.typicalErrorPercent).toBeLessThan(8);
      }),
      { numRuns: 80 },
    );
  });

  it('finds the peak within 12 % when the test went past it, with 2 % noise', () => {
    const random = new Random(8);
    const truth = { lambda: 1, sigma: 0.0005, kappa: 3e-6 };
    const loads = [10, 50, 100, 200, 300, 400, 500, 600, 700, 800];
    for (let i = 0; i < 50; i++) {
      const { maxUsers = 0, peakThroughput = 0 } = fitted(stepsOf(truth, loads, () => 0.02 * random.normal()));
      expect(Math.abs(maxUsers / peakUsers(truth) - 1)).toBeLessThan(0.12);
      expect(Math.abs(peakThroughput / throughputAt(truth, peakUsers(truth)) - 1)).toBeLessThan(0.05);
    }
  });

  it('says the same of the same steps in another order or unit, and with the same seed', () => {
    const random = new Random(5);
    const steps = stepsOf(ciscoFit, [1, 2, 4, 8, 16, 32], () => 0.02 * random.normal());
    const fit = fitted(steps, { resamples: 20 });
    expect(fitted(steps, { resamples: 20 })).toEqual(fit);
    expectNear(fitted(steps.toReversed()), fit, 32, 1e-6);
    const perMinute = fitted(steps.map(({ users, throughput }) => ({ users, throughput: 60 * throughput })));
    expectNear(perMinute, { ...fit, lambda: 60 * fit.lambda }, 32, 1e-6);
  });

  it('has intervals that hold the truth about 95 times of 100, of few steps as of more', () => {
    const random = new Random(3);
    const truth = { lambda: 100, sigma: 0.02, kappa: 8e-4 };
    for (const loads of [
      [1, 10, 25, 50],
      [1, 5, 10, 15, 20, 25, 30, 40, 50],
    ]) {
      const held = { lambda: 0, sigma: 0, kappa: 0, maxUsers: 0 };
      const times = 60;
      for (let i = 0; i < times; i++) {
        const { intervals } = fitted(
          stepsOf(truth, loads, () => 0.02 * random.normal()),
          { random, resamples: 60 },
        );
        for (const name of ['lambda', 'sigma', 'kappa', 'maxUsers'] as const) {
          const { low, high = Number.POSITIVE_INFINITY } = intervals[name];
          const value = name === 'maxUsers' ? peakUsers(truth) : truth[name];
          if (low <= value && high >= value) held[name]++;
        }
      }
      for (const count of Object.values(held))
        expect(count / times).toBeGreaterThanOrEqual(0.95 - 3 * Math.sqrt((0.95 * 0.05) / times));
      // Infinite intervals would hold it always.
      expect(Object.values(held).reduce((sum, count) => sum + count, 0)).toBeLessThan(4 * times);
    }
  });
});

describe('The peak of a fit', () => {
  const loads = [1, 10, 20, 40, 80];

  it.each([
    ['tested', 1 / 50 ** 2, 50],
    ['extrapolated', 1 / 100 ** 2, 100],
    ['not-reached', 1 / 200 ** 2, undefined],
    ['not-reached', 0, undefined],
  ] as const)('is %s with kappa %d', (peak, kappa, maxUsers) => {
    const truth = { lambda: 10, sigma: 0, kappa };
    const fit = fitted(stepsOf(truth, loads));
    expect(fit).toMatchObject({ peak, testedUsers: 80, reachUsers: 120 });
    expect(fit.maxUsers === undefined).toBe(maxUsers === undefined);
    expect(fit.peakThroughput === undefined).toBe(maxUsers === undefined);
    if (maxUsers !== undefined) expect(fit.maxUsers).toBeCloseTo(maxUsers, 3);
    else expect(fit.intervals.maxUsers).toEqual({ low: 120 });
  });

  it('is the first user where every further one only slows', () => {
    const fit = fitted(stepsOf({ lambda: 10, sigma: 1, kappa: 0.01 }, [1, 2, 4, 8, 16]));
    expect(fit).toMatchObject({ peak: 'tested', maxUsers: 1 });
    expect(fit.sigma).toBeCloseTo(1, 6);
    expect(fit.peakThroughput).toBeCloseTo(10);
  });

  it('is unbounded where noise leaves it open', () => {
    const random = new Random(2);
    const steps = stepsOf({ lambda: 10, sigma: 0, kappa: 1 / 110 ** 2 }, loads, () => 0.05 * random.normal());
    expect(fitted(steps, { resamples: 100 }).intervals.maxUsers.high).toBeUndefined();
  });
});

describe('predict', () => {
  const fit = fitted(stepsOf(ciscoFit, [1, 4, 8, 16, 32]));

  it('says whether it goes beyond what was tested, and nothing beyond 1.5 times that', () => {
    expect(predict(fit, 20)).toMatchObject({ kind: 'predicted', extrapolated: false });
    expect(predict(fit, 48)).toMatchObject({ kind: 'predicted', extrapolated: true });
    expect(predict(fit, 49)).toEqual({ kind: 'beyond-reach', reachUsers: 48 });
    const at = predict(fit, 20);
    expect(at.kind === 'predicted' && at.throughput).toBeCloseTo(throughputAt(ciscoFit, 20), 2);
    expect(() => predict(fit, -1)).toThrow('not negative');
  });
});

describe('Steps that show no law', () => {
  const steps = (pairs: [number, number][]) => pairs.map(([users, throughput]) => ({ users, throughput }));

  it.each([
    [
      'too-few-loads',
      '3 different loads',
      steps([
        [1, 10],
        [2, 19],
        [4, 36],
        [4, 37],
      ]),
    ],
    [
      'narrow-range',
      'from 100 to 130 users',
      steps([
        [100, 10],
        [110, 11],
        [120, 12],
        [130, 13],
      ]),
    ],
    [
      'no-throughput',
      'with 8 users',
      steps([
        [1, 10],
        [2, 19],
        [4, 36],
        [8, 0],
      ]),
    ],
    [
      'poor-fit',
      'misses the steps by',
      steps([
        [1, 100],
        [2, 20],
        [4, 300],
        [8, 40],
        [16, 500],
      ]),
    ],
  ] as const)('are refused: %s', (reason, detail, points) => {
    const fit = fitUsl(points);
    expect(fit).toMatchObject({ fitted: false, reason });
    expect(!fit.fitted && fit.detail).toContain(detail);
  });

  it('are told from wrong figures', () => {
    expect(() => fitUsl(steps([[0, 1]]))).toThrow('1 user or more');
    expect(() => fitUsl(steps([[1, -1]]))).toThrow('not negative');
    expect(() => fitUsl(steps([[1, Number.NaN]]))).toThrow('finite');
  });
});
