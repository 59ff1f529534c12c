import { Duration } from 'aws-cdk-lib';
import { GraphWidget, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';

/** Of every graph of the dashboard. */
export const graphPeriod = Duration.minutes(1);

export const graph = (title: string, left: IMetric[], unit: string, width = 8): IWidget =>
  new GraphWidget({ title, left, width, height: 6, leftYAxis: { min: 0, label: unit, showUnits: false } });
