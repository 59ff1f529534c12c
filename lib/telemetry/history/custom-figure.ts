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
  ({ name, statistic, labels }: CustomFigure): Figure =>
  ({ metrics }, seconds) => {
    const asked = Object.entries(labels);
    const [first, ...others] = metrics.filter(
      (metric) => metric.name === name && asked.every(([label, value]) => metric.labels[label] === value),
    );
    if (first === undefined) return undefined;
    const together = metricMerging.open(metricMerging.pack(first));
    const alike = others.filter((metric) => isAlike(metric, together));
    for (const metric of alike) metricMerging.merge(together, metric);
    return statisticsOf(together, seconds)[statistic ?? usual[together.kind]];
  };

const isAlike = (a: MetricAggregate, b: MetricAggregate): boolean =>
  a.kind === b.kind &&
  a.unit === b.unit &&
  (a.kind !== 'histogram' || b.kind !== 'histogram' || a.resolution === b.resolution);
