import type { TrendClaim, Trends } from '../../contracts/history-analysis/trends.ts';
import { withoutRhythm } from '../../statistics/rhythm.ts';
import { trend } from '../../statistics/trend.ts';
import type { HistoryPoint } from '../../telemetry/history/service.ts';
import { stepMsOf } from './range.ts';
import { foundIn, type SeriesInRange } from './series.ts';
import { isBetterLow } from './usual-metrics.ts';
import { wholeOnes } from './whole-ones.ts';

const dayMs = 86_400_000;
const enoughPoints = 8;

/**
 * Whether a figure rises or falls. What comes again each day is taken out where there are three days or more by the minute or
 * the hour: else half a day more of it would be a trend.
 *
 * @param stepMs from one point to the next
 */
export function trendOf(metric: string, points: readonly HistoryPoint[], stepMs: number): TrendClaim {
  const steady = stepMs < dayMs ? withoutRhythm(points, { round: dayMs, slot: stepMs }) : points;
  const found = trend(steady);
  if (found === undefined) {
    return {
      enough: false,
      reason: `${points.length} points in time have data`,
      needed: `${enoughPoints} or more: wait, ask for a longer range, or for a finer resolution`,
    };
  }
  const { direction, changePercent, slopePerHour, slopePerHourInterval, p } = found;
  return {
    enough: true,
    direction,
    ...(isBetterLow(metric) ? { verdict: verdicts[direction] } : {}),
    ...(changePercent === undefined ? {} : { changePercent }),
    slopePerHour,
    slopePerHourInterval,
    pValue: p,
    points: found.points,
  };
}

/** Of what is better low. */
const verdicts = { rising: 'degrading', falling: 'improving', stable: 'stable' } as const;

export const trendsIn = (range: SeriesInRange): Trends =>
  foundIn(range, (metric, points) => trendOf(metric, wholeOnes(points, range), stepMsOf(range.resolution)));
