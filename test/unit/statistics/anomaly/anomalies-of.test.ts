import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anomaliesOf } from '../../../../lib/statistics/anomalies-of.ts';
import { BEGIN_MS, DAY_MS, everyFiveMinutes, MINUTE_MS, noise, withValues } from './series.ts';

const placeOf = (timestampMs: number | undefined): number => ((timestampMs ?? Number.NaN) - BEGIN_MS) / (5 * MINUTE_MS);

describe('anomaliesOf', () => {
  it('finds a spike after a quiet day, where it is', () => {
    const { anomalies, enough } = anomaliesOf(withValues(noise(400, 1), { 350: 150 }));
    expect(enough).toBe(true);
    expect(anomalies).toHaveLength(1);
    const [spike] = anomalies;
    expect(placeOf(spike?.peakAt)).toBe(350);
    expect(spike).toMatchObject({ kind: 'jump', value: 150 });
    expect(spike?.high).toBeLessThan(130);
    expect(spike?.low).toBeGreaterThan(70);
    expect(Math.abs((spike?.expected ?? 0) - 100)).toBeLessThan(10);
  });

  it('finds a shift of the level once', () => {
    const { anomalies } = anomaliesOf(
      noise(880, 5).map((point, i) => ({ ...point, value: point.value + (i >= 600 ? 30 : 0) })),
    );
    expect(anomalies).toHaveLength(1);
    expect(placeOf(anomalies[0]?.from)).toBeGreaterThanOrEqual(600);
    expect(placeOf(anomalies[0]?.from)).toBeLessThan(606);
  });

  it('finds the day on which a daily rise stays away', () => {
    const daily = everyFiveMinutes(288 * 8, (place) => {
      const hour = ((place % 288) / 288) * 24;
      const day = Math.floor(place / 288);
      const wobble = Math.sin(place * 12.9898) * 2;
      return (hour >= 9 && hour < 18 && day !== 6 ? 80 : 20) + wobble;
    });
    const { anomalies } = anomaliesOf(daily);
    expect(anomalies.length).toBeGreaterThan(0);
    const onTheDay = anomalies.filter(({ from }) => Math.floor((from - BEGIN_MS) / DAY_MS) === 6);
    expect(onTheDay[0]).toMatchObject({ kind: 'daily' });
  });

  it('says that there is not enough data', () => {
    const { points, anomalies, enough } = anomaliesOf(withValues(noise(60, 3), { 50: 1_000 }));
    expect({ anomalies, enough }).toEqual({ anomalies: [], enough: false });
    expect(points.every((point) => point.score === 0 && !point.enough && point.expected === undefined)).toBe(true);
    expect(anomaliesOf([])).toEqual({ points: [], anomalies: [], enough: false });
  });

  it('takes points in any order', () => {
    const points = withValues(noise(300, 4), { 250: 200 });
    expect(anomaliesOf(points.toReversed())).toEqual(anomaliesOf(points));
  });

  it('finds nothing in what never changes', () => {
    const level = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 });
    fc.assert(
      fc.property(level, (value) => {
        expect(anomaliesOf(everyFiveMinutes(400, () => value)).points.every(({ score }) => score === 0)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses what is not a number', () => {
    expect(() => anomaliesOf(withValues(noise(5, 1), { 2: Number.NaN }))).toThrow(/value is a finite number, not NaN/);
    expect(() => anomaliesOf([{ timestampMs: Number.NaN, value: 1 }])).toThrow(/time is in milliseconds, not NaN/);
    expect(() => anomaliesOf([], { threshold: 1.5 })).toThrow(/threshold lies between 0 and 1, not at 1.5/);
  });
});
