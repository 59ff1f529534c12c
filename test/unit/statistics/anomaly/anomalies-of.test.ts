import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anomaliesOf } from '../../../../lib/statistics/anomalies-of.ts';
import { Random } from '../../../../lib/statistics/random.ts';
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

  it('takes a weekday that is like a weekend for more unusual than a weekend', () => {
    const away = 15;
    const random = new Random(6);
    const weekly = everyFiveMinutes(288 * 21, (place) => {
      const hour = ((place % 288) / 288) * 24;
      const day = Math.floor(place / 288);
      const isBusy = day % 7 < 5 && day !== away && hour >= 9 && hour < 18;
      return (isBusy ? 80 : 20) + 2 * random.normal();
    });
    const { points } = anomaliesOf(weekly);
    const mostOf = (day: number) => Math.max(...points.slice(288 * day + 100, 288 * day + 140).map((p) => p.unusual));
    const saturday = 19;
    expect(mostOf(away)).toBeGreaterThan(1.1 * mostOf(saturday));
  });

  it.each([1, 3, 4, 5])('finds a level that moved by less than two deviations, seed %d', (seed) => {
    const moved = noise(700, seed).map((point, place) => ({ ...point, value: point.value + (place >= 600 ? 8 : 0) }));
    const { anomalies } = anomaliesOf(moved);
    expect(anomalies).toHaveLength(1);
    expect(anomalies[0]).toMatchObject({ kind: 'level' });
    expect(placeOf(anomalies[0]?.from)).toBeGreaterThanOrEqual(600);
    expect(placeOf(anomalies[0]?.from)).toBeLessThan(615);
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
