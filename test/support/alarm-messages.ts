type State = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

interface Kind {
  /** Why it is in a state, in CloudWatch's words. */
  reason: Record<State, string>;
  /** What its messages have that those of other kinds have not. */
  more: object;
}

const arnOf = (name: string): string => `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${name}`;
const unchecked = 'Unchecked: Initial alarm creation';
const crossed = (points: string, how: string): string =>
  `Threshold Crossed: 1 out of the last 1 datapoints [${points} (31/01/26 02:00:00)] was ${how} (minimum 1 datapoint for OK -> ALARM transition).`;

const evaluated = {
  EvaluationPeriods: 5,
  DatapointsToAlarm: 3,
  TreatMissingData: 'missing',
  EvaluateLowSampleCountPercentile: '',
};
const statOf = (MetricName: string, TableName: string) => ({
  Metric: { Dimensions: [{ value: TableName, name: 'TableName' }], MetricName, Namespace: 'AWS/DynamoDB' },
  Period: 60,
  Stat: 'Sum',
});

/** As CloudWatch writes them into its messages to a topic: one for each kind of alarm that there is. */
export const alarmKinds = {
  'a metric': {
    reason: {
      ALARM: crossed('512.0', 'greater than the threshold (300.0)'),
      OK: crossed('3.0', 'not greater than the threshold (300.0)'),
      INSUFFICIENT_DATA: 'Insufficient Data: 5 datapoints were unknown.',
    },
    more: {
      Trigger: {
        MetricName: 'ApproximateAgeOfOldestMessage',
        Namespace: 'AWS/SQS',
        StatisticType: 'Statistic',
        Statistic: 'MAXIMUM',
        Unit: null,
        Dimensions: [{ value: 'shop-orders', name: 'QueueName' }],
        Period: 60,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 300.0,
        ...evaluated,
      },
    },
  },
  'an expression': {
    reason: {
      ALARM: crossed('7.0', 'greater than the threshold (0.0)'),
      OK: crossed('0.0', 'not greater than the threshold (0.0)'),
      INSUFFICIENT_DATA: unchecked,
    },
    more: {
      Trigger: {
        Period: 60,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 0.0,
        Metrics: [
          { Expression: 'FILL(r, 0) + FILL(w, 0)', Id: 'both', Label: 'Throttles', ReturnData: true },
          { Id: 'r', MetricStat: statOf('ReadThrottleEvents', 'orders'), ReturnData: false },
          { Id: 'w', MetricStat: statOf('WriteThrottleEvents', 'orders'), ReturnData: false },
        ],
        ...evaluated,
      },
    },
  },
  'an anomaly band': {
    reason: {
      ALARM:
        'Thresholds Crossed: 1 out of the last 1 datapoints [900.0 (31/01/26 02:00:00)] was less than the lower thresholds [10.0] or greater than the upper thresholds [90.0] (minimum 1 datapoint for OK -> ALARM transition).',
      OK: 'Thresholds Crossed: 1 out of the last 1 datapoints [50.0 (31/01/26 02:00:00)] was not less than the lower thresholds [10.0] or not greater than the upper thresholds [90.0] (minimum 1 datapoint for ALARM -> OK transition).',
      INSUFFICIENT_DATA: 'Insufficient Data: 1 datapoint was unknown.',
    },
    more: {
      Trigger: {
        Period: 60,
        ComparisonOperator: 'LessThanLowerOrGreaterThanUpperThreshold',
        ThresholdMetricId: 'ad1',
        Metrics: [
          { Id: 'm1', MetricStat: statOf('ConsumedReadCapacityUnits', 'orders'), ReturnData: true },
          {
            Expression: 'ANOMALY_DETECTION_BAND(m1, 2)',
            Id: 'ad1',
            Label: 'ConsumedReadCapacityUnits (expected)',
            ReturnData: true,
          },
        ],
        ...evaluated,
      },
    },
  },
  'a composite of alarms': {
    reason: {
      ALARM: `${arnOf('slow')} transitioned to ALARM at Saturday 31 January, 2026 02:00:00 UTC`,
      OK: `${arnOf('slow')} transitioned to OK at Saturday 31 January, 2026 02:02:00 UTC`,
      INSUFFICIENT_DATA: `${arnOf('of-mine')} was created and its alarm rule evaluates to INSUFFICIENT_DATA`,
    },
    more: {
      AlarmRule: `ALARM(${arnOf('slow')}) OR ALARM(${arnOf('failing')})`,
      TriggeringChildren: [
        { Arn: arnOf('slow'), State: { Value: 'ALARM', Timestamp: '2026-01-31T01:59:58.123+0000' } },
      ],
    },
  },
} as const satisfies Record<string, Kind>;

export type AlarmKind = keyof typeof alarmKinds;

/** @param at ISO time */
export function alarmMessage(kind: AlarmKind, state: State, at: string): string {
  const { reason, more } = alarmKinds[kind];
  const topic = 'arn:aws:sns:us-east-1:000000000000:headroom-test-alarms';
  return JSON.stringify({
    AlarmName: 'of-mine',
    AlarmDescription: null,
    AWSAccountId: '000000000000',
    AlarmConfigurationUpdatedTimestamp: '2026-01-01T00:00:00.000+0000',
    NewStateValue: state,
    NewStateReason: reason[state],
    StateChangeTime: at.replace('Z', '+0000'),
    Region: 'US East (N. Virginia)',
    AlarmArn: arnOf('of-mine'),
    OldStateValue: state === 'ALARM' ? 'OK' : 'ALARM',
    OKActions: [topic],
    AlarmActions: [topic],
    InsufficientDataActions: [topic],
    ...more,
  });
}
