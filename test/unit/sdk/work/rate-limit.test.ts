import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateLimitedError, rateLimit } from '../../../../lib/sdk/work/rate-limit.ts';

describe('rateLimit', () => {
  it('never lets more through in any time than the rate and one burst, and all that is within', () => {
    const steps = fc.array(fc.double({ min: 0, max: 400, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 10 }), (gaps, perSecond, burst) => {
        let now = 1_000;
        const limiter = rateLimit({ perSecond, burst, now: () => now });
        const taken: number[] = [];
        for (const gap of gaps) {
          now += gap;
          if (limiter.tryTake()) taken.push(now);
        }
        for (const [at, from] of taken.entries()) {
          for (const [upTo, until] of taken.entries()) {
            if (upTo < at) continue;
            const most = burst + ((until - from) * perSecond) / 1_000 + 1e-3;
            expect(upTo - at + 1).toBeLessThanOrEqual(most);
          }
        }
        // After a pause that fills the bucket, a whole burst comes through.
        now += (burst * 1_000) / perSecond + 1;
        for (let i = 0; i < burst; i++) expect(limiter.tryTake()).toBe(true);
        expect(limiter.tryTake()).toBe(false);
      }),
    );
  });

  it('lets callers wait for their turn, in their order, and refuses whom it would keep too long', async () => {
    const limiter = rateLimit({ perSecond: 200, maxWaitMs: 18 });
    const order: number[] = [];
    const calls = Array.from({ length: 6 }, (_, i) =>
      limiter.run(() => order.push(i)).catch((error: unknown) => error),
    );
    const answers = await Promise.all(calls);
    const refused = answers.filter((answer) => answer instanceof RateLimitedError);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]?.retryAfterMs).toBeGreaterThan(18);
    expect(order).toEqual(Array.from({ length: 6 - refused.length }, (_, i) => i));
  });

  it('lowers its rate when what it calls fails, and tells the present one', async () => {
    let now = 0;
    const limiter = rateLimit({ perSecond: 100, burst: 100, adaptive: { minPerSecond: 60 }, now: () => now });
    expect(limiter.perSecond).toBe(100);
    const callFor = async (seconds: number, work: () => Promise<void>): Promise<void> => {
      for (const end = now + seconds * 1_000; now < end; now += 20) await limiter.run(work).catch(() => {});
    };
    await callFor(4, () => Promise.reject(new Error('overloaded')));
    expect(limiter.perSecond).toBe(60);
    await callFor(20, () => Promise.resolve());
    expect(limiter.perSecond).toBe(100);
  });

  it('refuses what cannot be meant', () => {
    expect(() => rateLimit({ perSecond: 0 })).toThrow(RangeError);
    expect(() => rateLimit({ perSecond: 1, burst: 0 })).toThrow(RangeError);
    expect(() => rateLimit({ perSecond: 1, maxWaitMs: -1 })).toThrow(RangeError);
  });
});
