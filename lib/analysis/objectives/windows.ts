import { type Burn, burnAlerts } from '../../contracts/budgets.ts';
import type { TelemetryRetention } from '../../contracts/projects.ts';
import type { Period } from '../../telemetry/period.ts';
import { rollupRetentionMs } from '../../telemetry/retention.ts';
import { type Level, levels, startOf } from '../../telemetry/rollups/levels.ts';

export const minuteMs = 60_000;
export const dayMs = 24 * 60 * minuteMs;
/** Minutes are kept for eight hours at least. */
const byTheMinuteMs = 6 * 60 * minuteMs;

const firstWithin = (level: Level, at: number): number => startOf(level, at + levels[level].ms - 1);

/**
 * Where a window up to now begins, in epoch milliseconds: where something begins that telemetry is kept by then, so that windows which
 * end at the same time can be put together of the same pieces. Up to six hours, the minute in which it would begin; above, the
 * first whole hour, or day, in it.
 */
export function beginOf(spanMs: number, now: number, retention: TelemetryRetention): number {
  const at = now - spanMs;
  if (spanMs <= byTheMinuteMs) return startOf('minute', at);
  const hour = firstWithin('hour', at);
  return hour >= now - rollupRetentionMs('hour', retention) ? hour : firstWithin('day', at);
}

const burnSpansMs = [
  ...new Set(burnAlerts.flatMap(({ longMinutes, shortMinutes }) => [longMinutes, shortMinutes])),
].map((minutes) => minutes * minuteMs);

/**
 * The time up to now in pieces, in order and without gaps, of which each of the objectives' windows, and each that burn rates are
 * told of, is the newest ones. No piece is longer than a day.
 */
export function piecesOf(windowDays: readonly number[], now: number, retention: TelemetryRetention): Period[] {
  const spans = [...burnSpansMs, ...windowDays.map((days) => days * dayMs)];
  const begins = spans.map((span) => beginOf(span, now, retention));
  const first = Math.min(...begins);
  const cuts = new Set(begins);
  for (let day = firstWithin('day', first); day < now; day += dayMs) cuts.add(day);
  const sorted = [...cuts].filter((cut) => cut < now).sort((a, b) => a - b);
  return sorted.map((from, index) => ({ from, to: sorted[index + 1] ?? now }));
}

/**
 * The long window of a burn rate in steps as long as its short one, in order: from where telemetry is kept by the hour, if the window
 * began before. The last one ends now, and may be shorter.
 */
export function burnStepsOf(
  { long, short }: { long: Pick<Burn['long'], 'minutes'>; short: Pick<Burn['short'], 'minutes'> },
  now: number,
  retention: TelemetryRetention,
): Period[] {
  const spanMs = Math.min(long.minutes * minuteMs, rollupRetentionMs('hour', retention));
  const stepMs = short.minutes * minuteMs;
  const steps: Period[] = [];
  for (let from = beginOf(spanMs, now, retention); from < now; from += stepMs) {
    steps.push({ from, to: Math.min(from + stepMs, now) });
  }
  return steps;
}
