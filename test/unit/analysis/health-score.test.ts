import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../lib/analysis/analyse.ts';
import { bandOf, healthOf, weights } from '../../../lib/analysis/health-score.ts';
import { categoryNames } from '../../../lib/contracts/analysis.ts';
import { thresholdsInForce } from '../../../lib/contracts/thresholds.ts';
import { componentScore, ratioTo } from '../../../lib/statistics/health-ratio.ts';
import {
  aggregateOf,
  endpointWindow,
  noon,
  queryWindow,
  resourceWindow,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';

const measured = (ratio: number) => ({ value: ratio, threshold: 1, unit: 'ms', ratio });
const ratio = fc.double({ min: 0, max: 10, noNaN: true });
const someComponents = fc.dictionary(fc.constantFrom(...categoryNames), ratio, { minKeys: 1 });
const healthOfRatios = (ratios: Record<string, number>) =>
  healthOf(Object.fromEntries(Object.entries(ratios).map(([name, value]) => [name, measured(value)])));

describe('the health score', () => {
  it.each([
    [0, 100],
    [0.5, 100],
    [0.75, 80],
    [1, 60],
    [2, 30],
    [3, 0],
    [Number.POSITIVE_INFINITY, 0],
  ])('scores a component that is %d times its threshold with %d', (times, score) => {
    expect(componentScore(times)).toBe(score);
  });

  it.each([
    ['CPU at its threshold', ratioTo.boundedPercent(80, 80), 1],
    ['CPU with half of the rest left', ratioTo.boundedPercent(90, 80), 2],
    ['CPU with a third of the rest left', ratioTo.boundedPercent(93.4, 80), 3.03],
    ['all of the memory', ratioTo.boundedPercent(100, 90), Number.POSITIVE_INFINITY],
    ['a hit rate at its threshold', ratioTo.higherIsBetter(70, 70), 1],
    ['a hit rate of 40 % against 70 %', ratioTo.higherIsBetter(40, 70), 2],
    ['a second against two', ratioTo.lowerIsBetter(1000, 2000), 0.5],
  ])('sets %s in relation to its threshold', (_, actual, expected) => {
    if (Number.isFinite(expected)) expect(actual).toBeCloseTo(expected, 2);
    else expect(actual).toBe(expected);
  });

  it('has weights that add up to 100', () => {
    expect(Object.values(weights).reduce((sum, weight) => sum + weight, 0)).toBe(100);
  });

  it('is 100 at rest, and 0 where all is at its worst', () => {
    const all = (value: number) => healthOfRatios(Object.fromEntries(categoryNames.map((name) => [name, value])));
    expect(all(0)).toMatchObject({ score: 100, coverage: 100, band: 'excellent' });
    expect(all(3)).toMatchObject({ score: 0, coverage: 100, band: 'poor' });
  });

  it('never rises when any component gets worse', () => {
    fc.assert(
      fc.property(someComponents, fc.nat(), ratio, (ratios, pick, more) => {
        const names = Object.keys(ratios);
        const name = names[pick % names.length] ?? '';
        const before = healthOfRatios(ratios).score ?? Number.NaN;
        const after = healthOfRatios({ ...ratios, [name]: (ratios[name] ?? 0) + more }).score ?? Number.NaN;
        expect(after).toBeLessThanOrEqual(before);
        expect(after).toBeGreaterThanOrEqual(0);
        expect(before).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('leaves out what was not measured, says how much was, and weighs the rest among itself', () => {
    expect(healthOf({})).toEqual({ score: undefined, band: undefined, coverage: 0, categories: {} });
    const { score, coverage, categories } = healthOfRatios({ responseTime: 1, errorRate: 0 });
    expect(coverage).toBe(55);
    expect(score).toBe(78.2); // (30 * 60 + 25 * 100) / 55
    expect(Object.keys(categories)).toEqual(['responseTime', 'errorRate']);
  });

  it('names the bands from the score that is shown', () => {
    expect([80, 79.9, 60, 59.9].map(bandOf)).toEqual(['excellent', 'good', 'good', 'poor']);
  });
});

describe('what the score rests on', () => {
  const scoreOf = (window: Parameters<typeof telemetryWindow>[0], preset: 'default' | 'production' = 'production') =>
    analyse(aggregateOf([telemetryWindow(window)]), thresholdsInForce({ preset }), { from: 0, to: noon });

  it('is the mean response time, the failures, the memory and the mean query time', () => {
    const { categories, coverage, performanceScore, band } = scoreOf({
      endpoints: [endpointWindow('GET /', { requests: 100, ms: 500, failed: 10 })],
      queries: [queryWindow('SELECT 1', { ms: 10 })],
      resources: resourceWindow({ rssMb: 100 }),
    });
    expect(categories).toEqual({
      responseTime: { score: 60, value: 500, threshold: 500, unit: 'ms', weight: 30 },
      errorRate: { score: 30, value: 10, threshold: 5, unit: '%', weight: 25 },
      memory: { score: 100, value: 100, threshold: 200, unit: 'MB', weight: 20 },
      database: { score: 100, value: 10, threshold: 50, unit: 'ms', weight: 15 },
    });
    expect(coverage).toBe(90);
    expect(performanceScore).toBe(67.2); // (30 * 60 + 25 * 30 + 20 * 100 + 15 * 100) / 90
    expect(band).toBe('good');
  });

  it('takes the worse of memory in percent and in MB, of the instance that is worst off', () => {
    const low = scoreOf({ resources: resourceWindow({ rssMb: 150, memoryLimitMb: 160 }) });
    expect(low.categories.memory).toMatchObject({ value: 93.75, threshold: 90, unit: '%' });
    const high = scoreOf({ resources: resourceWindow({ rssMb: 400, memoryLimitMb: 4000 }) });
    expect(high.categories.memory).toMatchObject({ value: 400, threshold: 200, unit: 'MB', score: 30 });
    const without = scoreOf({ resources: resourceWindow({ rssMb: 400, memoryLimitMb: 4000 }) }, 'default');
    expect(without.categories.memory).toMatchObject({ value: 10, threshold: 90, unit: '%', score: 100 });
  });

  it('has no score when nothing was measured', () => {
    const { performanceScore, band, coverage } = scoreOf({});
    expect({ performanceScore, band, coverage }).toEqual({ performanceScore: undefined, band: undefined, coverage: 0 });
  });
});
