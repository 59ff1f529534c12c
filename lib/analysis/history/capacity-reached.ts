import type { CapacityClaim } from '../../contracts/history-analysis/capacity.ts';
import { isoTime } from '../../platform/clock.ts';
import { forecastOf } from '../../statistics/forecast.ts';
import type { HistoryPoint } from '../../telemetry/history/service.ts';
import { evenlySpaced } from './evenly-spaced.ts';

type Reached = Extract<CapacityClaim, { enough: true }>['reached'];

const dayMs = 86_400_000;
const week = 7;
const mostAhead = 90;
/** A forecast that looks further ahead than a quarter of what it rests on says little. */
const shareAhead = 0.25;
const leastDays = 4 * week;

/** When the highest demand of a day would reach what is borne, by a forecast of the daily peaks. */
export function reachedOf(dailyPeaks: readonly HistoryPoint[], maxRequestsPerSecond: number, now: number): Reached {
  // Today is not over.
  const days = dailyPeaks.filter(({ at }) => at + dayMs <= now);
  const values = days.length < leastDays ? [] : evenlySpaced(days, dayMs, week);
  const none = (reason: string): Reached => ({
    enough: false,
    reason,
    needed: `${leastDays} days or more of telemetry, with few missing`,
  });
  if (values === undefined)
    return none('More than a fifth of the days have no data, or had load tests in hours that are no longer known');
  if (values.length === 0) return none(`${days.length} days have data`);
  const horizon = Math.min(mostAhead, Math.floor(values.length * shareAhead));
  const found = forecastOf(values, { horizon });
  if (!found.enough) return none(found.reason);
  const last = days.at(-1)?.at ?? now;
  const firstAbove = (end: 'value' | 'low' | 'high'): string | undefined => {
    const index = found.points.findIndex((point) => point[end] >= maxRequestsPerSecond);
    return index < 0 ? undefined : isoTime(last + (index + 1) * dayMs);
  };
  const [expectedAt, earliestAt, latestAt] = [firstAbove('value'), firstAbove('high'), firstAbove('low')];
  return {
    enough: true,
    horizonDays: horizon,
    ...(expectedAt === undefined ? {} : { expectedAt }),
    ...(earliestAt === undefined ? {} : { earliestAt }),
    ...(latestAt === undefined ? {} : { latestAt }),
    hasSkill: found.hasSkill,
  };
}
