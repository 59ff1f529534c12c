import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangeOf } from '../../../../lib/telemetry/aws/range.ts';

const noon = Date.parse('2026-01-31T12:07:30.000Z');
const at = (time: string): number => Date.parse(`2026-01-31T${time}:00.000Z`);

describe('the range that CloudWatch is asked for', () => {
  it.each([
    [5, 60, '12:02', '12:08'],
    [60, 300, '11:05', '12:10'],
    [180, 900, '09:00', '12:15'],
  ])('is, for %i minutes, made of periods of %i s', (minutes, periodSeconds, from, to) => {
    expect(rangeOf(minutes, noon)).toEqual({ fromMs: at(from), toMs: at(to), periodSeconds });
  });

  it('covers what was asked for in at most 16 whole periods, and never more than one period beyond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_160 }), fc.integer({ min: 1e12, max: 2e12 }), (minutes, now) => {
        const { fromMs, toMs, periodSeconds } = rangeOf(minutes, now);
        const periodMs = 1_000 * periodSeconds;
        expect([fromMs % periodMs, toMs % periodMs, periodSeconds % 60]).toEqual([0, 0, 0]);
        expect(fromMs).toBeLessThanOrEqual(now - minutes * 60_000);
        expect(toMs).toBeGreaterThanOrEqual(now);
        expect(toMs - fromMs).toBeLessThan(minutes * 60_000 + 2 * periodMs);
        expect((toMs - fromMs) / periodMs).toBeLessThanOrEqual(17);
      }),
    );
  });
});
