import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffSeconds } from '../../../lib/platform/queue/backoff.ts';

const receives = fc.integer({ min: 1, max: 1000 });
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the backoff of a failed message', () => {
  it('is whole seconds, from 1 to 300, which SQS takes', () => {
    fc.assert(
      fc.property(receives, chance, (count, random) => {
        const seconds = backoffSeconds(count, random);
        expect(Number.isInteger(seconds)).toBe(true);
        expect(seconds).toBeGreaterThanOrEqual(1);
        expect(seconds).toBeLessThanOrEqual(Math.min(300, 2 * 2 ** count));
      }),
    );
  });

  it('never shrinks with more receives, and spreads over its whole span', () => {
    fc.assert(
      fc.property(receives, chance, (count, random) => {
        expect(backoffSeconds(count + 1, random)).toBeGreaterThanOrEqual(backoffSeconds(count, random));
      }),
    );
    expect([backoffSeconds(4, 0), backoffSeconds(4, 0.999)]).toEqual([1, 32]);
    expect(backoffSeconds(50, 0.999)).toBe(300);
  });
});
