import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sideAt } from '../../../../lib/sdk/live-settings/side.ts';

const start = Date.parse('2026-01-31T02:00:00.000Z');
const schedule = (order: string, sliceSeconds = 10) => ({
  startsAt: new Date(start).toISOString(),
  sliceSeconds,
  order,
});

it('follows the order by the time, and neither before nor after', () => {
  const at = (seconds: number) => sideAt(schedule('abba'), start + seconds * 1_000);
  expect(at(-5)).toEqual({ side: undefined, untilMs: start });
  expect(at(0)).toEqual({ side: 'a', untilMs: start + 10_000 });
  expect(at(10)).toEqual({ side: 'b', untilMs: start + 30_000 });
  expect(at(29.9)).toEqual({ side: 'b', untilMs: start + 30_000 });
  expect(at(39.9)).toEqual({ side: 'a', untilMs: start + 40_000 });
  expect(at(40)).toEqual({ side: undefined, untilMs: undefined });
});

it('says the same until the time that it names, and something else then', () => {
  const orders = fc.array(fc.constantFrom('a', 'b'), { minLength: 2, maxLength: 40 }).map((all) => all.join(''));
  const slices = fc.double({ min: 0.5, max: 600, noNaN: true });
  fc.assert(
    fc.property(orders, slices, fc.double({ min: 0, max: 1, noNaN: true }), (order, seconds, share) => {
      const one = schedule(order, seconds);
      const now = start + share * order.length * seconds * 1_000;
      const { side, untilMs } = sideAt(one, now);
      if (untilMs === undefined) return;
      expect(sideAt(one, (now + untilMs) / 2).side).toBe(side);
      // A clock of floats may stand a hair before it.
      expect(sideAt(one, untilMs + 0.001).side).not.toBe(side);
    }),
  );
});
