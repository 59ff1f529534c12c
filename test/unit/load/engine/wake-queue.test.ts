import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WakeQueue } from '../../../../lib/load/engine/wake-queue.ts';

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
