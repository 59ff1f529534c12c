import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestLoad } from '../../../lib/sdk/telemetry/request-load.ts';

/** When requests begin, and how long they take. */
const schedules = fc.array(fc.record({ atMs: fc.nat(300), durationMs: fc.integer({ min: 1, max: 200 }) }), {
  minLength: 1,
  maxLength: 25,
});

/** Runs a schedule on a thread that is always busy with `rate` of its CPU, and tells each request's share. */
function sharesOf(schedule: readonly { atMs: number; durationMs: number }[], rate: number) {
  let nowMs = 0;
  const load = new RequestLoad(nowMs, () => rate * nowMs);
  const events = schedule
    .flatMap(({ atMs, durationMs }, i) => [
      { atMs, i, begins: true },
      { atMs: atMs + durationMs, i, begins: false },
    ])
    .toSorted((a, b) => a.atMs - b.atMs);
  const begun: number[] = [];
  const shares: number[] = [];
  for (const { atMs, i, begins } of events) {
    nowMs = atMs;
    if (begins) begun[i] = load.begin(nowMs);
    else shares[i] = load.end(nowMs, begun[i] ?? 0);
  }
  return { shares, peak: load.takePeak(), next: load.takePeak() };
}

/** By definition, millisecond by millisecond. */
function expectedOf(schedule: readonly { atMs: number; durationMs: number }[], rate: number) {
  const shares = schedule.map(() => 0);
  let peak = 0;
  for (let ms = 0; ms < 500; ms++) {
    const active = schedule.flatMap(({ atMs, durationMs }, i) => (atMs <= ms && ms < atMs + durationMs ? [i] : []));
    for (const i of active) shares[i] = (shares[i] ?? 0) + rate / active.length;
    peak = Math.max(peak, active.length);
  }
  return { shares, peak };
}

describe('the load of a process', () => {
  it('is divided evenly among the requests that are being answered', () => {
    fc.assert(
      fc.property(schedules, fc.double({ min: 0, max: 1, noNaN: true }), (schedule, rate) => {
        const { shares, peak, next } = sharesOf(schedule, rate);
        const expected = expectedOf(schedule, rate);
        // Off by no more than was used between two readings, at its beginning and at its end.
        for (const [i, share] of shares.entries()) {
          expect(Math.abs(share - (expected.shares[i] ?? 0))).toBeLessThan(2 * 5 + 1e-9);
        }
        expect(peak).toBeGreaterThanOrEqual(expected.peak);
        expect(next).toBe(0);
      }),
    );
  });

  it('gives a request that has the thread for itself all that was used', () => {
    expect(sharesOf([{ atMs: 100, durationMs: 200 }], 0.8).shares).toEqual([160]);
    expect(
      sharesOf(
        [
          { atMs: 0, durationMs: 100 },
          { atMs: 0, durationMs: 100 },
        ],
        1,
      ).shares,
    ).toEqual([50, 50]);
  });

  it('has a peak in each window, which those that go on begin', () => {
    const load = new RequestLoad(0);
    expect(load.takePeak()).toBeUndefined();
    const begun = [load.begin(1), load.begin(2), load.begin(3)];
    load.end(4, begun[0] ?? 0);
    expect([load.takePeak(), load.takePeak()]).toEqual([3, 2]);
    load.end(5, begun[1] ?? 0);
    load.end(6, begun[2] ?? 0);
    expect([load.takePeak(), load.takePeak()]).toEqual([2, 0]);
  });
});
