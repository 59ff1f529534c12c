import fc from 'fast-check';
import { expect, it } from 'vitest';
import { countingPauses } from '../../../lib/cache/library/clock.ts';

it('counts what the monotonic clock stood still for, whatever happens to the wall clock, and never goes back', () => {
  const step = fc.record({
    runs: fc.nat(10_000),
    pauses: fc.nat(10_000),
    isPutBack: fc.boolean(),
    putBy: fc.nat(100_000),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      let [wall, monotonic, real, put] = [1_700_000_000_000, 5_000, 0, 0];
      const clock = countingPauses(
        () => wall,
        () => monotonic,
      );
      const begin = clock();
      let last = begin;
      for (const { runs, pauses, isPutBack, putBy } of steps) {
        monotonic += runs;
        real += runs + pauses;
        const shift = isPutBack ? -putBy : 0;
        put += shift;
        wall += runs + pauses + shift;
        const now = clock();
        expect(now).toBeGreaterThanOrEqual(last + runs);
        if (put === 0) expect(now - begin).toBeGreaterThanOrEqual(real - 100);
        expect(now - begin).toBeLessThanOrEqual(real);
        last = now;
      }
    }),
  );
});
