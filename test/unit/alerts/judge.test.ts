import { describe, expect, it } from 'vitest';
import { judge } from '../../../lib/alerts/thresholds/judge.ts';
import { rules } from '../../../lib/alerts/thresholds/rules.ts';

const to = Date.parse('2026-01-31T02:00:00.000Z');
const minuteMs = 60_000;
const slow = rules.find(({ type }) => type === 'slow-requests');
if (slow === undefined) throw new Error('There is no rule for slow requests');

const none = undefined;
/** The newest values, with nothing told before them. Against 1000 ms. */
const said = (newest: readonly (number | undefined)[], { forMinutes = 5, goneMinutesAgo = -1 } = {}) => {
  const values = [...Array.from({ length: 60 - newest.length }, () => none), ...newest];
  const goneAt = goneMinutesAgo < 0 ? undefined : to - minuteMs - goneMinutesAgo * minuteMs;
  return judge(slow, { value: 1000, forMinutes }, { to, values }, { goneAt });
};
const times = (count: number, value: number | undefined): (number | undefined)[] =>
  Array.from({ length: count }, () => value);

describe('A threshold', () => {
  it.each([
    ['three of five minutes', [1100, 500, 1100, 950, 1900], 'firing'],
    ['two of five', [950, 950, 950, 1900, 1900], 'between'],
    ['three of five whose mean is not beyond it', [10, 950, 1001, 1001, 1001], 'between'],
    ['minutes without data, which are not beyond it', [none, none, none, 5000, 5000], 'between'],
    ['three minutes, and none before', [1100, 1100, 1100], 'firing'],
  ] as const)('of which %s', (_, newest, finds) => {
    expect(said(newest).finds).toBe(finds);
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [10, 6],
    [60, 36],
  ])('for %d minutes is crossed by %d', (forMinutes, needed) => {
    const beyond = (count: number) =>
      said([...times(forMinutes - count, 999), ...times(count, 9000)], { forMinutes }).finds;
    expect(beyond(needed)).toBe('firing');
    expect(beyond(needed - 1)).not.toBe('firing');
  });

  it('is kept again after three minutes in a row below nine tenths of it, whatever was before', () => {
    expect(said([9000, 9000, 899, 899, 899]).finds).toBe('gone');
    expect(said([9000, 9000, 899, 900, 899]).finds).toBe('between');
    expect(said([9000, 9000, 9000, 899, 899]).finds).toBe('firing');
    // A service that is asked now and then has no minutes in a row.
    expect(said([9000, none, 899, none, 899, none, 899]).finds).toBe('gone');
    expect(said([...times(57, 9000), 899, 899, 899], { forMinutes: 60 }).finds).toBe('gone');
  });

  it('of which nothing is told for half an hour is taken to be kept', () => {
    expect(said([9000, ...times(29, none)]).finds).not.toBe('gone');
    expect(said([9000, ...times(30, none)])).toMatchObject({
      finds: 'gone',
      why: 'The average response time has not been told of for 30 minutes: nothing says that it goes on.',
    });
  });

  it('counts no minute twice: what led to an alert that is over leads to no other', () => {
    expect(said([9000, 9000, 9000, 9000], { goneMinutesAgo: 2 }).finds).toBe('between');
    expect(said([9000, 9000, 9000, 9000], { goneMinutesAgo: 3 }).finds).toBe('firing');
  });

  it('shows what it was held against, and its course', () => {
    const found = said([...times(12, 500), 3000, 3000, 3000]);
    expect(found).toMatchObject({
      finds: 'firing',
      at: to - minuteMs,
      severity: 'medium',
      reason: 'The average response time was 2,000 ms over the last 5 minutes, above the threshold of 1,000 ms.',
      shown: {
        value: 2000,
        threshold: 1000,
        ratio: 2,
        unit: 'ms',
        window: { from: new Date(to - 15 * minuteMs).toISOString(), stepSeconds: 60 },
        evidence: [{ metric: 'avgResponseTimeMs', values: { mean: 2000, threshold: 1000, forMinutes: 5 } }],
      },
    });
  });
});
