import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { budgetOf } from '../../../lib/analysis/objectives/budget.ts';
import { objectiveOf } from '../../../lib/analysis/objectives/setting.ts';
import { beginOf, piecesOf } from '../../../lib/analysis/objectives/windows.ts';
import { budget, budgetSettings, burnAlerts, minBadEvents } from '../../../lib/contracts/budgets.ts';
import { telemetryRetention } from '../../../lib/contracts/projects.ts';
import { type EventCounts, sumOfEvents } from '../../../lib/statistics/error-budget.ts';
import { coverOf } from '../../../lib/telemetry/rollups/cover.ts';
import { type Level, levelNames, levels } from '../../../lib/telemetry/rollups/levels.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const retention = telemetryRetention.parse({});

const aNow = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2026-12-31') });
const aWindow = fc.integer({ min: 1, max: 90 });
const objective = (windowDays: number, percent: number) =>
  objectiveOf({ metric: 'errorRatePercent', objective: percent, windowDays });

describe('the pieces that windows are put together of', () => {
  it('adjoin, end now, and have a beginning wherever a window begins', () => {
    fc.assert(
      fc.property(aNow, fc.array(aWindow, { minLength: 1, maxLength: 4 }), (now, windows) => {
        const pieces = piecesOf(windows, now, retention);
        expect(pieces.at(-1)?.to).toBe(now);
        for (const [index, { from, to }] of pieces.entries()) {
          expect(to - from).toBeGreaterThan(0);
          expect(to - from).toBeLessThanOrEqual(dayMs);
          if (index > 0) expect(pieces[index - 1]?.to).toBe(from);
        }
        const begins = new Set(pieces.map(({ from }) => from));
        for (const days of windows) expect(begins).toContain(beginOf(days * dayMs, now, retention));
        for (const { longMinutes, shortMinutes } of burnAlerts) {
          for (const minutes of [longMinutes, shortMinutes]) {
            expect(begins).toContain(beginOf(minutes * minuteMs, now, retention));
          }
        }
      }),
    );
  });

  it('begin with what is kept by then: a minute, an hour, or a day', () => {
    const now = Date.parse('2026-01-31T12:34:56.000Z');
    const at = (spanMs: number) => new Date(beginOf(spanMs, now, retention)).toISOString();
    expect(at(5 * minuteMs)).toBe('2026-01-31T12:29:00.000Z');
    expect(at(6 * hourMs)).toBe('2026-01-31T06:34:00.000Z');
    expect(at(dayMs)).toBe('2026-01-30T13:00:00.000Z');
    expect(at(30 * dayMs)).toBe('2026-01-01T13:00:00.000Z');
    expect(at(90 * dayMs)).toBe('2025-11-03T00:00:00.000Z');
    const short = telemetryRetention.parse({ hourDays: 2 });
    expect(new Date(beginOf(3 * dayMs, now, short)).toISOString()).toBe('2026-01-29T00:00:00.000Z');
  });
});

describe('what is read for objectives over 30 days', () => {
  it('is at most some hundred rollups, and the newest minutes as they came', () => {
    fc.assert(
      fc.property(aNow, (now) => {
        const settled: Record<Level, number> = { minute: 3 * minuteMs, hour: 8 * minuteMs, day: 20 * minuteMs };
        const rules = {
          keptFrom: {
            raw: now - 5 * hourMs,
            minute: now - 48 * hourMs,
            hour: now - 30 * dayMs,
            day: now - 400 * dayMs,
          },
          isComplete: (level: Level, start: number) => start + levels[level].ms + settled[level] <= now,
        };
        const covers = piecesOf([30], now, retention).map((piece) => coverOf(piece, rules));
        const rollups = covers.flatMap(({ rolled }) =>
          levelNames.flatMap((level) => rolled[level].map(({ from, to }) => (to - from) / levels[level].ms)),
        );
        expect(rollups.reduce((sum, count) => sum + count, 0)).toBeLessThan(500);
        const rawMs = covers.flatMap(({ raw }) => raw).reduce((sum, { from, to }) => sum + to - from, 0);
        expect(rawMs).toBeLessThanOrEqual(5 * minuteMs);
      }),
    );
  });
});

