import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Arrivals } from '../../../../lib/load/engine/arrivals.ts';
import type { LoadStage } from '../../../../lib/load/engine/plan.ts';
import { lengthMs } from '../../../../lib/load/engine/stages.ts';
import { levelAt, stagesUpTo } from '../../../support/load-stages.ts';

const stages = stagesUpTo(100);
const dueTimes = (arrivals: Arrivals): number[] =>
  Array.from({ length: arrivals.count }, (_, arrival) => arrivals.dueMs(arrival));

const hold = (rate: number, seconds: number): LoadStage => ({ seconds, from: rate, to: rate });

describe('open arrivals', () => {
  it('are each due when the integral of the rate has reached its number, in order and before the end', () => {
    fc.assert(
      fc.property(stages, (given) => {
        const times = dueTimes(new Arrivals(given));
        times.forEach((dueMs, arrival) => {
          expect(dueMs).toBeGreaterThanOrEqual(times[arrival - 1] ?? 0);
          expect(dueMs).toBeLessThanOrEqual(lengthMs(given));
          expect(Math.abs(levelAt(dueMs, given).integral - arrival)).toBeLessThan(1e-6);
        });
        const whole = levelAt(lengthMs(given), given).integral;
        expect(times.length).toBeGreaterThanOrEqual(whole - 1e-6);
        expect(times.length).toBeLessThan(whole + 1 + 1e-6);
      }),
    );
  });

  it('come when the level rises again, not when it fell, where it is 0 for a while', () => {
    expect(dueTimes(new Arrivals([hold(2, 1), hold(0, 10), hold(2, 1)]))).toEqual([0, 500, 11_000, 11_500]);
  });

  it('rise and fall in a straight line', () => {
    const ramps = [{ seconds: 10, from: 0, to: 100 }, hold(100, 2), { seconds: 5, from: 100, to: 0 }];
    const times = dueTimes(new Arrivals(ramps));
    const perSecond = Array.from(
      { length: 17 },
      (_, second) => times.filter((ms) => Math.floor(ms / 1000) === second).length,
    );
    expect(perSecond).toEqual([5, 15, 25, 35, 45, 55, 65, 75, 85, 95, 100, 100, 90, 70, 50, 30, 10]);
  });

  it('are not one too many where a rate is no binary fraction', () => {
    expect(new Arrivals([hold(0.1, 30)]).count).toBe(3);
    expect(new Arrivals([hold(1.1, 100)]).count).toBe(110);
    expect(new Arrivals([hold(0.1, 30), hold(0, 5), hold(1, 2)]).dueMs(3)).toBe(35_000);
  });

  it('are taken exactly once over all workers, each handing over to the next at times of its own', () => {
    const handOvers = fc.array(fc.double({ min: 0, max: 130_000, noNaN: true }), { maxLength: 4 });
    fc.assert(
      fc.property(stages, fc.array(handOvers, { minLength: 1, maxLength: 5 }), (given, ofWorkers) => {
        const arrivals = new Arrivals(given);
        const workers = ofWorkers.length;
        const taken = ofWorkers.flatMap((times, worker) => {
          const borders = [0, ...times.toSorted((a, b) => a - b), Number.POSITIVE_INFINITY];
          return borders.slice(1).flatMap((until, i) => {
            const first = arrivals.countBefore(borders[i] ?? 0, worker, workers);
            const end = arrivals.countBefore(until, worker, workers);
            return Array.from({ length: end - first }, (_, own) => worker + (first + own) * workers);
          });
        });
        expect(taken.toSorted((a, b) => a - b)).toEqual(Array.from({ length: arrivals.count }, (_, i) => i));
      }),
    );
  });

  it('due at the very time of a hand-over are those of the successor', () => {
    const arrivals = new Arrivals([hold(10, 1)]);
    expect([arrivals.countBefore(500, 0, 1), arrivals.countBefore(500.001, 0, 1)]).toEqual([5, 6]);
  });
});
