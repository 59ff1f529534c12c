import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { daylightNote, mostMissed, newestDue, nextDue, timingFault } from '../../../lib/checks/schedules/next-due.ts';

const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
const next = (cron: string, timeZone: string, after: string) => nextDue({ cron, timeZone }, Date.parse(after));

describe('the next time', () => {
  it.each([
    ['0 2 * * *', 'UTC', '2026-01-31T02:00:00Z', '2026-02-01T02:00:00.000Z', undefined],
    ['0 3 * * 0', 'Asia/Kolkata', '2026-01-31T02:00:00Z', '2026-01-31T21:30:00.000Z', undefined],
    // New York skips 02:00 to 03:00 on 8 March, and has 01:00 to 02:00 twice on 1 November.
    ['30 2 * * *', 'America/New_York', '2026-03-07T12:00:00Z', '2026-03-08T07:00:00.000Z', /skips/],
    ['30 2 * * *', 'America/New_York', '2026-03-08T07:00:00Z', '2026-03-09T06:30:00.000Z', undefined],
    ['30 1 * * *', 'America/New_York', '2026-10-31T12:00:00Z', '2026-11-01T05:30:00.000Z', /twice/],
    ['30 1 * * *', 'America/New_York', '2026-11-01T05:30:00Z', '2026-11-02T06:30:00.000Z', undefined],
    // Berlin skips 02:00 to 03:00 on 29 March, and has it twice on 25 October.
    ['0 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T01:00:00.000Z', /skips/],
    ['0 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:00:00.000Z', /twice/],
    ['0 2 * * *', 'Europe/Berlin', '2026-10-25T00:00:00Z', '2026-10-26T01:00:00.000Z', undefined],
    // Every hour is every hour, and Lord Howe Island shifts by half an hour.
    ['0 * * * *', 'Europe/Berlin', '2026-10-25T00:00:00Z', '2026-10-25T01:00:00.000Z', undefined],
    ['45 1 * * *', 'Australia/Lord_Howe', '2026-04-04T12:00:00Z', '2026-04-04T14:45:00.000Z', /twice/],
  ])('%s in %s after %s is %s', (cron, timeZone, after, expected, note) => {
    const at = next(cron, timeZone, after);
    expect(iso(at)).toBe(expected);
    const said = daylightNote({ cron, timeZone }, at ?? 0);
    if (note === undefined) expect(said).toBeUndefined();
    else expect(said).toMatch(note);
  });

  it('comes once for each day of any year, in any of these zones', () => {
    const zone = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
      'UTC',
    );
    const minutes = fc.integer({ min: 0, max: 1439 });
    fc.assert(
      fc.property(zone, minutes, fc.integer({ min: 2020, max: 2035 }), (timeZone, minute, year) => {
        const timing = { cron: `${minute % 60} ${Math.floor(minute / 60)} * * *`, timeZone };
        const day = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short' });
        let at = Date.UTC(year, 0, 1, 12);
        const days = new Set<string>();
        for (let run = 0; run < 366; run++) {
          at = nextDue(timing, at) ?? 0;
          days.add(day.format(at));
        }
        expect(days.size).toBe(366);
        expect(at).toBeLessThan(Date.UTC(year, 0, 1, 12) + 367 * 86_400_000);
      }),
      { numRuns: 5 },
    );
  });
});

describe('what was missed', () => {
  const daily = { cron: '0 2 * * *', timeZone: 'UTC' };

  it('is caught up by its newest', () => {
    const first = Date.parse('2026-01-01T02:00:00Z');
    expect(newestDue(daily, first, first)).toEqual({ at: first, missed: 0 });
    const { at, missed } = newestDue(daily, first, Date.parse('2026-01-05T01:59:00Z'));
    expect([iso(at), missed]).toEqual(['2026-01-04T02:00:00.000Z', 3]);
  });

  it('is not counted without end', () => {
    const first = Date.parse('2025-01-01T00:00:00Z');
    const each = { cron: '* * * * *', timeZone: 'UTC' };
    const { at, missed } = newestDue(each, first, Date.parse('2026-01-01T00:00:30Z'));
    expect([iso(at), missed]).toEqual(['2026-01-01T00:00:00.000Z', mostMissed]);
  });

  it('is caught up by a time of its own, also where those lie days before', () => {
    const first = Date.parse('2026-01-05T00:00:00Z');
    const mondays = { cron: '*/5 * * * 1', timeZone: 'UTC' };
    const { at, missed } = newestDue(mondays, first, Date.parse('2026-03-04T12:00:00Z'));
    expect([iso(at), missed]).toEqual(['2026-03-02T23:55:00.000Z', mostMissed]);
    expect(iso(newestDue(mondays, first, Date.parse('2026-03-02T12:00:00Z')).at)).toBe('2026-03-02T12:00:00.000Z');
  });
});

describe('a fault', () => {
  it.each([
    ['0 2 * * *', 'Berlin', 'timeZone'],
    ['61 2 * * *', 'UTC', 'cron'],
    ['0 0 2 * * *', 'UTC', 'cron'],
    ['0 2 31 2 *', 'UTC', 'cron'],
    ['often', 'UTC', 'cron'],
  ])('of %s in %s is told of the field %s', (cron, timeZone, path) => {
    expect(timingFault({ cron, timeZone }, 0)?.path).toBe(path);
  });

  it('is none where there is none', () => {
    expect(timingFault({ cron: '*/5 9-17 * * MON-FRI', timeZone: 'Europe/Paris' }, 0)).toBeUndefined();
  });
});
