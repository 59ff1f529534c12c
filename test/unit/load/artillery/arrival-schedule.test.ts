import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Arrival,
  arrivalsOf,
  maxVusersOf,
  plannedLoadOf,
} from '../../../../lib/load/artillery/arrival-schedule.ts';
import type { ArrivalPhase } from '../../../../lib/load/artillery/phases.ts';

const rate = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.double({ min: 0, max: 40, noNaN: true }));
const phase: fc.Arbitrary<ArrivalPhase> = fc.oneof(
  fc.record({ seconds: fc.integer({ min: 1, max: 20 }), from: rate, to: rate, mode: fc.constant('uniform' as const) }),
  fc
    .record({ seconds: fc.integer({ min: 1, max: 20 }), from: rate, mode: fc.constantFrom('uniform', 'poisson') })
    .map((each) => ({ ...each, to: each.from })),
  fc.integer({ min: 0, max: 5 }).map((seconds) => ({ seconds, from: 0, to: 0, mode: 'uniform' as const })),
);
const phases = fc.array(phase, { minLength: 1, maxLength: 5 });
const dueTimes = (arrivals: Iterable<Arrival>): number[] => [...arrivals].map(({ dueMs }) => dueMs);
const inOrder = (times: number[]): number[] => times.toSorted((a, b) => a - b);

describe('The arrivals of a script', () => {
  it('are, of all workers together, those of the whole test, and of each as many as of the others, but for one', () => {
    fc.assert(
      fc.property(phases, fc.integer({ min: 1, max: 7 }), fc.nat(), (given, workers, seed) => {
        const whole = dueTimes(arrivalsOf(given, { worker: 0, workers: 1, seed }));
        const parts = Array.from({ length: workers }, (_, worker) =>
          dueTimes(arrivalsOf(given, { worker, workers, seed })),
        );
        expect(inOrder(parts.flat())).toEqual(whole);
        const sizes = parts.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('come in order, within their phases, and as many as were planned', () => {
    fc.assert(
      fc.property(phases, (given) => {
        const times = dueTimes(arrivalsOf(given, { worker: 0, workers: 1, seed: 1 }));
        const { seconds, arrivals } = plannedLoadOf(given);
        expect(times).toEqual(inOrder(times));
        expect(times.every((ms) => ms >= 0 && ms <= seconds * 1000)).toBe(true);
        if (given.every(({ mode }) => mode === 'uniform')) expect(times).toHaveLength(arrivals);
      }),
    );
  });

  it('go on where a worker left, with none missing and none twice', () => {
    fc.assert(
      fc.property(phases, fc.integer({ min: 0, max: 60_000 }), fc.nat(), (given, fromMs, seed) => {
        const share = { worker: 1, workers: 3, seed };
        const all = dueTimes(arrivalsOf(given, share));
        const after = dueTimes(arrivalsOf(given, { ...share, fromMs }));
        expect([...all.filter((ms) => ms < fromMs), ...after]).toEqual(all);
      }),
    );
  });

  it.each([
    ['a rate', { seconds: 2, from: 2, to: 2 }, [0, 500, 1000, 1500]],
    ['a rate below one a second', { seconds: 5, from: 0.5, to: 0.5 }, [0, 2000, 4000]],
    ['a ramp', { seconds: 2, from: 0, to: 4 }, [0, 1000, 1414, 1732]],
    ['a pause', { seconds: 2, from: 0, to: 0 }, []],
  ])('are spread evenly over %s', (_, given, times) => {
    const arrivals = arrivalsOf([{ ...given, mode: 'uniform' }], { worker: 0, workers: 1, seed: 1 });
    expect(dueTimes(arrivals).map(Math.round)).toEqual(times);
  });

  it('of a Poisson phase have exponential gaps', () => {
    const given: ArrivalPhase = { seconds: 1000, from: 10, to: 10, mode: 'poisson' };
    const times = dueTimes(arrivalsOf([given], { worker: 0, workers: 1, seed: 7 }));
    const gaps = times.map((ms, i) => ms - (times[i - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
    // 10,000 of them: five standard errors.
    expect(Math.abs(times.length - 10_000)).toBeLessThan(500);
    expect(mean).toBeGreaterThan(95);
    expect(mean).toBeLessThan(105);
    expect(deviation / mean).toBeGreaterThan(0.93);
    expect(deviation / mean).toBeLessThan(1.07);
  });

  it('are skipped by a bound that the workers share', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 50 }), (whole, workers) => {
        const parts = Array.from({ length: workers }, (_, worker) => maxVusersOf(whole, { worker, workers, seed: 1 }));
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(whole);
        expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
