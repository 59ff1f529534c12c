import { z } from 'zod';
import { accountId, region } from '../../lambda/account.ts';
import type { AlarmStates } from './alarm-states.ts';
import type { AlarmStore } from './alarm-store.ts';
import { CloudWatchFailure } from './failure.ts';
import {
  type Alarm,
  type AlarmDefinition,
  comparisonOperator,
  dimensions,
  metricIdentity,
  period,
  stateValue,
  statistic,
  treatMissingData,
} from './model.ts';

const name = z.string().min(1).max(255);
const names = z.array(name).max(100);
const actions = z.array(z.string()).max(5).default([]);

const putMetricAlarm = z.object({
  AlarmName: name,
  AlarmDescription: z.string().max(1024).optional(),
  ActionsEnabled: z.boolean().default(true),
  OKActions: actions,
  AlarmActions: actions,
  InsufficientDataActions: actions,
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: dimensions,
  Statistic: statistic.optional(),
  ExtendedStatistic: statistic.optional(),
  Period: period.optional(),
  /** As CDK writes an alarm on a metric of another account or with a label. */
  Metrics: z
    .array(
      z.object(
        { MetricStat: z.object({ Metric: metricIdentity, Period: period, Stat: statistic }) },
        {
          error: 'only a single metric is known here, no expression',
        },
      ),
    )
    .length(1)
    .optional(),
  EvaluationPeriods: z.int().positive(),
  DatapointsToAlarm: z.int().positive().optional(),
  Threshold: z.number(),
  ComparisonOperator: comparisonOperator,
  TreatMissingData: treatMissingData.default('missing'),
});

const describeAlarms = z.object({
  AlarmNames: names.optional(),
  AlarmNamePrefix: z.string().optional(),
  StateValue: stateValue.optional(),
  ActionPrefix: z.string().optional(),
  MaxRecords: z.int().min(1).max(100).default(50),
  NextToken: z.string().optional(),
});

const setAlarmState = z.object({
  AlarmName: name,
  StateValue: stateValue,
  StateReason: z.string(),
  StateReasonData: z.string().optional(),
});

const alarmNames = z.object({ AlarmNames: names });

export function alarmOperations(alarms: AlarmStore, states: AlarmStates, nowMs: () => number) {
  const setActionsEnabled = (input: unknown, ActionsEnabled: boolean) => {
    for (const alarmName of alarmNames.parse(input).AlarmNames) {
      const alarm = alarms.get(alarmName);
      if (alarm !== undefined) alarms.put({ ...alarm, ActionsEnabled });
    }
    return {};
  };

  return {
    /** An alarm that exists keeps its state until the next evaluation. */
    PutMetricAlarm(input: unknown) {
      const definition = define(putMetricAlarm.parse(input));
      const { AlarmName } = definition;
      const now = nowMs() / 1000;
      const { StateValue, StateReason, StateUpdatedTimestamp } = alarms.get(AlarmName) ?? {
        StateValue: 'INSUFFICIENT_DATA' as const,
        StateReason: 'Unchecked: Initial alarm creation',
        StateUpdatedTimestamp: now,
      };
      alarms.put({
        ...definition,
        AlarmArn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${AlarmName}`,
        AlarmConfigurationUpdatedTimestamp: now,
        StateValue,
        StateReason,
        StateUpdatedTimestamp,
      });
      return {};
    },

    DescribeAlarms(input: unknown) {
      const {
        AlarmNames,
        AlarmNamePrefix = '',
        ActionPrefix = '',
        MaxRecords,
        NextToken = '',
        ...query
      } = describeAlarms.parse(input);
      const matching = alarms
        .list()
        .filter(
          (alarm) =>
            (AlarmNames === undefined || AlarmNames.includes(alarm.AlarmName)) &&
            alarm.AlarmName.startsWith(AlarmNamePrefix) &&
            (query.StateValue === undefined || alarm.StateValue === query.StateValue) &&
            (ActionPrefix === '' || allActions(alarm).some((arn) => arn.startsWith(ActionPrefix))) &&
            alarm.AlarmName > NextToken,
        );
      const page = matching.slice(0, MaxRecords);
      const last = page.at(-1)?.AlarmName;
      return {
        MetricAlarms: page,
        CompositeAlarms: [],
        ...(matching.length > page.length && last !== undefined ? { NextToken: last } : {}),
      };
    },

    DeleteAlarms(input: unknown) {
      for (const alarmName of alarmNames.parse(input).AlarmNames) alarms.delete(alarmName);
      return {};
    },

    /** Holds until the next evaluation finds another state. */
    async SetAlarmState(input: unknown) {
      const { AlarmName, StateValue, StateReason, StateReasonData } = setAlarmState.parse(input);
      const alarm = alarms.get(AlarmName);
      if (alarm === undefined) throw new CloudWatchFailure('ResourceNotFound', 404, `There is no alarm ${AlarmName}.`);
      await states.change(alarm, StateValue, StateReason, StateReasonData, nowMs());
      return {};
    },

    EnableAlarmActions: (input: unknown) => setActionsEnabled(input, true),
    DisableAlarmActions: (input: unknown) => setActionsEnabled(input, false),
  };
}

const allActions = (alarm: Alarm): readonly string[] => [
  ...alarm.OKActions,
  ...alarm.AlarmActions,
  ...alarm.InsufficientDataActions,
];

function define(input: z.infer<typeof putMetricAlarm>): AlarmDefinition {
  const { Metrics, Namespace, MetricName, Dimensions, Statistic, ExtendedStatistic, Period, ...rest } = input;
  const { DatapointsToAlarm, AlarmDescription, ...required } = rest;
  if ((DatapointsToAlarm ?? 1) > required.EvaluationPeriods) {
    throw new CloudWatchFailure('ValidationError', 400, 'DatapointsToAlarm must not be more than EvaluationPeriods.');
  }
  const single = Metrics?.[0]?.MetricStat ?? {
    Metric: { Namespace, MetricName, Dimensions },
    Period,
    Stat: ExtendedStatistic ?? Statistic,
  };
  const { Stat } = single;
  if (!single.Metric.Namespace || !single.Metric.MetricName || single.Period === undefined || Stat === undefined) {
    const message = 'An alarm needs Namespace, MetricName, Period and a statistic, or Metrics.';
    throw new CloudWatchFailure('MissingParameter', 400, message);
  }
  return {
    ...required,
    ...(AlarmDescription === undefined ? {} : { AlarmDescription }),
    ...(DatapointsToAlarm === undefined ? {} : { DatapointsToAlarm }),
    Namespace: single.Metric.Namespace,
    MetricName: single.Metric.MetricName,
    Dimensions: single.Metric.Dimensions,
    Period: single.Period,
    ...(Stat.startsWith('p') ? { ExtendedStatistic: Stat } : { Statistic: Stat }),
  };
}
