import { z } from 'zod';

// Names as on AWS's wire. Times are seconds since the epoch there, and milliseconds where a name ends in Ms.

const dimension = z.object({ Name: z.string().min(1), Value: z.string().min(1) });
export const dimensions = z.array(dimension).max(30).default([]);

export const metricIdentity = z.object({
  Namespace: z.string().min(1),
  MetricName: z.string().min(1),
  Dimensions: dimensions,
});
export type MetricIdentity = z.infer<typeof metricIdentity>;

/** One report of a metric. A statistic set has no single values, so that it adds nothing to percentiles. */
export interface Measurement extends MetricIdentity {
  readonly timestampMs: number;
  readonly unit: string;
  readonly values: readonly { readonly value: number; readonly count: number }[];
  readonly statistics?: {
    readonly count: number;
    readonly sum: number;
    readonly minimum: number;
    readonly maximum: number;
  };
}

export interface Datapoint {
  /** When its period began. */
  readonly timestampMs: number;
  readonly value: number;
}

export const statistic = z.string().regex(/^(Sum|Average|Minimum|Maximum|SampleCount|p(100|\d{1,2}(\.\d{1,10})?))$/, {
  error: 'only Sum, Average, Minimum, Maximum, SampleCount and percentiles such as p99.9 are known here',
});

/** Metrics are kept by the minute. */
export const period = z.int().positive().multipleOf(60);

export const comparisonOperator = z.enum([
  'GreaterThanThreshold',
  'GreaterThanOrEqualToThreshold',
  'LessThanThreshold',
  'LessThanOrEqualToThreshold',
]);

export const stateValue = z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']);
export type StateValue = z.infer<typeof stateValue>;

export const treatMissingData = z.enum(['breaching', 'notBreaching', 'ignore', 'missing']);

/** What an alarm looks at: metrics, of which one or an expression of several is returned. */
export interface AlarmQuery {
  readonly Id: string;
  readonly Expression?: string;
  readonly Label?: string;
  readonly ReturnData: boolean;
  readonly MetricStat?: { readonly Metric: MetricIdentity; readonly Period: number; readonly Stat: string };
}

export interface AlarmDefinition extends Partial<MetricIdentity> {
  readonly AlarmName: string;
  readonly AlarmDescription?: string;
  readonly ActionsEnabled: boolean;
  readonly OKActions: readonly string[];
  readonly AlarmActions: readonly string[];
  readonly InsufficientDataActions: readonly string[];
  /** One of the two. */
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  /** Of an alarm on one metric. */
  readonly Period?: number;
  /** Of an alarm on an expression, in place of the metric. */
  readonly Metrics?: readonly AlarmQuery[];
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Threshold: number;
  readonly ComparisonOperator: z.infer<typeof comparisonOperator>;
  readonly TreatMissingData: z.infer<typeof treatMissingData>;
}

export interface Alarm extends AlarmDefinition {
  readonly AlarmArn: string;
  readonly AlarmConfigurationUpdatedTimestamp: number;
  readonly StateValue: StateValue;
  readonly StateReason: string;
  readonly StateReasonData?: string;
  readonly StateUpdatedTimestamp: number;
}
