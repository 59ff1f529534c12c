import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { prices } from '../contracts/prices.ts';
import { resourceName } from './naming.ts';

export interface AlarmRule {
  /** Of the alarm, without the stage: a part of the platform and what is wrong with it. */
  name: string;
  /** What it means, and where to look first. It arrives with the notification. */
  description: string;
  metric: IMetric;
  when: 'atLeast' | 'above' | 'below';
  threshold: number;
  /** So many periods of the metric in a row. Default 1. */
  periods?: number;
  /** Silence itself is the fault. By default, no data is no fault. */
  silenceIsFault?: true;
}

const comparison = {
  atLeast: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  above: ComparisonOperator.GREATER_THAN_THRESHOLD,
  below: ComparisonOperator.LESS_THAN_THRESHOLD,
} as const;

/** A month, for each metric that an alarm looks at. */
const usdPerMetric = prices.cloudWatch.perAlarmMetricMonth;

const metricsBehind = (metric: IMetric): number => {
  const { mathExpression } = metric.toMetricConfig();
  return mathExpression === undefined ? 1 : Object.keys(mathExpression.usingMetrics).length;
};

/** Watches the platform. Each alarm tells the topic when it begins and when it ends. */
export class Alarms extends Construct {
  readonly all: readonly Alarm[];
  /** `1 alarms on 6 metrics: 0.60 USD a month` */
  readonly cost: string;

  constructor(
    scope: Construct,
    id: string,
    { rules, topic, stage }: { rules: readonly AlarmRule[]; topic: Topic; stage: string },
  ) {
    super(scope, id);
    const action = new SnsAction(topic);
    this.all = rules.map(({ name, description, metric, when, threshold, periods = 1, silenceIsFault }) => {
      const alarm = new Alarm(this, name, {
        alarmName: resourceName(stage, name),
        alarmDescription: description,
        metric,
        comparisonOperator: comparison[when],
        threshold,
        evaluationPeriods: periods,
        treatMissingData: silenceIsFault ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    });
    const metrics = rules.reduce((sum, { metric }) => sum + metricsBehind(metric), 0);
    this.cost = `${rules.length} alarms on ${metrics} metrics: ${(metrics * usdPerMetric).toFixed(2)} USD a month`;
  }
}