describe('the budget of an objective', () => {
  /** Any number of requests, and of failed ones among them, in each piece of time. */
  const aService = fc.record({
    now: aNow,
    windowDays: aWindow,
    percent: fc.constantFrom(0.1, 0.5, 1, 5),
    seed: fc.array(fc.tuple(fc.nat(5000), fc.nat(100)), { minLength: 1, maxLength: 100 }),
  });
  const drawn = fc.sample(aService, { numRuns: 200, seed: 42 });

  it('is spent by the share of bad events over the allowed one, in each window exactly', () => {
    for (const { now, windowDays, percent, seed } of drawn) {
      const pieces = piecesOf([windowDays], now, retention).map((piece, index) => {
        const [total = 0, bad = 0] = seed[index % seed.length] ?? [];
        return { ...piece, toldMs: piece.to - piece.from, found: { events: { total, bad: Math.min(bad, total) } } };
      });
      const since = (from: number): EventCounts =>
        sumOfEvents(pieces.filter((piece) => piece.from >= from).map((piece) => piece.found.events));
      const found = budgetOf(objective(windowDays, percent), { now, retention, pieces });
      expect(budget.parse(found)).toEqual(found);
      expect(found.coveragePercent).toBe(100);
      const { total, bad } = since(beginOf(windowDays * dayMs, now, retention));
      expect(found.events).toEqual({ total, bad });
      const burn = (counts: EventCounts): number => (counts.bad / counts.total) * (100 / percent);
      if (total > 0) {
        expect(found.value).toBeCloseTo((100 * bad) / total, 3);
        expect(found.errorBudget?.remainingPercent).toBeCloseTo(100 - 100 * burn({ total, bad }), 3);
        expect(found.status === 'missed').toBe(burn({ total, bad }) > 1 && bad >= minBadEvents);
        if (burn({ total, bad }) > 1) expect(found.timeToExhaustionSeconds).toBe(0);
      }
      for (const { factor, long, short, fires } of found.burnRates ?? []) {
        const ofLong = since(beginOf(long.minutes * minuteMs, now, retention));
        const ofShort = since(beginOf(short.minutes * minuteMs, now, retention));
        expect([long, short]).toMatchObject([ofLong, ofShort]);
        if (long.total > 0) expect(long.burnRate).toBeCloseTo(burn(ofLong), 3);
        expect(fires).toBe(burn(ofLong) > factor && burn(ofShort) > factor && long.bad >= minBadEvents);
      }
    }
  });

  it('lasts, on a steady series, as long as the closed form says', () => {
    const now = Date.parse('2026-01-31T12:00:00.000Z');
    const perHour = 3600;
    for (const [before, since] of [
      [0, 36],
      [0, 7.2],
      [1.8, 36],
      [3, 3.5],
      [1.8, 3],
    ] as const) {
      const pieces = piecesOf([30], now, retention).map((piece) => {
        const hours = (piece.to - piece.from) / hourMs;
        const bad = (piece.from >= now - hourMs ? since : before) * hours;
        return { ...piece, toldMs: 0, found: { events: { total: perHour * hours, bad } } };
      });
      const { timeToExhaustionSeconds: found } = budgetOf(objective(30, 0.1), { now, retention, pieces });
      // 720 hours, of which each may have 3.6: what is left, over what comes beyond what goes.
      const left = 720 * 3.6 - 719 * before - since;
      if (since <= 3.6) expect(found).toBeUndefined();
      else expect(found).toBeCloseTo((left / (since - before)) * 3600, 0);
    }
  });

  it('is not known where nothing was reported, and not judged by a few events', () => {
    const now = Date.parse('2026-01-31T12:00:00.000Z');
    const of = (total: number, bad: number) => {
      const pieces = piecesOf([30], now, retention).map((piece, index, all) => ({
        ...piece,
        toldMs: 0,
        found: index === all.length - 1 ? { events: { total, bad } } : undefined,
      }));
      const { status, reason } = budgetOf(objective(30, 0.1), { now, retention, pieces });
      return [status, reason];
    };
    expect(of(1000, 0)).toEqual(['met', undefined]);
    expect(of(1000, 1)).toEqual(['met', undefined]);
    expect(of(999, 0)).toEqual(['not-enough-data', 'Of only 999 events, less than one may be bad.']);
    expect(of(1000, 4)).toEqual(['not-enough-data', 'Only 4 of 1000 events are bad: fewer than 5 may be chance.']);
    expect(of(1000, 5)).toEqual(['missed', undefined]);
    expect(of(5, 5)).toEqual(['missed', undefined]);
    const available = objectiveOf({ metric: 'availabilityPercent', objective: 99.9, windowDays: 30 });
    const [piece] = piecesOf([30], now, retention).slice(-1);
    if (piece === undefined) throw new Error('there are no pieces');
    const spent = { ...piece, toldMs: 0, found: { events: { total: 1000, bad: 1 } } };
    expect(budgetOf(available, { now, retention, pieces: [spent] })).toMatchObject({
      status: 'met',
      errorBudget: { totalPercent: 0.1, consumedPercent: 100, remainingPercent: 0 },
    });
    expect(of(0, 0)[0]).toBe('not-enough-data');
  });
});

