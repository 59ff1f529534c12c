import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  burnRate,
  type EventCounts,
  type EventPiece,
  sumOfEvents,
  timeToExhaustion,
} from '../../../lib/statistics/error-budget.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const now = 100 * dayMs;

describe('burnRate', () => {
  it('is the bad share over the allowed one', () => {
    expect(burnRate({ total: 1000, bad: 1 }, 0.001)).toBe(1);
    expect(burnRate({ total: 10_000, bad: 144 }, 0.001)).toBeCloseTo(14.4, 12);
    expect(burnRate({ total: 100, bad: 10 }, 0.05)).toBeCloseTo(2, 12);
    expect(burnRate({ total: 5, bad: 0 }, 0.001)).toBe(0);
    expect(burnRate({ total: 5, bad: 5 }, 0.001)).toBe(1000);
  });

  it('is not known where nothing happened, and refuses a budget of nothing', () => {
    expect(burnRate({ total: 0, bad: 0 }, 0.001)).toBeUndefined();
    expect(() => burnRate({ total: 1, bad: 0 }, 0)).toThrow(RangeError);
  });
});

const steady = (perHour: EventCounts, from: number, to: number): EventPiece => {
  const hours = (to - from) / hourMs;
  return { from, to, total: perHour.total * hours, bad: perHour.bad * hours };
};
const perMs = ({ total, bad }: EventCounts): EventCounts => ({ total: total / hourMs, bad: bad / hourMs });
const windowMs = 30 * dayMs;
const allowedShare = 0.001;
const ofRate = (perHour: EventCounts, pieces: readonly EventPiece[]) =>
  timeToExhaustion({ pieces, windowMs, now, allowedShare, rate: perMs(perHour) });

describe('timeToExhaustion', () => {
  it.each([1.5, 2, 6, 14.4, 1000])('is the window over a burn rate of %d where nothing bad happened before', (burn) => {
    const past = steady({ total: 1000, bad: 0 }, now - windowMs, now);
    expect(ofRate({ total: 1000, bad: burn }, [past])).toBeCloseTo(windowMs / burn, 3);
  });

  it.each([0.1, 0.5, 0.9])('is the share that is left, times that, where %d of the budget went just now', (spent) => {
    const clean = steady({ total: 1000, bad: 0 }, now - windowMs, now - hourMs);
    const burst = { from: now - hourMs, to: now, total: 1000, bad: spent * 0.001 * 720_000 };
    expect(ofRate({ total: 1000, bad: 10 }, [clean, burst])).toBeCloseTo(((1 - spent) * windowMs) / 10, 3);
  });

  it('reckons with what is forgotten: by a steady share before, and another from now on', () => {
    const past = steady({ total: 1000, bad: 0.5 }, now - windowMs, now);
    // Half is spent; each hour brings 2 and takes 0.5.
    expect(ofRate({ total: 1000, bad: 2 }, [past])).toBeCloseTo(((0.5 * 720) / 1.5) * hourMs, 2);
  });

  it('is never where no more comes than is allowed, unless what was clean is forgotten first', () => {
    const past = steady({ total: 1000, bad: 0.5 }, now - windowMs, now);
    expect(ofRate({ total: 1000, bad: 1 }, [past])).toBeUndefined();
    expect(ofRate({ total: 0, bad: 0 }, [past])).toBeUndefined();
    const clean = steady({ total: 1000, bad: 0 }, now - windowMs, now - windowMs / 2);
    const bad = steady({ total: 1000, bad: 1.8 }, now - windowMs / 2, now);
    // A tenth of 720 events is left; each hour brings 0.9 and takes none.
    expect(ofRate({ total: 1000, bad: 0.9 }, [clean, bad])).toBeCloseTo((72 / 0.9) * hourMs, 2);
  });

  it('counts what comes to a service that is new as more to be spent', () => {
    const past = steady({ total: 1000, bad: 0 }, now - 2 * hourMs, now);
    // Two bad ones may be spent, and one more each hour, in which three come.
    expect(ofRate({ total: 1000, bad: 3 }, [past])).toBeCloseTo(hourMs, 3);
  });

  it('is now where more is spent than there was, and never where nothing happens', () => {
    expect(ofRate({ total: 10, bad: 0 }, [{ from: now - dayMs, to: now, total: 1000, bad: 2 }])).toBe(0);
    expect(ofRate({ total: 0, bad: 0 }, [])).toBeUndefined();
    expect(ofRate({ total: 10, bad: 10 }, [])).toBe(0);
  });

  it('leaves out what lies before the window', () => {
    const old = steady({ total: 1000, bad: 100 }, now - 2 * windowMs, now - windowMs);
    const past = steady({ total: 1000, bad: 0 }, now - windowMs, now);
    expect(ofRate({ total: 1000, bad: 2 }, [old, past])).toBeCloseTo(windowMs / 2, 3);
  });

  it('is when a window that slides hour by hour has spent its budget', () => {
    const hours = 48;
    const piece = fc.record({ total: fc.integer({ min: 0, max: 5000 }), bad: fc.integer({ min: 0, max: 20 }) });
    const counts = fc.array(
      piece.map(({ total, bad }) => ({ total, bad: Math.min(bad, total) })),
      { maxLength: hours },
    );
    fc.assert(
      fc.property(counts, piece, fc.constantFrom(0.001, 0.01, 0.05), (past, coming, share) => {
        const bounded = { ...coming, bad: Math.min(coming.bad, coming.total) };
        const spareOf = (events: readonly EventCounts[]): number => {
          const { total, bad } = sumOfEvents(events);
          return share * total - bad;
        };
        const pieces = past.map((each, index) => {
          const from = now - (past.length - index) * hourMs;
          return { from, to: from + hourMs, ...each };
        });
        const found = timeToExhaustion({
          pieces,
          windowMs: hours * hourMs,
          now,
          allowedShare: share,
          rate: perMs(bounded),
        });
        // Hour by hour the spare is linear, so it is below 0 within an hour only if it is at its end, or was before.
        const series = [...Array.from({ length: hours - past.length }, () => ({ total: 0, bad: 0 })), ...past];
        for (let hour = 0; hour <= hours; hour++) {
          const spare = spareOf(series.slice(hour).concat(Array.from({ length: hour }, () => bounded)));
          if (Math.abs(spare) < 1e-6) return;
          if (spare > 0) continue;
          expect(found).toBeDefined();
          expect(found).toBeLessThanOrEqual(hour * hourMs);
          if (hour > 0) expect(found).toBeGreaterThanOrEqual((hour - 1) * hourMs);
          return;
        }
        expect(found).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});
