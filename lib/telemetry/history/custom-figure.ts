import type { Statistic } from '../../contracts/telemetry-history.ts';
import type { MetricAggregate } from '../aggregate.ts';
import { metricMerging } from '../merging/metrics.ts';
import { statisticsOf } from '../views/custom-metrics.ts';
import type { Figure } from './figures.ts';

export interface CustomFigure {
  name: string;
  statistic: Statistic | undefined;
  /** Only what has all of these. */
  labels: Readonly<Record<string, string>>;
}

const usual: Record<MetricAggregate['kind'], Statistic> = { counter: 'perSecond', gauge: 'avg', histogram: 'p95' };

/** Of all that have the name and the labels, together; of what cannot be added up, the first that was given the name. */
export const customFigure =
  ({ statistic, ...asked }: CustomFigure): Figure =>
  ({ metrics }, seconds) => {
    const together = customMetric(metrics, asked);
    return together && customStatistic(together, seconds, statistic);
  };

/** Of a kind that does not have the statistic, undefined. */
export const customStatistic = (
  metric: MetricAggregate,
  seconds: number,
  statistic: Statistic = usual[metric.kind],
): number | undefined => statisticsOf(metric, seconds)[statistic];

/** The metric that `customFigure` is a figure of. */
export function customMetric(
  metrics: readonly MetricAggregate[],
  { name, labels }: Pick<CustomFigure, 'name' | 'labels'>,
): MetricAggregate | undefined {
  const asked = Object.entries(labels);
  return mergedMetric(
    metrics.filter((metric) => metric.name === name && asked.every(([label, value]) => metric.labels[label] === value)),
  );
}

/** All that can be added to the first, with it. */
export function mergedMetric([first, ...others]: readonly MetricAggregate[]): MetricAggregate | undefined {
  if (first === undefined) return undefined;
  const together = metricMerging.open(metricMerging.pack(first));
  for (const metric of others) if (isAlike(metric, together)) metricMerging.merge(together, metric);
  return together;
}

const isAlike = (a: MetricAggregate, b: MetricAggregate): boolean =>
  a.kind === b.kind &&
  a.unit === b.unit &&
  (a.kind !== 'histogram' || b.kind !== 'histogram' || a.resolution === b.resolution);
