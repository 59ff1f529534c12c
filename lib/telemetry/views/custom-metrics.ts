import type { Statistic } from '../../contracts/telemetry-history.ts';
import type { CustomMetricFigures } from '../../contracts/telemetry-views.ts';
import type { MetricAggregate, TelemetryAggregate } from '../aggregate.ts';

/** Without the noise of fractions that binary numbers cannot hold. */
const clean = (value: number): number => Number(value.toPrecision(12));

/** The values of a metric over a time; what its kind does not have is absent. */
export function statisticsOf(metric: MetricAggregate, seconds: number): Partial<Record<Statistic, number>> {
  if (metric.kind === 'counter') {
    return { sum: clean(metric.value), ...(seconds > 0 ? { perSecond: clean(metric.value / seconds) } : {}) };
  }
  if (metric.kind === 'gauge') {
    const { last, sum, count, min, max } = metric;
    return { last, avg: clean(sum / count), min, max, count };
  }
  const { values, resolution } = metric;
  if (values.count === 0) return { count: 0 };
  const inUnit = (value: number): number => clean(value * resolution);
  return {
    count: values.count,
    sum: inUnit(values.sum),
    avg: inUnit(values.mean),
    min: inUnit(values.min),
    max: inUnit(values.max),
    p50: inUnit(values.quantile(0.5)),
    p95: inUnit(values.quantile(0.95)),
    p99: inUnit(values.quantile(0.99)),
  };
}

export function customMetricFiguresOf({ metrics, observed }: TelemetryAggregate): CustomMetricFigures[] {
  const seconds = observed === undefined ? 0 : (observed.to - observed.from) / 1000;
  return metrics.map((metric) => ({
    name: metric.name,
    kind: metric.kind,
    labels: metric.labels,
    ...(metric.unit === undefined ? {} : { unit: metric.unit }),
    ...statisticsOf(metric, seconds),
  }));
}
