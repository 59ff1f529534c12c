import { type HistoryMetric, historyMetrics, type Resolution } from '../../contracts/telemetry-history.ts';
import { isoTime } from '../../platform/clock.ts';
import type { HistoryPoint, TelemetryHistory } from '../../telemetry/history/service.ts';
import type { Period } from '../../telemetry/period.ts';
import { usualMetrics } from './usual-metrics.ts';

/** Figures over time, of one range. */
export interface SeriesInRange {
  resolution: Resolution;
  period: Period;
  series: { metric: string; unit: string | undefined; points: readonly HistoryPoint[] }[];
}

/** The usual figures, in one reading. */
export async function usualSeries(
  history: TelemetryHistory,
  project: string,
  resolution: Resolution,
  period: Period,
): Promise<SeriesInRange> {
  return seriesOf(await history.series(project, usualMetrics, resolution, period), resolution, period);
}

export const seriesOf = (
  points: ReadonlyMap<HistoryMetric, readonly HistoryPoint[]>,
  resolution: Resolution,
  period: Period,
): SeriesInRange => ({
  resolution,
  period,
  series: usualMetrics.map((metric) => ({ metric, unit: historyMetrics[metric], points: points.get(metric) ?? [] })),
});

/** What is found in each series, as it is answered. */
export const foundIn = <Found>(
  { resolution, period, series }: SeriesInRange,
  find: (metric: string, points: readonly HistoryPoint[]) => Found,
) => ({
  resolution,
  from: isoTime(period.from),
  to: isoTime(period.to),
  series: series.map(({ metric, unit, points }) => ({
    metric,
    ...(unit === undefined ? {} : { unit }),
    found: find(metric, points),
  })),
});
