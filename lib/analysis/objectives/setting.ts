import {
  type Bound,
  customPrefix,
  type ObjectiveSetting,
  type ShareMetric,
  shareMetrics,
  type TimeMetric,
  timeMetrics,
  usualBound,
  usualPercentile,
} from '../../contracts/budgets.ts';
import { type HistoryMetric, historyMetrics } from '../../contracts/telemetry-history.ts';

/** An objective with all that was left to defaults. */
export interface Objective extends Omit<ObjectiveSetting, 'bound'> {
  bound: Bound;
}

const isOneOf = <Name extends string>(names: readonly Name[], metric: string): metric is Name =>
  (names as readonly string[]).includes(metric);

export const isTime = (metric: string): metric is TimeMetric => isOneOf(timeMetrics, metric);
export const isShare = (metric: string): metric is ShareMetric => isOneOf(shareMetrics, metric);
/** @returns the name of a metric of the service's own */
export const customNameOf = (metric: string): string | undefined =>
  metric.startsWith(customPrefix) ? metric.slice(customPrefix.length) : undefined;

export const objectiveOf = (setting: ObjectiveSetting): Objective => ({
  ...setting,
  ...(isTime(setting.metric) ? { percentile: setting.percentile ?? usualPercentile } : {}),
  bound: setting.bound ?? usualBound(setting.metric),
});

/** Of a metric of the service's own, whose kind is known only when it was read: a histogram has a percentile. */
export const percentileOf = ({ percentile = usualPercentile }: Objective): number => percentile;

/** Which part of its events may be bad, 0 to 1. */
export function allowedShareOf(objective: Objective): number {
  const { metric, objective: limit } = objective;
  const kept = metric === 'availabilityPercent' ? limit : percentileOf(objective);
  const allowedPercent = metric === 'errorRatePercent' ? limit : 100 - kept;
  // 100 - 99.9 is a hair less than 0.1, and would allow a hair less than one bad event of a thousand.
  return Number((allowedPercent / 100).toPrecision(12));
}

const isHistoryMetric = (metric: string): metric is HistoryMetric => Object.hasOwn(historyMetrics, metric);

/** Undefined for a metric of the service's own, which may have one. */
export function unitOf(metric: string): string | undefined {
  if (isTime(metric)) return 'ms';
  if (isShare(metric)) return '%';
  return isHistoryMetric(metric) ? historyMetrics[metric] : undefined;
}
