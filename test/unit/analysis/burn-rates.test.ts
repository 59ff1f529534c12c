import { describe, expect, it } from 'vitest';
import { burnRatesOf } from '../../../lib/analysis/objectives/burn-rates.ts';
import { type Found, measureOf } from '../../../lib/analysis/objectives/measures.ts';
import { objectiveOf } from '../../../lib/analysis/objectives/setting.ts';
import { burnStepsOf } from '../../../lib/analysis/objectives/windows.ts';
import { burnAlerts, objectiveSetting } from '../../../lib/contracts/budgets.ts';
import { telemetryRetention } from '../../../lib/contracts/projects.ts';
import { aggregateOf, noon, sketchOf, telemetryWindow } from '../../support/telemetry-batches.ts';

/** Which pairs fire, when so many of a thousand requests in the last minutes were bad. */
const firing = (bad: (minutes: number) => number): string[] =>
  burnRatesOf(0.001, (minutes) => ({ total: 1000, bad: bad(minutes) }))
    .filter(({ fires }) => fires)
    .map(({ severity }) => severity);

describe('a pair of windows', () => {
  it('fires when both burn faster than its factor', () => {
    expect(firing(() => 15)).toEqual(['critical', 'high', 'medium', 'low']);
    expect(firing(() => 14)).toEqual(['high', 'medium', 'low']);
    expect(firing((minutes) => (minutes === 5 ? 14 : 15))).toEqual(['high', 'medium', 'low']);
    expect(firing((minutes) => (minutes === 60 ? 14 : 15))).toEqual(['high', 'medium', 'low']);
    // At the factor is not above it.
    expect(firing(() => 6)).toEqual(['medium', 'low']);
    expect(firing((minutes) => (minutes === 120 ? 3 : 6))).toEqual(['low']);
    expect(firing(() => 0)).toEqual([]);
  });

  it('does not fire by fewer than five bad events, however few there were', () => {
    const of = (bad: number) => burnRatesOf(0.001, () => ({ total: 10, bad })).filter(({ fires }) => fires).length;
    expect([of(4), of(5)]).toEqual([0, 4]);
  });

  it('has no rate where nothing happened', () => {
    for (const { long, fires } of burnRatesOf(0.001, () => ({ total: 0, bad: 0 }))) {
      expect(long).not.toHaveProperty('burnRate');
      expect(fires).toBe(false);
    }
  });
});

describe('the course of a burn rate', () => {
  it.each([0, 7, 59])('has twelve steps of what is kept, the last one up to now, %i minutes after noon', (minutes) => {
    const now = noon + minutes * 60_000;
    for (const { longMinutes, shortMinutes } of burnAlerts) {
      const pair = { long: { minutes: longMinutes }, short: { minutes: shortMinutes } };
      const steps = burnStepsOf(pair, now, telemetryRetention.parse({}));
      expect(steps).toHaveLength(12);
      expect(steps.at(-1)?.to).toBe(now);
      for (const [index, { from, to }] of steps.entries()) {
        expect(from).toBe(index === 0 ? from : steps[index - 1]?.to);
        if (longMinutes > 360) expect(from % 3_600_000).toBe(0);
        if (index < 11) expect(to - from).toBe(shortMinutes * 60_000);
      }
    }
    const pair = { long: { minutes: 4320 }, short: { minutes: 360 } };
    expect(burnStepsOf(pair, now, telemetryRetention.parse({ hourDays: 2 }))).toHaveLength(8);
  });
});

describe('what an objective counts', () => {
  const histogram = aggregateOf([
    telemetryWindow({
      metrics: [
        {
          kind: 'histogram',
          name: 'stars',
          labels: {},
          resolution: 0.5,
          values: sketchOf([0.001, 0.004, 0.004, 0.01]),
        },
      ],
    }),
  ]);
  const found = (setting: object): Found['events'] =>
    measureOf(objectiveOf(objectiveSetting.parse({ metric: 'custom:stars', ...setting })))?.find(histogram, noon)
      ?.events;

  it('are values beyond its limit, on either side, and not those at it', () => {
    // Of the stars 0.5, 2, 2 and 5.
    expect(found({ objective: 2 })).toEqual({ total: 4, bad: 1 });
    expect(found({ objective: 1.9 })).toEqual({ total: 4, bad: 3 });
    expect(found({ objective: 2, bound: 'atLeast' })).toEqual({ total: 4, bad: 1 });
    expect(found({ objective: 2.1, bound: 'atLeast' })).toEqual({ total: 4, bad: 3 });
    expect(found({ objective: 0.5, bound: 'atLeast' })).toEqual({ total: 4, bad: 0 });
    expect(found({ objective: 6, bound: 'atLeast' })).toEqual({ total: 4, bad: 4 });
  });
});
