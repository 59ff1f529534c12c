import { accountId } from '../../lambda/account.ts';
import type { Alarm } from './model.ts';

/** The message that CloudWatch publishes to the topics of an alarm when its state changes to that of `alarm`. */
export function alarmNotification(alarm: Alarm, oldState: Alarm['StateValue']): string {
  const statistic =
    alarm.ExtendedStatistic === undefined
      ? { StatisticType: 'Statistic', Statistic: (alarm.Statistic ?? '').toUpperCase() }
      : { StatisticType: 'ExtendedStatistic', ExtendedStatistic: alarm.ExtendedStatistic };
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
      MetricName: alarm.MetricName,
      Namespace: alarm.Namespace,
      ...statistic,
      Unit: null,
      Dimensions: alarm.Dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
      Period: alarm.Period,
      EvaluationPeriods: alarm.EvaluationPeriods,
      ...(alarm.DatapointsToAlarm === undefined ? {} : { DatapointsToAlarm: alarm.DatapointsToAlarm }),
      ComparisonOperator: alarm.ComparisonOperator,
      Threshold: alarm.Threshold,
      TreatMissingData: alarm.TreatMissingData,
      EvaluateLowSampleCountPercentile: '',
    },
  });
}

/** `2026-01-31T12:00:00.000+0000`, as in these messages only. */
const awsTime = (epochSeconds: number): string => new Date(epochSeconds * 1000).toISOString().replace('Z', '+0000');
