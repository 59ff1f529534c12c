import { z } from 'zod';

/** CloudWatch writes them in small letters here, and in capitals everywhere else. */
const dimensions = z.array(
  z.union([
    z.object({ name: z.string(), value: z.string() }),
    z.object({ Name: z.string(), Value: z.string() }).transform(({ Name, Value }) => ({ name: Name, value: Value })),
  ]),
);

/** CloudWatch writes `2026-01-31T02:00:00.123+0000`, which ISO 8601 parsers refuse without the colon. */
const alarmTime = z.string().transform((text, context) => {
  const time = new Date(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  if (Number.isNaN(time.getTime())) {
    context.addIssue({ code: 'custom', message: 'must be a time' });
    return z.NEVER;
  }
  return time.toISOString();
});

/** What is only shown is left out where it is not as it should be: it keeps no alert from being opened. */
const shownNumber = z.number().finite().nullish().catch(undefined);
const shownText = z.string().nullish().catch(undefined);
const shownSeconds = z.int().positive().nullish().catch(undefined);

const metric = z.looseObject({
  Namespace: shownText,
  MetricName: shownText,
  Dimensions: dimensions.nullish(),
});
export type AlarmMetric = z.output<typeof metric>;

const alarmQuery = z.looseObject({
  Id: shownText,
  Expression: shownText,
  Label: shownText,
  Period: shownSeconds,
  ReturnData: z.boolean().nullish().catch(undefined),
  AccountId: shownText,
  MetricStat: z.looseObject({ Metric: metric, Period: shownSeconds, Stat: shownText }).nullish(),
});

/** Of an alarm on a metric, on an expression, or on a band of anomalies, which has a `ThresholdMetricId` and no `Threshold`. */
const trigger = metric.extend({
  Metrics: z.array(alarmQuery).nullish(),
  ThresholdMetricId: shownText,
  Statistic: shownText,
  ExtendedStatistic: shownText,
  Period: shownSeconds,
  EvaluationPeriods: shownNumber,
  Threshold: shownNumber,
});
export type AlarmTrigger = z.output<typeof trigger>;

/** An alarm that made a composite one come true. */
const child = z
  .looseObject({ Arn: z.string(), State: z.looseObject({ Timestamp: alarmTime }) })
  .transform(({ Arn, State }) => ({ alarmName: Arn.replace(/^.*?:alarm:/, ''), since: State.Timestamp }));

/**
 * What CloudWatch sends to its SNS topic, of which only what Headroom reads stands here. Composite alarms have a rule and
 * the alarms that made it come true in place of a `Trigger`.
 */
export const alarmNotification = z.looseObject({
  AlarmName: z.string().min(1).max(255),
  AlarmArn: z.string().optional(),
  NewStateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  NewStateReason: z.string().max(4096),
  StateChangeTime: alarmTime,
  OldStateValue: z.string().optional(),
  Trigger: trigger.nullish(),
  TriggeringChildren: z.array(child).nullish().catch(undefined),
});
export type AlarmNotification = z.output<typeof alarmNotification>;
