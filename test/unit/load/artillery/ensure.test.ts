import { describe, expect, it } from 'vitest';
import { ensureChecks } from '../../../../lib/load/artillery/ensure.ts';
import {
  type ArtilleryMetrics,
  addMetrics,
  MetricsRecorder,
  noMetrics,
} from '../../../../lib/load/artillery/metrics.ts';

const measured = (from: number, to: number): ArtilleryMetrics => {
  const recorder = new MetricsRecorder();
  for (let ms = from; ms <= to; ms++) recorder.time('http.response_time', ms);
  recorder.count('http.requests', to - from + 1);
  recorder.count('http.codes.200', to - from + 1);
  recorder.count('vusers.created', 10);
  recorder.count('vusers.created_by_name.Sign in', 10);
  recorder.count('vusers.completed', 9);
  recorder.count('errors.Failed capture or match', 1);
  return recorder.take();
};
const metrics = measured(1, 100);
const checks = (spec: Parameters<typeof ensureChecks>[0]): ReturnType<typeof ensureChecks> =>
  ensureChecks(spec, metrics, 10_000);
const condition = (expression: string): boolean | undefined => checks({ conditions: [{ expression }] })[0]?.holds;

describe('The checks of ensure', () => {
  it('hold figures against thresholds', () => {
    expect(
      checks({ thresholds: [{ 'http.response_time.p95': 100 }, { 'http.response_time.max': 100 }], maxErrorRate: 10 }),
    ).toEqual([
      { threshold: 'http.response_time.p95 < 100', holds: true, actual: expect.closeTo(95, 0) },
      { threshold: 'http.response_time.max < 100', holds: false, actual: 100 },
      { threshold: 'maxErrorRate < 10', holds: true, actual: 10 },
    ]);
  });

  it('have short forms for response times', () => {
    expect(
      checks({ min: 2, max: 50, median: 60, p95: 100, p99: 90 }).map(({ threshold, holds }) => [threshold, holds]),
    ).toEqual([
      ['min < 2', true],
      ['max < 50', false],
      ['median < 60', true],
      ['p95 < 100', true],
      ['p99 < 90', false],
    ]);
  });

  it.each([
    ['http.codes.200 == 100', true],
    ['http.response_time.p99 < 200 and vusers.completed >= 9', true],
    ['vusers.created - vusers.completed <= 1', true],
    ['vusers.created_by_name.Sign in == vusers.created', true],
    ["'vusers.created_by_name.Sign in' == 10", true],
    ['errors.Failed capture or match == 0', false],
    ['http.request_rate == 10', true],
    ['max(http.response_time.p50, 70) == 70', true],
    ['not (http.codes.200 > 5)', false],
    // Nothing was counted, so it stands at 0.
    ['http.codes.500 == 0 and errors.ETIMEDOUT < 1', true],
    // Nothing was measured, so nothing can be said of it.
    ['http.response_time.5xx.p95 < 100', false],
    ['http.requests', false],
    ['http.requests >', false],
  ])('evaluate %s', (expression, holds) => {
    expect(condition(expression)).toBe(holds);
  });

  it('tell those that need not hold', () => {
    const [check] = checks({ conditions: [{ expression: 'http.codes.200 < 5', strict: false }] });
    expect(check).toEqual({ threshold: 'http.codes.200 < 5', holds: false, actual: 100, advisory: true });
  });

  it('fail when there was nothing', () => {
    const nothing = ensureChecks({ thresholds: [{ 'http.response_time.p95': 100 }], maxErrorRate: 1 }, noMetrics(), 0);
    expect(nothing.map(({ holds, actual }) => [holds, actual])).toEqual([
      [false, undefined],
      [false, undefined],
    ]);
  });

  it('are of all workers’ figures together, never of one’s', () => {
    const slow = measured(901, 1000);
    const both = addMetrics(addMetrics(noMetrics(), metrics), slow);
    const [check] = ensureChecks({ thresholds: [{ 'http.response_time.median': 200 }] }, both, 10_000);
    expect(check).toMatchObject({ holds: true, actual: expect.closeTo(100, 0) });
    expect(both.counters['http.requests']).toBe(200);
  });
});

describe('Artillery’s figures', () => {
  it('keep the names of the first hundred, so that servers and scripts cannot make them endless', () => {
    const recorder = new MetricsRecorder();
    for (let i = 0; i < 1000; i++) recorder.count(`errors.${'x'.repeat(500)}${i}`);
    for (let i = 0; i < 1000; i++) recorder.count(`errors.${i}`);
    const { counters } = recorder.take();
    expect(Object.keys(counters).length).toBe(101);
    expect(Object.values(counters).reduce((sum, count) => sum + count, 0)).toBe(2000);
    expect(Object.keys(counters).every(({ length }) => length <= 200)).toBe(true);
  });
});
