import { describe, expect, it } from 'vitest';
import { burnRatesOf } from '../../../lib/analysis/objectives/burn-rates.ts';
import { type Found, measureOf } from '../../../lib/analysis/objectives/measures.ts';
import { objectiveOf } from '../../../lib/analysis/objectives/setting.ts';
import { objectiveSetting } from '../../../lib/contracts/budgets.ts';
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
