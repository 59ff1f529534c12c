import { accountId } from '../../lambda/account.ts';
import { periodOf } from './alarm-datapoints.ts';
import type { Alarm } from './model.ts';

/** The message that CloudWatch publishes to the topics of an alarm when its state changes to that of `alarm`. */
export function alarmNotification(alarm: Alarm, oldState: Alarm['StateValue']): string {
  return JSON.stringify({
    AlarmName: alarm.AlarmName,
    AlarmDescription: alarm.AlarmDescription ?? null,
    AWSAccountId: accountId,
    AlarmConfigurationUpdatedTimestamp: awsTime(alarm.AlarmConfigurationUpdatedTimestamp),
    NewStateValue: alarm.StateValue,
    NewStateReason: alarm.StateReason,
    StateChangeTime: awsTime(alarm.StateUpdatedTimestamp),
    Region: 'US East (N. Virginia)',
    AlarmArn: alarm.AlarmArn,
    OldStateValue: oldState,
    OKActions: alarm.OKActions,
    AlarmActions: alarm.AlarmActions,
    InsufficientDataActions: alarm.InsufficientDataActions,
    Trigger: {
      ...(alarm.Metrics === undefined ? ofMetric(alarm) : ofExpression(alarm)),
      EvaluationPeriods: alarm.EvaluationPeriods,
      ...(alarm.DatapointsToAlarm === undefined ? {} : { DatapointsToAlarm: alarm.DatapointsToAlarm }),
      ComparisonOperator: alarm.ComparisonOperator,
      Threshold: alarm.Threshold,
      TreatMissingData: alarm.TreatMissingData,
      EvaluateLowSampleCountPercentile: '',
    },
  });
}

const dimensionsOf = (dimensions: Alarm['Dimensions'] = []) =>
  dimensions.map(({ Name, Value }) => ({ value: Value, name: Name }));

const ofMetric = ({ MetricName, Namespace, Dimensions, Statistic, ExtendedStatistic, Period }: Alarm) => ({
  MetricName,
  Namespace,
  ...(ExtendedStatistic === undefined
    ? { StatisticType: 'Statistic', Statistic: (Statistic ?? '').toUpperCase() }
    : { StatisticType: 'ExtendedStatistic', ExtendedStatistic }),
  Unit: null,
  Dimensions: dimensionsOf(Dimensions),
  Period,
});

const ofExpression = (alarm: Alarm) => ({
  Period: periodOf(alarm),
  Metrics: alarm.Metrics?.map(({ MetricStat, ...query }) => ({
    ...query,
    ...(MetricStat === undefined
      ? {}
      : {
          MetricStat: {
            ...MetricStat,
            Metric: { ...MetricStat.Metric, Dimensions: dimensionsOf(MetricStat.Metric.Dimensions) },
          },
        }),
  })),
});

/** `2026-01-31T12:00:00.000+0000`, as in these messages only. */
const awsTime = (epochSeconds: number): string => new Date(epochSeconds * 1000).toISOString().replace('Z', '+0000');
