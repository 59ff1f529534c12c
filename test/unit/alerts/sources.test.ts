import { describe, expect, it } from 'vitest';
import { unusual } from '../../../lib/alerts/sources/anomalies.ts';
import { checkObservation } from '../../../lib/alerts/sources/checks.ts';
import { partObservation } from '../../../lib/alerts/sources/parts.ts';
import { regressed } from '../../../lib/alerts/sources/regressions.ts';
import { judgeSilence } from '../../../lib/alerts/thresholds/silence.ts';
import type { Anomalies } from '../../../lib/contracts/history-analysis/anomalies.ts';
import type { ChangePoint, ChangePoints } from '../../../lib/contracts/history-analysis/change-points.ts';
import type { Course } from '../../../lib/contracts/history-analysis/course.ts';
import type { PartSign } from '../../../lib/platform/status/part-reports.ts';

const minuteMs = 60_000;
const to = Date.parse('2026-01-31T12:00:00.000Z');
/** How a figure went in the last so many steps. */
const courseOf = (metric: string, stepMinutes: number, values: number[]): Course => ({
  resolution: 'hour',
  from: iso(values.length * stepMinutes),
  to: iso(0),
  stepSeconds: stepMinutes * 60,
  series: [{ metric, values }],
});
const iso = (minutesAgo: number): string => new Date(to - minutesAgo * minuteMs).toISOString();

describe('A service that is silent', () => {
  /** Minutes that were told of, by how many minutes ago they began. */
  const told = (from: number, until: number, isLambda?: boolean) =>
    Array.from({ length: from - until + 1 }, (_, index) => ({ start: to - (from - index) * minuteMs, isLambda }));

  it.each([
    ['for five minutes after it reported steadily', told(20, 6), 'firing'],
    ['for less', told(20, 5), 'gone'],
    ['and reported only now and then', told(20, 6).filter((_, index) => index % 2 === 0), 'between'],
    ['and is on Lambda', told(20, 6, true), 'between'],
    ['and has been for long', told(60, 40), 'between'],
    ['and never reported', [], 'between'],
  ] as const)('%s', (_, minutes, finds) => {
    expect(judgeSilence(minutes, to, 0).finds).toBe(finds);
  });

  it('is said to be so since it was last heard of', () => {
    expect(judgeSilence(told(20, 6), to, 0)).toMatchObject({
      severity: 'critical',
      reason: `The service reported steadily, and has not been heard of since ${iso(5)}.`,
      shown: { window: { from: iso(20), values: [...Array(15).fill(1), ...Array(5).fill(0)] } },
    });
  });
});

describe('A part of Headroom that is down', () => {
  const sign = (minutesAgo: number, more: object = {}) =>
    ({ atMs: to - minutesAgo * minuteMs, state: 'up', ...more }) as const;
  const shownOf = (...signs: PartSign[]) => {
    const found = partObservation({ status: { name: 'canary', state: 'down' }, signs }, to);
    if (found.finds !== 'firing') throw new Error('It is down');
    const { window, unit } = found.shown;
    return { unit, window: window && { ...window, values: window.values.slice(-5) } };
  };
  const window = { from: iso(29), stepSeconds: 60 };

  it('shows how long it took to answer while it did', () => {
    expect(shownOf(sign(4, { latencyMs: 20 }), sign(3, { latencyMs: 900 }), sign(0, { state: 'down' }))).toEqual({
      unit: 'ms',
      window: { metric: 'latencyMs', ...window, values: [20, 900, null, null, null] },
    });
  });

  it('shows its signs of life where it tells of nothing else, and nothing of what is too long ago', () => {
    expect(shownOf(sign(31), sign(3), sign(2, { state: 'down' })).window).toEqual({
      metric: 'signsOfLife',
      ...window,
      values: [null, 1, 0, 0, null],
    });
    expect(shownOf(sign(31))).toEqual({ unit: undefined, window: undefined });
  });
});

