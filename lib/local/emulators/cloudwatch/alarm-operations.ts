import { z } from 'zod';
import { accountId, region } from '../../lambda/account.ts';
import type { AlarmStates } from './alarm-states.ts';
import type { AlarmStore } from './alarm-store.ts';
import { metricsIn } from './expression.ts';
import { CloudWatchFailure } from './failure.ts';
import { metricDataQuery } from './metric-data-query.ts';
import {
  type Alarm,
  type AlarmDefinition,
  type AlarmQuery,
  comparisonOperator,
  dimensions,
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
  /** An expression of several; of a single one, as CDK writes an alarm on a metric of another account or with a label. */
  Metrics: z.array(metricDataQuery).min(1).max(10).optional(),
  Tags: z
    .array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }))
    .max(50)
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
  const { DatapointsToAlarm, AlarmDescription, Tags: _, ...required } = rest;
  if ((DatapointsToAlarm ?? 1) > required.EvaluationPeriods) {
    throw new CloudWatchFailure('ValidationError', 400, 'DatapointsToAlarm must not be more than EvaluationPeriods.');
  }
  const optional = {
    ...(AlarmDescription === undefined ? {} : { AlarmDescription }),
    ...(DatapointsToAlarm === undefined ? {} : { DatapointsToAlarm }),
  };
  if (Metrics !== undefined && isMath(Metrics)) return { ...required, ...optional, Metrics: written(Metrics) };
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
    ...optional,
    Namespace: single.Metric.Namespace,
    MetricName: single.Metric.MetricName,
    Dimensions: single.Metric.Dimensions,
    Period: single.Period,
    ...(Stat.startsWith('p') ? { ExtendedStatistic: Stat } : { Statistic: Stat }),
  };
}

type Queries = readonly z.infer<typeof metricDataQuery>[];

/** @throws CloudWatchFailure when it is neither one metric nor one expression of metrics that are there */
function isMath(queries: Queries): boolean {
  const [first, ...others] = queries;
  if (others.length === 0 && first?.Expression === undefined) return false;
  const fault = (message: string): CloudWatchFailure => new CloudWatchFailure('ValidationError', 400, message);
  const returned = queries.filter(({ ReturnData }) => ReturnData);
  const [expression] = returned;
  if (returned.length !== 1 || expression?.Expression === undefined) {
    throw fault('Exactly one of the metrics must return data, and be an expression.');
  }
  const periods = new Set(queries.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Period])));
  if (periods.size !== 1) throw fault('The metrics of an expression must have one period.');
  const known = new Set(queries.filter(({ MetricStat }) => MetricStat !== undefined).map(({ Id }) => Id));
  const unknown = metricsIn(expression.Expression).filter((id) => !known.has(id));
  if (unknown.length > 0) throw fault(`The expression names ${unknown.join(', ')}, which are no metrics of it.`);
  return true;
}

const written = (queries: Queries): AlarmQuery[] =>
  queries.map(({ Id, Expression, Label, ReturnData, MetricStat }) => ({
    Id,
    ReturnData,
    ...(Expression === undefined ? {} : { Expression }),
    ...(Label === undefined ? {} : { Label }),
    ...(MetricStat === undefined ? {} : { MetricStat }),
  }));
