import { queryDatapoints } from './metric-data-query.ts';
import type { MetricStore } from './metric-store.ts';
import type { AlarmDefinition, Datapoint } from './model.ts';

const usualPeriodSeconds = 60;

/** Seconds: of its metric, or of the metrics of its expression, which all have the same. */
export const periodOf = ({ Period, Metrics = [] }: Pick<AlarmDefinition, 'Period' | 'Metrics'>): number =>
  Period ?? Metrics.find(({ MetricStat }) => MetricStat !== undefined)?.MetricStat?.Period ?? usualPeriodSeconds;

/** What an alarm looks at, between two times. */
export function alarmDatapoints(
  alarm: AlarmDefinition,
  metrics: Pick<MetricStore, 'datapoints'>,
  range: { startMs: number; endMs: number },
): readonly Datapoint[] {
  const { Namespace = '', MetricName = '', Dimensions = [], Statistic, ExtendedStatistic, Metrics = [] } = alarm;
  const returned = Metrics.find(({ ReturnData }) => ReturnData);
  if (returned?.Expression === undefined) {
    return metrics.datapoints({
      metric: { Namespace, MetricName, Dimensions },
      statistic: Statistic ?? ExtendedStatistic ?? 'Average',
      periodSeconds: periodOf(alarm),
      ...range,
    });
  }
  return queryDatapoints(returned, Metrics, metrics, { fromMs: () => range.startMs, toMs: range.endMs });
}
