import { describe, expect, it } from 'vitest';
import { evenlySpaced } from '../../../../lib/analysis/history/evenly-spaced.ts';
import { forecastsIn } from '../../../../lib/analysis/history/forecast.ts';
import { wholeOnes } from '../../../../lib/analysis/history/whole-ones.ts';

const hour = 3_600_000;
const points = (...hours: readonly [number, number][]) => hours.map(([at, value]) => ({ at: at * hour, value }));

describe('what is foretold from', () => {
  it('has a value for each step: of a round before, else of the step before', () => {
    const known = points([0, 10], [1, 11], [2, 12], [3, 13], [4, 14], [6, 16], [7, 17], [8, 18], [9, 19], [10, 20]);
    expect(evenlySpaced(known, hour, 3)).toEqual([10, 11, 12, 13, 14, 12, 16, 17, 18, 19, 20]);
    expect(evenlySpaced(known, hour, 24)?.[5]).toBe(14);
    expect(evenlySpaced([], hour, 24)).toEqual([]);
  });

  it('is not made up where more than a fifth is missing', () => {
    expect(evenlySpaced(points([0, 1], [1, 1], [2, 1], [4, 1]), hour, 24)).toHaveLength(5);
    expect(evenlySpaced(points([0, 1], [1, 1], [4, 1]), hour, 24)).toBeUndefined();
  });

  it('ends with the last hour that is over, and the forecast goes on from there', () => {
    const period = { from: 0, to: 100.5 * hour };
    const hours = points(
      ...Array.from({ length: 101 }, (_, index): [number, number] => [index, index === 100 ? 0 : 7]),
    );
    expect(wholeOnes(hours, { resolution: 'hour', period })).toHaveLength(100);
    const range = { resolution: 'hour' as const, period, series: [{ metric: 'cpuPercent', unit: '%', points: hours }] };
    const found = forecastsIn(range, 2).series[0]?.found;
    expect(found).toMatchObject({
      enough: true,
      points: [
        { at: new Date(100 * hour).toISOString(), value: 7 },
        { at: new Date(101 * hour).toISOString(), value: 7 },
      ],
    });
  });
});
