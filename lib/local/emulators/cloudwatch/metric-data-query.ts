import { z } from 'zod';
import { evaluateExpression, mathExpression, metricsIn } from './expression.ts';
import { CloudWatchFailure } from './failure.ts';
import type { MetricStore } from './metric-store.ts';
import { type AlarmQuery, type Datapoint, metricIdentity, period, statistic } from './model.ts';

/** A metric, or an expression of those beside it: what alarms look at, and what is read. */
export const metricDataQuery = z.object({
  Id: z.string().regex(/^[a-z]\w*$/),
  Expression: mathExpression.optional(),
  Label: z.string().optional(),
  ReturnData: z.boolean().default(true),
  MetricStat: z.object({ Metric: metricIdentity, Period: period, Stat: statistic }).optional(),
});

type Query = Pick<z.output<typeof metricDataQuery>, 'Id' | 'Expression' | 'MetricStat'>;
/** Up to but without `toMs`; `fromMs` by the period of a query. */
interface Range {
  fromMs: (periodSeconds: number) => number;
  toMs: number;
}

/** @param beside all that are asked for with it */
export function queryDatapoints(
  { Id, Expression, MetricStat }: Query | AlarmQuery,
  beside: readonly (Query | AlarmQuery)[],
  metrics: Pick<MetricStore, 'datapoints'>,
  range: Range,
): readonly Datapoint[] {
  if (MetricStat !== undefined) {
    const { Metric: metric, Period: periodSeconds, Stat: statistic } = MetricStat;
    return metrics.datapoints({
      metric,
      statistic,
      periodSeconds,
      startMs: range.fromMs(periodSeconds),
      endMs: range.toMs,
    });
  }
  if (Expression === undefined) {
    throw new CloudWatchFailure('ValidationError', 400, `${Id} has neither a MetricStat nor an Expression.`);
  }
  const named = metricsIn(Expression);
  const series = beside
    .filter((each) => each.MetricStat !== undefined && named.includes(each.Id))
    .map((each) => {
      const points = queryDatapoints(each, [], metrics, range);
      return [each.Id, new Map(points.map(({ timestampMs, value }) => [timestampMs, value]))] as const;
    });
  return evaluateExpression(Expression, new Map(series));
}
