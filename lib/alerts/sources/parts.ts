import type { AlertWindow } from '../../contracts/alerts.ts';
import { isoTime } from '../../platform/clock.ts';
import type { PartSign, ReportedPart } from '../../platform/status/part-reports.ts';
import { minuteStart } from '../../telemetry/period.ts';
import type { Observation } from '../lifecycle/observation.ts';

/** What is known of a part of Headroom itself. @param at epoch milliseconds */
export function partObservation({ status, signs }: ReportedPart, at: number): Observation {
  const { name, state, detail } = status;
  if (state === 'up') return { at, finds: 'gone', why: `The part ${name} answers again.` };
  const reason = `The part ${name} of Headroom is down${detail === undefined ? '' : `: ${detail}`}`;
  const shown = { evidence: [], analysis: '/v1/status', ...lastMinutes(signs, at) };
  return { at, finds: 'firing', severity: 'critical', reason, shown };
}

const minuteMs = 60_000;
const shownMinutes = 30;

/** How long the part took to answer in each minute, where it tells; else whether it was well in it. */
function lastMinutes(signs: readonly PartSign[], at: number): { window?: AlertWindow; unit?: string } {
  const current = minuteStart(at);
  const from = current - (shownMinutes - 1) * minuteMs;
  const known = signs.filter(({ atMs }) => atMs >= from && atMs <= at);
  const [first] = known;
  if (first === undefined) return {};
  const newest = new Map(known.map((sign) => [minuteStart(sign.atMs), sign]));
  const minutes = Array.from({ length: shownMinutes }, (_, minute) => from + minute * minuteMs);
  const window = { from: isoTime(from), stepSeconds: 60 };
  if (known.some(({ latencyMs }) => latencyMs !== undefined)) {
    const values = minutes.map((minute) => newest.get(minute)?.latencyMs ?? null);
    return { unit: 'ms', window: { metric: 'latencyMs', ...window, values } };
  }
  const values = minutes.map((minute) => {
    const sign = newest.get(minute);
    if (sign !== undefined) return sign.state === 'up' ? 1 : 0;
    // Of before its first sign nothing is known, and its turn in this minute may come yet.
    return minute < first.atMs || minute === current ? null : 0;
  });
  return { window: { metric: 'signsOfLife', ...window, values } };
}
