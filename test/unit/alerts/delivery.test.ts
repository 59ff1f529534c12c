import { describe, expect, it } from 'vitest';
import { afterAttempt, claimed, newDelivery } from '../../../lib/alerts/delivery/decide.ts';
import { outcomeOf, retryAfterOf } from '../../../lib/alerts/delivery/outcome.ts';

const begin = Date.parse('2026-01-31T02:00:00.000Z');
const hour = 60 * 60_000;

describe('What a receiver answers', () => {
  it.each([200, 202, 204])('is taken with %i', (status) => {
    expect(outcomeOf(status, undefined, begin)).toEqual({ delivered: true, status });
  });
  it.each([408, 409, 425, 429, 500, 502, 503, 504])('may be another one later than %i', (status) => {
    expect(outcomeOf(status, undefined, begin)).toMatchObject({ delivered: false, final: false, status });
  });
  it.each([301, 302, 400, 401, 403, 404, 410, 413])('stays %i', (status) => {
    expect(outcomeOf(status, undefined, begin)).toMatchObject({ delivered: false, final: true, status });
  });
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Sat, 31 Jan 2026 02:02:00 GMT', 120_000],
    ['Sat, 31 Jan 2026 01:00:00 GMT', 0],
    ['999999999', hour],
    ['soon', undefined],
    [undefined, undefined],
  ])('says with Retry-After: %s how long to wait, an hour at most', (header, ms) => {
    expect(retryAfterOf(header, begin)).toBe(ms);
  });
});

describe('A delivery', () => {
  it.each([0, 0.5, 0.999])('is given up after 30 attempts, in less than 2 hours (random %d)', (random) => {
    let now = begin;
    let delivery = newDelivery('ops', now);
    while (delivery.status === 'pending') {
      const outcome = outcomeOf(500, undefined, now);
      delivery = afterAttempt(claimed(delivery, now), { outcome, taken: 0 }, { now, random });
      if (delivery.nextAttemptAt !== undefined) now = Date.parse(delivery.nextAttemptAt);
    }
    expect(delivery).toMatchObject({ status: 'dead', attempts: 30, lastStatus: 500 });
    expect(now - begin).toBeLessThan(2 * hour + 60_000);
  });

  it('is given up after a day, however seldom it could be tried', () => {
    const now = begin + 25 * hour;
    const outcome = outcomeOf(500, undefined, now);
    const ended = afterAttempt(claimed(newDelivery('ops', begin), now), { outcome, taken: 0 }, { now, random: 0 });
    expect(ended).toMatchObject({ status: 'dead', attempts: 1 });
  });
});
