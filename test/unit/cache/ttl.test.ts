import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refreshesEarly } from '../../../lib/cache/library/early-refresh.ts';
import { CacheInputError } from '../../../lib/cache/library/input-error.ts';
import { TtlPlan, type TtlPolicy } from '../../../lib/cache/library/ttl.ts';

const policy: TtlPolicy = {
  defaultTtlSeconds: 3_600,
  ttlRules: [],
  jitterPercent: 0,
  staleWhileRevalidateSeconds: 0,
  staleIfErrorSeconds: 0,
};
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('TtlPlan', () => {
  it('takes the rule with the longest prefix', () => {
    const rule = fc.record({
      prefix: fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 4 }),
      ttlSeconds: fc.integer({ min: 1, max: 99 }),
    });
    const rules = fc.uniqueArray(rule, { selector: ({ prefix }) => prefix, maxLength: 12 });
    fc.assert(
      fc.property(rules, fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 }), (ttlRules, key) => {
        const longest = ttlRules
          .filter(({ prefix }) => key.startsWith(prefix))
          .sort((a, b) => b.prefix.length - a.prefix.length)[0];
        expect(new TtlPlan({ ...policy, ttlRules }).ttlSeconds({ key })).toBe(longest?.ttlSeconds ?? 3_600);
      }),
    );
  });

  it('goes by the loader first, then by what was asked, then by whether there is a value, then by the rules', () => {
    const plan = new TtlPlan({ ...policy, negativeTtlSeconds: 5, ttlRules: [{ prefix: 'a', ttlSeconds: 60 }] });
    expect(plan.ttlSeconds({ key: 'a', adaptiveTtlSeconds: 1, ttlSeconds: 2, negative: true })).toBe(1);
    expect(plan.ttlSeconds({ key: 'a', ttlSeconds: 2, negative: true })).toBe(2);
    expect(plan.ttlSeconds({ key: 'a', negative: true })).toBe(5);
    expect(plan.ttlSeconds({ key: 'a' })).toBe(60);
    expect(new TtlPlan(policy).ttlSeconds({ key: 'a', negative: true })).toBe(3_600);
  });

  it('jitters within its bound, never for longer than was asked, and by the random it is given', () => {
    fc.assert(
      fc.property(fc.nat(100), random, fc.integer({ min: 1, max: 100_000 }), (jitterPercent, draw, ttlSeconds) => {
        const plan = new TtlPlan({ ...policy, jitterPercent }, () => draw);
        const { freshUntil = 0 } = plan.lifetime({ key: 'a', ttlSeconds }, 1_000) ?? {};
        expect(freshUntil - 1_000).toBeLessThanOrEqual(ttlSeconds * 1_000);
        expect(freshUntil - 1_000).toBeGreaterThanOrEqual(Math.floor(ttlSeconds * 1_000 * (1 - jitterPercent / 100)));
        expect(freshUntil).toBeGreaterThan(1_000);
        expect(plan.lifetime({ key: 'a', ttlSeconds }, 1_000)?.freshUntil).toBe(freshUntil);
      }),
    );
    const spread = [0, 0.5, 0.999].map((draw) => {
      return new TtlPlan({ ...policy, jitterPercent: 20 }, () => draw).lifetime({ key: 'a', ttlSeconds: 100 }, 0)
        ?.freshUntil;
    });
    expect(spread).toEqual([100_000, 90_000, 80_020]);
  });

  it('lays the windows behind the TTL, in whole milliseconds and in order', () => {
    const seconds = fc.double({ min: 0.001, max: 10_000, noNaN: true });
    fc.assert(
      fc.property(seconds, seconds, seconds, random, (ttlSeconds, whileRevalidate, ifError, draw) => {
        const windows = { staleWhileRevalidateSeconds: whileRevalidate, staleIfErrorSeconds: ifError };
        const plan = new TtlPlan({ ...policy, ...windows, jitterPercent: 50 }, () => draw);
        const { createdAt, freshUntil, revalidateUntil, expiresAt } = plan.lifetime({ key: 'a', ttlSeconds }, 77) ?? {
          createdAt: 0,
          freshUntil: 0,
          revalidateUntil: 0,
          expiresAt: 0,
        };
        expect(createdAt).toBe(77);
        expect(revalidateUntil - freshUntil).toBe(Math.round(whileRevalidate * 1_000));
        expect(expiresAt - freshUntil).toBe(Math.max(Math.round(whileRevalidate * 1_000), Math.round(ifError * 1_000)));
        expect(Number.isInteger(freshUntil)).toBe(true);
      }),
    );
  });

  it('stores nothing when the loader says so, and nothing wrong', () => {
    const plan = new TtlPlan(policy);
    expect(plan.lifetime({ key: 'a', adaptiveTtlSeconds: 0 }, 0)).toBeUndefined();
    for (const wrong of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e12]) {
      expect(() => plan.lifetime({ key: 'a', ttlSeconds: wrong }, 0)).toThrow(CacheInputError);
    }
    expect(() => plan.lifetime({ key: 'a', adaptiveTtlSeconds: -1 }, 0)).toThrow(CacheInputError);
  });

  it.each([
    { defaultTtlSeconds: 0 },
    { ttlRules: [{ prefix: 'a', ttlSeconds: -1 }] },
    { jitterPercent: 101 },
    { jitterPercent: Number.NaN },
    { staleWhileRevalidateSeconds: -1 },
    { staleIfErrorSeconds: Number.NaN },
    { negativeTtlSeconds: 0 },
  ])('is not made of %o', (wrong) => {
    expect(() => new TtlPlan({ ...policy, ...wrong })).toThrow(CacheInputError);
  });
});

describe('refreshesEarly', () => {
  it('decides as the formula of the paper', () => {
    const ms = fc.double({ min: 0, max: 100_000, noNaN: true });
    fc.assert(
      fc.property(ms, ms, fc.double({ min: 0, max: 5, noNaN: true }), random, (leftMs, loaderMs, beta, draw) => {
        const now = 1_000_000;
        const expected = leftMs <= 0 || -loaderMs * beta * Math.log(1 - draw) >= now + leftMs - now;
        expect(refreshesEarly(now, now + leftMs, loaderMs, beta, () => draw)).toBe(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it('refreshes as often as it should: with probability exp(-left / (loader beta))', () => {
    for (const leftMs of [10, 50, 100, 200]) {
      // Evenly spread draws are the distribution itself.
      const draws = Array.from({ length: 10_000 }, (_, index) => (index + 0.5) / 10_000);
      const early = draws.filter((draw) => refreshesEarly(0, leftMs, 50, 1, () => draw)).length;
      expect(early / 10_000).toBeCloseTo(Math.exp(-leftMs / 50), 3);
    }
  });

  it('asks for no luck that cannot be, and always refreshes what has ended', () => {
    const never = (): number => {
      throw new Error('was drawn');
    };
    expect(refreshesEarly(0, 10_000, 50, 1, never)).toBe(false);
    expect(refreshesEarly(0, 10, 0, 1, never)).toBe(false);
    expect(refreshesEarly(10, 10, 0, 1, never)).toBe(true);
  });
});
