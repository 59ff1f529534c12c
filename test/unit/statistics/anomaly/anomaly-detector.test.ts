import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimedValue } from '../../../../lib/statistics/anomalies-of.ts';
import { AnomalyDetector, type AnomalyScore } from '../../../../lib/statistics/anomaly.ts';
import { Random } from '../../../../lib/statistics/random.ts';
import { DAY_MS, everyFiveMinutes, MINUTE_MS, noise, withValues } from './series.ts';

function run(points: readonly TimedValue[], detector = new AnomalyDetector()): AnomalyScore[] {
  return points.map(({ timestampMs, value }) => detector.next(timestampMs, value));
}

const alertsOf = (scores: readonly AnomalyScore[]): number[] =>
  scores.flatMap(({ alert }, place) => (alert ? [place] : []));

describe('AnomalyDetector', () => {
  it('tells of ten deviations after a quiet day, whatever the noise', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.boolean(), (seed, up) => {
        const scores = run(withValues(noise(330, seed), { 310: up ? 150 : 50 }));
        expect(alertsOf(scores)).toContain(310);
        expect(scores[310]?.score).toBeGreaterThan(0.6);
      }),
      { numRuns: 25 },
    );
  });

  it('keeps still on noise: less than one alert in 1,000 points', () => {
    let alerts = 0;
    for (let seed = 1; seed <= 10; seed++) alerts += alertsOf(run(noise(2_000, seed))).length;
    expect(alerts).toBeLessThan(20);
  });

  it('tells of one disturbance once, and of a greater one again', () => {
    const disturbed = withValues(noise(500, 3), Object.fromEntries([300, 304, 309, 320].map((place) => [place, 150])));
    expect(alertsOf(run(disturbed))).toEqual([300]);
    expect(alertsOf(run(withValues(disturbed, { 340: 900 })))).toEqual([300, 340]);
  });

  it('is raised again after the refractory time', () => {
    expect(alertsOf(run(withValues(noise(2_400, 3), { 300: 150, 2300: 150 })))).toEqual(
      expect.arrayContaining([300, 2_300]),
    );
  });

  it('judges alike what is only scaled and shifted', () => {
    const scale = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    const series = withValues(noise(400, 4), { 350: 160 });
    const plain = run(series);
    fc.assert(
      fc.property(scale, fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.constantFrom(1, -1), (by, shift, sign) => {
        const moved = run(
          series.map(({ timestampMs, value }) => ({ timestampMs, value: sign * by * (value + shift) })),
        );
        moved.forEach(({ score }, place) => {
          expect(Math.abs(score - (plain[place]?.score ?? 0))).toBeLessThan(0.01);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('needs no more memory for more points', () => {
    const detector = new AnomalyDetector();
    const points = everyFiveMinutes(12_000, (place) => new Random(place).fraction());
    run(points.slice(0, 3_000), detector);
    const sizes = (state: unknown): unknown =>
      JSON.parse(JSON.stringify(state), (_, value) =>
        Array.isArray(value) ? value.length : typeof value === 'number' ? 0 : value,
      );
    const early = sizes(detector.learned);
    run(points.slice(3_000), detector);
    expect(sizes(detector.learned)).toEqual(early);
    expect(JSON.stringify(detector.learned).length).toBeLessThan(50_000);
  });

  it('goes on with what another has learned, also when that was written down', () => {
    const points = withValues(noise(900, 5), { 700: 140, 850: 190 });
    const first = new AnomalyDetector();
    const begun = run(points.slice(0, 600), first);
    const second = new AnomalyDetector({}, JSON.parse(JSON.stringify(first.learned)));
    expect([...begun, ...run(points.slice(600), second)]).toEqual(run(points));
  });

  it('is not disturbed by a gap, uneven spacing or a clock that goes back', () => {
    const points = noise(1_200, 6);
    const usual = alertsOf(run(points)).length;
    const shifted = (by: (place: number) => number) =>
      points.map(({ timestampMs, value }, place) => ({ timestampMs: timestampMs + by(place), value }));
    for (const series of [
      shifted((place) => (place >= 600 ? 3 * DAY_MS : 0)),
      shifted((place) => ((place * 7_919) % 290) * 1_000),
      shifted((place) => (place >= 600 ? -60 * MINUTE_MS : 0)),
      shifted((place) => -2 * place * 5 * MINUTE_MS),
    ]) {
      expect(alertsOf(run(series)).length).toBeLessThanOrEqual(usual + 2);
    }
  });

  it('holds some 99 of 100 points in its interval', () => {
    const scores = run(noise(5_000, 7)).filter(({ enough, kind }) => enough && kind === 'jump');
    const held = scores.filter(({ value, low = Number.NaN, high = Number.NaN }) => low <= value && value <= high);
    expect(held.length / scores.length).toBeGreaterThan(0.96);
    for (const { expected = Number.NaN, low = Number.NaN, high = Number.NaN } of scores) {
      expect(low).toBeLessThanOrEqual(expected);
      expect(high).toBeGreaterThanOrEqual(expected);
    }
  });

  it('has learned nothing of a point that it refused', () => {
    const detector = new AnomalyDetector();
    run(noise(150, 8), detector);
    const before = detector.learned;
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1e301]) {
      expect(() => detector.next(0, value)).toThrow(RangeError);
    }
    expect(() => detector.next(Number.NaN, 1)).toThrow(RangeError);
    expect(detector.learned).toEqual(before);
  });

  it('stays finite for any finite numbers', () => {
    const value = fc.double({ min: -1e300, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 110, maxLength: 150 }), (values) => {
        for (const { score, unusual, low = 0, high = 0 } of run(
          everyFiveMinutes(values.length, (place) => values[place] ?? 0),
        )) {
          expect(score).toBeGreaterThanOrEqual(0);
          expect(score).toBeLessThanOrEqual(unusual);
          expect(unusual).toBeLessThan(1);
          expect([low, high].some(Number.isNaN)).toBe(false);
        }
      }),
      { numRuns: 20 },
    );
  });
});
