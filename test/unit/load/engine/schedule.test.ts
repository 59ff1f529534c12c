import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrivalCount, arrivalCountOf, arrivalMs, thinkMs, userStartMs } from '../../../../lib/load/engine/schedule.ts';
import { WakeQueue } from '../../../../lib/load/engine/wake-queue.ts';
import { Random } from '../../../../lib/statistics/random.ts';

const arrivalProcess = fc.record({
  arrivalsPerSecond: fc.double({ min: 0.1, max: 200, noNaN: true }),
  rampUpSeconds: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 20, noNaN: true })),
  durationSeconds: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 20, noNaN: true })),
});

describe('open arrivals', () => {
  it('are, over all workers, exactly those of the whole test', () => {
    fc.assert(
      fc.property(arrivalProcess, fc.integer({ min: 1, max: 20 }), (process, workers) => {
        const striped = Array.from({ length: workers }, (_, worker) =>
          Array.from({ length: arrivalCountOf(process, worker, workers) }, (_, own) => worker + own * workers),
        );
        const all = striped.flat().sort((a, b) => a - b);
        expect(all).toEqual(Array.from({ length: arrivalCount(process) }, (_, i) => i));
      }),
    );
  });

  it('come in order, the first at 0, all before the end and none left out', () => {
    fc.assert(
      fc.property(arrivalProcess, (process) => {
        const count = arrivalCount(process);
        const endMs = 1000 * (process.rampUpSeconds + process.durationSeconds);
        const times = Array.from({ length: count }, (_, i) => arrivalMs(i, process));
        expect(times[0] ?? 0).toBe(0);
        times.reduce((before, time) => {
          expect(time).toBeGreaterThan(before);
          return time;
        }, -1);
        expect(times.at(-1) ?? 0).toBeLessThanOrEqual(endMs * (1 + 1e-9));
        expect(arrivalMs(count, process)).toBeGreaterThanOrEqual(endMs * (1 - 1e-9));
      }),
    );
  });

  it('rise linearly over the ramp-up and keep the rate afterwards', () => {
    const process = { arrivalsPerSecond: 100, rampUpSeconds: 10, durationSeconds: 5 };
    const inSecond = (second: number): number =>
      Array.from({ length: arrivalCount(process) }, (_, i) => arrivalMs(i, process)).filter(
        (ms) => ms >= second * 1000 && ms < (second + 1) * 1000,
      ).length;
    expect(Array.from({ length: 15 }, (_, second) => inSecond(second))).toEqual([
      5, 15, 25, 35, 45, 55, 65, 75, 85, 95, 100, 100, 100, 100, 100,
    ]);
  });

  it('are not one too many where a rate is no binary fraction', () => {
    expect(arrivalCount({ arrivalsPerSecond: 0.1, rampUpSeconds: 0, durationSeconds: 30 })).toBe(3);
    expect(arrivalCount({ arrivalsPerSecond: 1.1, rampUpSeconds: 0, durationSeconds: 100 })).toBe(110);
  });
});

describe('closed users', () => {
  it('start evenly over the ramp-up, whichever worker plays them', () => {
    expect([0, 1, 2, 3].map((user) => userStartMs(user, 4, 10))).toEqual([0, 2500, 5000, 7500]);
    expect(userStartMs(3, 4, 0)).toBe(0);
  });

  it('think as long as they are told to', () => {
    const random = new Random(5);
    expect(thinkMs(1000, random)).toBe(1000);
    const drawn = Array.from({ length: 1000 }, () => thinkMs({ min: 200, max: 400 }, random));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(200);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(400);
    expect(drawn.reduce((a, b) => a + b, 0) / 1000).toBeCloseTo(300, -1);
  });
});

describe('WakeQueue', () => {
  it('gives out everybody once, the earliest first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 50 }), { maxLength: 60 }), fc.array(fc.boolean()), (times, takes) => {
        const queue = new WakeQueue(times.length);
        const waiting = new Set<number>();
        const take = (): void => {
          const earliest = Math.min(...[...waiting].map((slot) => times[slot] ?? 0));
          expect(queue.nextAt).toBe(earliest);
          const slot = queue.take();
          expect(times[slot]).toBe(earliest);
          expect(waiting.delete(slot)).toBe(true);
        };
        times.forEach((time, slot) => {
          queue.add(time, slot);
          waiting.add(slot);
          if (takes[slot]) take();
        });
        while (queue.size > 0) take();
        expect(waiting.size).toBe(0);
        expect(queue.nextAt).toBe(Number.POSITIVE_INFINITY);
      }),
    );
  });
});
