import { describe, expect, it } from 'vitest';
import { withoutOwnLoad } from '../../../../lib/analysis/history/own-load.ts';
import { peaksOf } from '../../../../lib/analysis/history/peaks.ts';
import { trendsIn } from '../../../../lib/analysis/history/trends.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const monday = Date.parse('2026-06-29T00:00:00.000Z');

/** Three days, of which the last is known by the hour; users ask for 5, load tests for 100. */
const days = [100, 5, 100].map((value, day) => ({ at: monday + day * dayMs, value }));
const hours = [5, 4, 100, 3].map((value, hour) => ({ at: monday + 2 * dayMs + hour * hourMs, value }));
const inHour = (at: number) => ({ from: at + 60_000, to: at + 120_000 });
const tests = [inHour(monday), inHour(monday + 2 * dayMs + 2 * hourMs)];

describe('what users asked for', () => {
  it('is without hours in which a load test ran, and without days of which the hours are not known', () => {
    expect(withoutOwnLoad({ days, hours }, tests)).toEqual({
      days: [days[1], { at: monday + 2 * dayMs, value: 5 }],
      hours: [hours[0], hours[1], hours[3]],
    });
    expect(withoutOwnLoad({ days, hours }, [])).toEqual({ days, hours });
  });

  it('is what headroom is left by, however high a load test went', () => {
    const named = (points: typeof days) =>
      new Map([
        ['requestsPerSecond', points],
        ['peakRequestsPerSecond', points],
        ['sustainedRequestsPerSecond', points],
      ] as const);
    const tested = { testId: '01JD2V8Q6Y0000000000000000', endedAtMs: monday, requestsPerSecond: 50, users: undefined };
    expect(peaksOf({ days: named(days), hours: named(hours) }, tested, tests)).toMatchObject({
      throughput: { sustained: { value: 100 } },
      headroom: { enough: true, peakRequestsPerSecond: 5, headroomPercent: 90 },
    });
    const always = [{ from: monday, to: monday + 4 * dayMs }];
    expect(peaksOf({ days: named(days), hours: named(hours) }, tested, always)).toMatchObject({
      headroom: { enough: false, reason: expect.stringContaining('load test') },
    });
  });
});

describe('a trend', () => {
  it('is not of an hour that is not over', () => {
    const points = Array.from({ length: 9 }, (_, hour) => ({ at: monday + hour * hourMs, value: 10 }));
    const range = { resolution: 'hour', period: { from: monday, to: monday + 8.5 * hourMs } } as const;
    const { series } = trendsIn({ ...range, series: [{ metric: 'requestsPerSecond', unit: '1/s', points }] });
    expect(series[0]?.found).toMatchObject({ enough: true, points: 8 });
  });
});
