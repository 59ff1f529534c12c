import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { AlarmMetric, AlarmTrigger } from '../../contracts/alarm-notification.ts';

/** What CloudWatch is asked for to see what an alarm looked at. */
export interface AlarmQueries {
  queries: MetricDataQuery[];
  /** Whose values these are, of the queries. */
  id: string;
  /** In words. */
  metric: string;
  periodSeconds: number;
}

/** Undefined: the message does not say all of it. */
export function queriesOf(trigger: AlarmTrigger): AlarmQueries | undefined {
  const { Metrics, ThresholdMetricId, Period } = trigger;
  if (Metrics == null) return ofMetric(trigger);
  // A band is what values are held against, and none itself.
  const asked = Metrics.filter(({ Id }) => Id != null && Id !== ThresholdMetricId);
  const shown = asked.find(({ ReturnData }) => ReturnData !== false);
  const periodSeconds = Period ?? asked.find(({ MetricStat }) => MetricStat?.Period != null)?.MetricStat?.Period;
  if (shown?.Id == null || periodSeconds == null) return undefined;
  const id = shown.Id;
  const metric = shown.Label ?? shown.Expression ?? shown.MetricStat?.Metric.MetricName ?? id;
  const queries = asked.map((each) => wireOf(each, id));
  if (!queries.every((query) => query !== undefined)) return undefined;
  return { queries, id, metric, periodSeconds };
}

const statistics = ['Average', 'Sum', 'Minimum', 'Maximum', 'SampleCount'];
/** Messages have them in capitals, unlike what asks for them. */
const statisticOf = (said: string): string | undefined =>
  statistics.find((known) => known.toUpperCase() === said.replaceAll('_', '').toUpperCase());

function ofMetric(trigger: AlarmTrigger): AlarmQueries | undefined {
  const { MetricName, Namespace, Period, Statistic, ExtendedStatistic } = trigger;
  const Stat = ExtendedStatistic ?? statisticOf(Statistic ?? '');
  if (MetricName == null || Namespace == null || Period == null || Stat === undefined) return undefined;
  const MetricStat = { Metric: metricOf(trigger), Period, Stat };
  return { queries: [{ Id: 'm', MetricStat }], id: 'm', metric: MetricName, periodSeconds: Period };
}

type AlarmQuery = NonNullable<AlarmTrigger['Metrics']>[number];

/** @param shown the one of which values are wanted */
function wireOf({ Id, Expression, Period, AccountId, MetricStat }: AlarmQuery, shown: string) {
  if (Id == null) return undefined;
  const query: MetricDataQuery = { Id, ReturnData: Id === shown, ...(AccountId == null ? {} : { AccountId }) };
  if (Expression != null) return { ...query, Expression, ...(Period == null ? {} : { Period }) };
  if (MetricStat?.Period == null || MetricStat.Stat == null) return undefined;
  const { Metric, Period: Every, Stat } = MetricStat;
  return { ...query, MetricStat: { Metric: metricOf(Metric), Period: Every, Stat } };
}

const metricOf = ({ Namespace, MetricName, Dimensions }: AlarmMetric) => ({
  ...(Namespace == null ? {} : { Namespace }),
  ...(MetricName == null ? {} : { MetricName }),
  Dimensions: (Dimensions ?? []).map(({ name, value }) => ({ Name: name, Value: value })),
});
