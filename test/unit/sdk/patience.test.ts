import { describe, expect, it } from 'vitest';
import { backoffMs, retryAfterMs } from '../../../lib/sdk/backoff.ts';
import { OwnErrors } from '../../../lib/sdk/telemetry/own-errors.ts';

describe('waiting before another try', () => {
  it('is spread over a bound that doubles up to its maximum', () => {
    const bounds = [1, 2, 3, 4, 100].map((failures) => backoffMs(failures, { baseMs: 100, maxMs: 500 }, () => 1));
    expect(bounds).toEqual([100, 200, 400, 500, 500]);
    expect(backoffMs(3, { baseMs: 100, maxMs: 500 }, () => 0)).toBe(0);
  });

  it('heeds Retry-After in seconds and as a date', () => {
    const now = Date.parse('2026-01-31T02:00:00Z');
    expect(retryAfterMs('3', now)).toBe(3_000);
    expect(retryAfterMs('Sat, 31 Jan 2026 02:00:05 GMT', now)).toBe(5_000);
    expect(retryAfterMs('Sat, 31 Jan 2026 01:00:00 GMT', now)).toBe(0);
    for (const nonsense of [undefined, null, '', 'soon', '-1s']) expect(retryAfterMs(nonsense, now)).toBeUndefined();
  });
});

describe("the SDK's own errors", () => {
  it('are all counted and printed at most once a minute', () => {
    const printed: string[] = [];
    let nowMs = 0;
    const errors = new OwnErrors(
      (message) => printed.push(message),
      () => nowMs,
    );
    for (; nowMs < 90_000; nowMs += 1_000) errors.report('no');
    expect(errors.count).toBe(90);
    expect(printed).toEqual(['no', 'no (59 more since the last message)']);
  });

  it('stay inside', () => {
    const errors = new OwnErrors(() => {});
    errors.guard('It', () => {
      throw new Error('broken');
    });
    expect(errors.count).toBe(1);
  });
});