describe('what may be set as objectives', () => {
  it.each([
    [{ metric: 'speed', objective: 1 }, 'metric', /must be one of responseTimeMs, .* or custom:NAME/],
    [{ metric: 'p95ResponseTimeMs', objective: 1 }, 'metric', /must be "responseTimeMs", with "percentile": 95/],
    [{ metric: 'custom:9lives', objective: 1 }, 'metric', /custom:NAME/],
    [{ metric: 'responseTimeMs' }, 'objective', /expected number/],
    [{ metric: 'responseTimeMs', objective: 0 }, 'objective', /above 0/],
    [{ metric: 'errorRatePercent', objective: 0 }, 'objective', /has no budget/],
    [{ metric: 'availabilityPercent', objective: 100 }, 'objective', /has no budget/],
    [{ metric: 'responseTimeMs', objective: 1, percentile: 100 }, 'percentile', /<100/],
    [{ metric: 'cpuPercent', objective: 1, percentile: 90 }, 'percentile', /is for responseTimeMs/],
    [{ metric: 'responseTimeMs', objective: 1, bound: 'atLeast' }, 'bound', /is atMost for responseTimeMs/],
    [{ metric: 'cpuPercent', objective: 1, labels: { a: 'b' } }, 'labels', /is for custom:NAME/],
    [{ metric: 'cpuPercent', objective: 1, windowDays: 91 }, 'windowDays', /<=90/],
    [{ metric: 'cpuPercent', objective: 1, window: 3 }, '', /window/],
  ])('not %j', (setting, field, message) => {
    const { error } = budgetSettings.safeParse([setting]);
    expect(error?.issues).toHaveLength(1);
    expect(error?.issues[0]?.path.join('.')).toBe(field === '' ? '0' : `0.${field}`);
    expect(error?.issues[0]?.message).toMatch(message);
  });

  it('not the same twice, but of several windows, percentiles or labels', () => {
    const time = { metric: 'responseTimeMs', objective: 100 };
    const several = [time, { ...time, percentile: 50 }, { ...time, windowDays: 7 }];
    expect(budgetSettings.safeParse(several).success).toBe(true);
    const { error } = budgetSettings.safeParse([time, { ...time, objective: 200 }]);
    expect(error?.issues[0]).toMatchObject({ path: [1], message: 'sets the same as 0 again' });
  });

  it.each([
    [{ metric: 'responseTimeMs', objective: 100 }, { percentile: 95 }],
    [{ metric: 'responseTimeMs', objective: 100 }, { bound: 'atMost' }],
    [{ metric: 'custom:size', objective: 100 }, { percentile: 95 }],
    [{ metric: 'cpuPercent', objective: 100 }, { bound: 'atMost' }],
  ])('not the same twice by saying what is usual: %j %j', (setting, usual) => {
    const { error } = budgetSettings.safeParse([setting, { ...setting, ...usual }]);
    expect(error?.issues[0]).toMatchObject({ path: [1], message: 'sets the same as 0 again' });
  });
});
