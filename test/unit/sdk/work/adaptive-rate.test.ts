import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AdaptiveOptions, AdaptiveRate } from '../../../../lib/sdk/work/adaptive-rate.ts';

const asked = 100;

/** A service that bears so many calls a second; what is beyond is slow or fails. @returns the rate of each second */
function ratesAt(bears: number, how: 'slow' | 'failing', options: AdaptiveOptions = {}): number[] {
  const rate = new AdaptiveRate(asked, options, 0);
  const rates: number[] = [];
  for (let second = 0; second < 60; second++) {
    const calls = Math.round(rate.perSecond);
    for (let call = 0; call < calls; call++) {
      const isBeyond = call >= bears;
      const at = (second + (call + 1) / calls) * 1_000;
      rate.record(isBeyond && how === 'slow' ? 200 : 10, isBeyond && how === 'failing', at);
    }
    rates.push(rate.perSecond);
  }
  return rates;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('a rate that adapts', () => {
  it.each(['slow', 'failing'] as const)('settles near what is borne where the rest is %s', (how) => {
    fc.assert(
      fc.property(fc.integer({ min: 15, max: 90 }), (bears) => {
        const settled = ratesAt(bears, how, how === 'slow' ? { slowMs: 20 } : {}).slice(30);
        expect(mean(settled) / bears).toBeGreaterThan(0.6);
        expect(mean(settled) / bears).toBeLessThan(1.25);
        expect(Math.min(...settled)).toBeGreaterThan(0.5 * bears);
      }),
    );
  });

  it('stays what was asked for where all goes well, and falls no lower than it may', () => {
    expect(ratesAt(1_000, 'slow').every((rate) => rate === asked)).toBe(true);
    expect(ratesAt(0, 'failing', { minPerSecond: 7 }).at(-1)).toBe(7);
  });

  it('takes for slow what is said to be, and concludes nothing from a few calls', () => {
    expect(ratesAt(1_000, 'slow', { slowMs: 9 }).at(-1)).toBeLessThan(10);
    const rate = new AdaptiveRate(asked, {}, 0);
    for (let second = 1; second <= 4; second++) rate.record(10, true, second * 1_000);
    expect(rate.perSecond).toBe(asked);
    rate.record(10, true, 5_000);
    expect(rate.perSecond).toBeLessThan(asked);
  });

  it('does not rise while it is not made use of', () => {
    const rate = new AdaptiveRate(asked, {}, 0);
    for (let call = 1; call <= 100; call++) rate.record(10, true, call * 11);
    // What is left of them belongs to the next second.
    for (let call = 0; call < 6; call++) rate.record(10, false, 2_200);
    const lowered = rate.perSecond;
    expect(lowered).toBeLessThan(asked);
    for (let second = 4; second < 20; second++) {
      for (let call = 0; call < 6; call++) rate.record(10, false, second * 1_000 + call);
    }
    expect(rate.perSecond).toBe(lowered);
  });
});
