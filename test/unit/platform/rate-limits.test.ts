import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../lib/platform/http/authenticate.ts';
import { take } from '../../../lib/platform/http/rate-limits/bucket.ts';
import { Buckets } from '../../../lib/platform/http/rate-limits/buckets.ts';
import { RateLimits } from '../../../lib/platform/http/rate-limits/rate-limits.ts';

const start = Date.parse('2026-01-31T02:00:00.000Z');
const quotas = fc.record({ perMinute: fc.integer({ min: 1, max: 2_000 }) });
/** Milliseconds between one request and the next. */
const pauses = fc.array(
  fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 90_000 })),
  {
    maxLength: 300,
  },
);

describe('a bucket', () => {
  it('lets through, within any stretch of time, what comes back in it and what it holds, and no more', () => {
    fc.assert(
      fc.property(quotas, pauses, (quota, waits) => {
        let now = start;
        let fullAt: number | undefined;
        const allowed: number[] = [];
        for (const wait of waits) {
          now += wait;
          const taken = take(fullAt, now, quota);
          ({ fullAt } = taken);
          if (taken.isAllowed) allowed.push(now);
        }
        for (const [first, from] of allowed.entries()) {
          for (const [last, to] of allowed.entries()) {
            if (last < first) continue;
            const most = quota.perMinute + ((to - from) * quota.perMinute) / 60_000 + 1e-6;
            if (last - first + 1 > most) throw new Error(`${last - first + 1} within ${to - from} ms`);
          }
        }
      }),
    );
  });

  it('does what it says: the next request is allowed exactly when what is left, or the wait, says so', () => {
    fc.assert(
      fc.property(quotas, pauses, (quota, waits) => {
        let now = start;
        let fullAt: number | undefined;
        for (const wait of waits) {
          now += wait;
          const taken = take(fullAt, now, quota);
          ({ fullAt } = taken);
          expect(take(fullAt, now, quota).isAllowed).toBe(taken.remaining > 0);
          if (taken.isAllowed) continue;
          expect(take(fullAt, now + Math.floor(taken.waitMs) - 1, quota).isAllowed).toBe(false);
          expect(take(fullAt, now + Math.ceil(taken.waitMs), quota).isAllowed).toBe(true);
        }
      }),
    );
  });

  it('gives all at once after a pause, and then one after another', () => {
    let fullAt: number | undefined;
    const remaining = Array.from({ length: 60 }, () => {
      const taken = take(fullAt, start, { perMinute: 60 });
      ({ fullAt } = taken);
      return taken.remaining;
    });
    expect(remaining).toEqual(Array.from({ length: 60 }, (_, index) => 59 - index));
    expect(take(fullAt, start, { perMinute: 60 })).toMatchObject({ isAllowed: false, waitMs: 1_000, remaining: 0 });
    expect(take(fullAt, start + 1_000, { perMinute: 60 })).toMatchObject({ isAllowed: true, remaining: 0 });
    expect(take(fullAt, start + 60_000, { perMinute: 60 })).toMatchObject({ isAllowed: true, remaining: 59 });
  });

  it('is no emptier for a clock that was set back', () => {
    const { fullAt } = take(undefined, start, { perMinute: 60 });
    expect(take(fullAt, start - 3_600_000, { perMinute: 60 })).toMatchObject({ isAllowed: true, remaining: 59 });
  });
});

it('a table of buckets stays within its bound and forgets who asked the longest ago', () => {
  const buckets = new Buckets(3);
  const once = { perMinute: 1 };
  for (const who of ['a', 'b', 'c', 'a', 'd']) buckets.take(who, start, once);
  expect(buckets.size).toBe(3);
  expect(['a', 'b', 'c', 'd'].filter((who) => !buckets.look(who, start, once).isAllowed)).toEqual(['a', 'c', 'd']);
  for (let i = 0; i < 10_000; i++) buckets.take(`stranger-${i}`, start, once);
  expect(buckets.size).toBe(3);
});

describe('the limits of a process', () => {
  const caller = (more: Partial<Caller> = {}): Caller => ({
    kind: 'api-key',
    id: 'key',
    name: 'ci',
    scope: 'read',
    projects: undefined,
    ...more,
  });

  it('are each caller’s own, and the key’s own number counts before the deployment’s', () => {
    const limits = new RateLimits(2, () => start);
    const outcomes = (one: Caller): boolean[] => [1, 2, 3, 4].map(() => limits.take(one, 'requests').isAllowed);
    expect(outcomes(caller())).toEqual([true, true, false, false]);
    expect(outcomes(caller({ id: 'other', requestsPerMinute: 3 }))).toEqual([true, true, true, false]);
  });

  it('keep a bucket of its own, 20 times as large, for what services report', () => {
    const limits = new RateLimits(1, () => start);
    limits.take(caller(), 'requests');
    expect(limits.take(caller(), 'requests')).toEqual({
      isAllowed: false,
      headers: { 'ratelimit-policy': '"requests";q=1;w=60', ratelimit: '"requests";r=0;t=60' },
      retryAfterSeconds: 60,
    });
    expect(limits.take(caller(), 'data')).toMatchObject({
      isAllowed: true,
      headers: { 'ratelimit-policy': '"data";q=20;w=60', ratelimit: '"data";r=19;t=3' },
    });
  });

  it('bound how often an address may prove nothing, and leave the others alone', () => {
    let now = start;
    const limits = new RateLimits(1, () => now);
    for (let i = 0; i < 300; i++) {
      limits.requireFewFailures('192.0.2.1');
      limits.noteFailure('192.0.2.1');
    }
    expect(() => limits.requireFewFailures('192.0.2.1')).toThrow(/from this address/);
    expect(() => limits.requireFewFailures('192.0.2.2')).not.toThrow();
    now += 1_000;
    expect(() => limits.requireFewFailures('192.0.2.1')).not.toThrow();
  });
});
