import type { ForecastClaim, Forecasts } from '../../contracts/history-analysis/forecast.ts';
import { type HistoryMetric, historyMetrics, type Resolution } from '../../contracts/telemetry-history.ts';
import { isoTime } from '../../platform/clock.ts';
import { forecastOf } from '../../statistics/forecast.ts';
import type { HistoryPoint } from '../../telemetry/history/service.ts';
import { evenlySpaced } from './evenly-spaced.ts';
import { stepMsOf } from './range.ts';
import { foundIn, type SeriesInRange } from './series.ts';
import { wholeOnes } from './whole-ones.ts';

/** In points: how far ahead by default, and what most comes again. */
const usual: Record<Resolution, { horizon: number; season: number }> = {
  minute: { horizon: 60, season: 60 },
  hour: { horizon: 24, season: 24 },
  day: { horizon: 14, season: 7 },
};

/** What figures will be, from the last that was measured whole. @param horizon in points */
export const forecastsIn = (range: SeriesInRange, horizon = usual[range.resolution].horizon): Forecasts =>
  foundIn(range, (metric, points) => claimOf(metric, wholeOnes(points, range), range.resolution, horizon));

function claimOf(
  metric: string,
  points: readonly HistoryPoint[],
  resolution: Resolution,
  horizon: number,
): ForecastClaim {
  const stepMs = stepMsOf(resolution);
  const values = evenlySpaced(points, stepMs, usual[resolution].season);
  if (values === undefined) {
    return {
      enough: false,
      reason: 'More than a fifth of the points in time have no data',
      needed: 'A range in which the service reported throughout',
    };
  }
  const found = forecastOf(values, { horizon });
  if (!found.enough) {
    return {
      enough: false,
      reason: found.reason,
      needed: 'More history: wait, ask for a longer range or a finer resolution, or for less ahead',
    };
  }
  const { method, seasonLength, mase, hasSkill, coveragePercent } = found;
  const last = points.at(-1)?.at ?? 0;
  const within = boundsOf(metric);
  return {
    enough: true,
    method,
    seasonLength,
    points: found.points.map(({ value, low, high }, index) => ({
      at: isoTime(last + (index + 1) * stepMs),
      value: within(value),
      low: within(low),
      high: within(high),
    })),
    ...(mase === undefined ? {} : { mase }),
    hasSkill,
    coveragePercent,
  };
}

/** No figure of a service is below 0, and no percentage above 100; of its own metrics nothing is known. */
function boundsOf(metric: string): (value: number) => number {
  const unit = historyMetrics[metric as HistoryMetric];
  if (unit === undefined) return (value) => value;
  const most = unit === '%' ? 100 : Number.POSITIVE_INFINITY;
  return (value) => Math.min(most, Math.max(0, value));
}
