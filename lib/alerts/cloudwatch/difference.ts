import { isDeepStrictEqual } from 'node:util';
import type { MetricAlarm, MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { AlarmDefinition, WantedAlarm } from './wanted.ts';

export type Drift = 'none' | 'missing' | 'changed';

export interface Compared {
  wanted: WantedAlarm;
  /** Absent: missing. */
  found?: MetricAlarm;
  drift: Drift;
}

export interface Difference {
  compared: Compared[];
  notAskedFor: MetricAlarm[];
}

/** What is wanted, held against what CloudWatch has of it. */
export function differenceOf(wanted: readonly WantedAlarm[], there: readonly MetricAlarm[]): Difference {
  const byName = new Map(there.map((alarm) => [alarm.AlarmName, alarm]));
  const names = new Set(wanted.map(({ definition }) => definition.AlarmName));
  return {
    compared: wanted.map((each): Compared => {
      const found = byName.get(each.definition.AlarmName);
      if (found === undefined) return { wanted: each, drift: 'missing' };
      return { wanted: each, found, drift: isAs(each.definition, found) ? 'none' : 'changed' };
    }),
    notAskedFor: there.filter(({ AlarmName = '' }) => !names.has(AlarmName)),
  };
}

const isAs = (wanted: AlarmDefinition, found: MetricAlarm): boolean =>
  found.ActionsEnabled !== false && isDeepStrictEqual(comparable(wanted), comparable(found));

/** What was set of an alarm, in one order, and nothing of how it fares. */
const comparable = (alarm: AlarmDefinition | MetricAlarm): unknown[] => [
  alarm.Namespace,
  alarm.MetricName,
  dimensions(alarm.Dimensions),
  alarm.Statistic,
  alarm.ExtendedStatistic,
  alarm.Period,
  (alarm.Metrics ?? []).map(query).sort(),
  alarm.EvaluationPeriods,
  alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods,
  alarm.Threshold,
  alarm.ComparisonOperator,
  alarm.TreatMissingData,
  alarm.AlarmDescription,
  alarm.AlarmActions ?? [],
  alarm.OKActions ?? [],
];

const dimensions = (given: readonly { Name?: string | undefined; Value?: string | undefined }[] = []): string[] =>
  given.map(({ Name, Value }) => `${Name}=${Value}`).sort();

const query = ({ Id, Expression, MetricStat, ReturnData = true }: MetricDataQuery): string =>
  JSON.stringify([
    Id,
    Expression,
    ReturnData,
    MetricStat?.Metric?.Namespace,
    MetricStat?.Metric?.MetricName,
    dimensions(MetricStat?.Metric?.Dimensions),
    MetricStat?.Period,
    MetricStat?.Stat,
  ]);