describe('An anomaly', () => {
  const of = (metric: string, given: object): Anomalies => ({
    resolution: 'hour',
    from: iso(10_000),
    to: iso(0),
    series: [
      {
        metric,
        unit: 'ms',
        found: {
          enough: true,
          points: 300,
          anomalies: [
            {
              from: iso(60),
              to: iso(60),
              peakAt: iso(60),
              score: 0.7,
              kind: 'jump',
              value: 90,
              expected: 40,
              low: 30,
              high: 50,
              ...given,
            },
          ],
        },
      },
    ],
  });

  it.each([
    ['is told of while it is new', 'avgResponseTimeMs', {}, 'low'],
    ['is graver the more surprising it is', 'avgResponseTimeMs', { score: 0.95 }, 'medium'],
    ['is not told of where it is hardly one', 'avgResponseTimeMs', { score: 0.59 }, undefined],
    ['is not told of when it is over', 'avgResponseTimeMs', { to: iso(180) }, undefined],
    ['to the better alarms nobody', 'avgResponseTimeMs', { value: 10 }, undefined],
    ['of the traffic is told of either way', 'requestsPerSecond', { value: 10 }, 'low'],
  ])('%s', (_, metric, given, severity) => {
    expect(unusual('shop', of(metric, given), courseOf(metric, 60, [])).get(metric)?.severity).toBe(severity);
  });

  it('shows the hours of the last two days', () => {
    const course = courseOf(
      'cpuPercent',
      60,
      Array.from({ length: 100 }, (_, hour) => hour),
    );
    expect(unusual('shop', of('cpuPercent', {}), course).get('cpuPercent')?.shown.window).toEqual({
      from: iso(48 * 60),
      stepSeconds: 3600,
      values: Array.from({ length: 48 }, (_, hour) => 52 + hour),
    });
  });
});

describe('A regression', () => {
  const change = (given: Partial<ChangePoint> = {}): ChangePoint => ({
    at: iso(2880),
    between: { from: iso(4320), to: iso(2880) },
    before: 100,
    after: 250,
    changePercent: 150,
    pValue: 0.001,
    verdict: 'regression',
    ...given,
  });
  const of = (...changes: ChangePoint[]): ChangePoints => ({
    resolution: 'day',
    from: iso(100_000),
    to: iso(0),
    series: [{ metric: 'p95ResponseTimeMs', unit: 'ms', found: { enough: true, points: 60, changePoints: changes } }],
    loadTests: [],
  });

  it('is told of with both levels, by how much worse it is', () => {
    const course = courseOf('p95ResponseTimeMs', 1440, [100, 250, 250]);
    expect(regressed('shop', of(change()), course).get('p95ResponseTimeMs')).toMatchObject({
      severity: 'high',
      reason: `p95ResponseTimeMs went from 100 to 250 ms, by 150 %, and has stayed there since ${iso(2880)}.`,
      shown: {
        value: 250,
        threshold: 100,
        ratio: 2.5,
        analysis: '/v1/projects/shop/change-points',
        window: { from: iso(3 * 1440), values: [100, 250, 250] },
      },
    });
    expect(regressed('shop', of(change({ after: 110 })), course).get('p95ResponseTimeMs')?.severity).toBe('low');
  });

  it('is over when it was taken back, or is how the service is by now', () => {
    const back = change({ at: iso(1440), before: 250, after: 101, verdict: 'improvement' });
    expect(regressed('shop', of(change(), back), courseOf('cpuPercent', 1440, [])).size).toBe(0);
    expect(regressed('shop', of(change({ at: iso(30 * 1440) })), courseOf('cpuPercent', 1440, [])).size).toBe(0);
  });
});

describe('A check', () => {
  const check = { checkId: '01JD2V8Q6Y0000000000000000', project: 'shop', createdAt: iso(5), breaches: [] };

  it('that could not be carried out is less grave than one that broke its limits', () => {
    expect(checkObservation({ ...check, status: 'failed', reason: 'No target.' }, to)).toMatchObject({
      finds: 'firing',
      severity: 'medium',
      reason: `The check ${check.checkId} could not be carried out: No target.`,
    });
    const breaches = [{ limit: 'minScore', expected: 60, actual: 40 }];
    expect(checkObservation({ ...check, status: 'breached', breaches }, to)).toMatchObject({ severity: 'high' });
    expect(checkObservation({ ...check, status: 'passed' }, to)).toMatchObject({ finds: 'gone' });
  });
});
