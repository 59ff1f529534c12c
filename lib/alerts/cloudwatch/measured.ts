import type { MetricDataQuery, PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type { MetricSet } from '../../telemetry/aws/metric-sets.ts';

/** What an alarm looks at. */
export type Measured = Pick<
  PutMetricAlarmCommandInput,
  'Namespace' | 'MetricName' | 'Dimensions' | 'Statistic' | 'ExtendedStatistic' | 'Period' | 'Metrics'
>;

/** Where the metrics of a resource stand in CloudWatch. */
export interface Place {
  namespace: string;
  dimensions: Readonly<Record<string, string>>;
}

/** As CloudWatch names them: `Duration`, `p95`. */
type Figure = readonly [metric: string, statistic: string];

const periodSeconds = 60;

export const placeOf = ({ namespace, dimensions }: MetricSet<string>, name: string): Place => ({
  namespace,
  dimensions: dimensions(name),
});

export function single(place: Place, [metric, statistic]: Figure): Measured {
  return {
    Namespace: place.namespace,
    MetricName: metric,
    Dimensions: dimensionsOf(place),
    Period: periodSeconds,
    ...(statistic.startsWith('p')
      ? { ExtendedStatistic: statistic }
      : { Statistic: statistic as Measured['Statistic'] }),
  };
}

/** Where there are no requests there is no rate, and so nothing amiss. */
export const ratePercent = (place: Place, part: Figure, whole: Figure): Measured => ({
  Metrics: [
    { Id: 'rate', Expression: '100 * FILL(part, 0) / whole', Label: 'Percent', ReturnData: true },
    query(place, 'part', part),
    query(place, 'whole', whole),
  ],
});

/** Of metrics by their ids in the expression. One that counts what is amiss has no values where nothing is. */
export const sumOf = (place: Place, label: string, figures: Readonly<Record<string, Figure>>): Measured => ({
  Metrics: [
    {
      Id: 'both',
      Expression: Object.keys(figures)
        .map((id) => `FILL(${id}, 0)`)
        .join(' + '),
      Label: label,
      ReturnData: true,
    },
    ...Object.entries(figures).map(([id, figure]) => query(place, id, figure)),
  ],
});

const query = (place: Place, Id: string, [MetricName, Stat]: Figure): MetricDataQuery => ({
  Id,
  MetricStat: {
    Metric: { Namespace: place.namespace, MetricName, Dimensions: dimensionsOf(place) },
    Period: periodSeconds,
    Stat,
  },
  ReturnData: false,
});

const dimensionsOf = ({ dimensions }: Place): { Name: string; Value: string }[] =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
