import {
  noRecordedValue,
  type OtlpExponentialPoint,
  type OtlpHistogramPoint,
  type OtlpMetric,
  type OtlpNumberPoint,
  temporalities,
} from '../../contracts/otlp.ts';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';
import { Attributes } from './attributes.ts';
import { type Buckets, explicitBuckets, exponentialBuckets } from './buckets.ts';
import { maxClockAheadMs } from './trace-windows.ts';

interface Told {
  name: string;
  unit: string;
  attributes: Attributes;
  /** Epoch milliseconds; 0 where it is not said. */
  startMs: number;
  timeMs: number;
}
export interface CounterPoint extends Told {
  kind: 'counter';
  isCumulative: boolean;
  value: number;
}
export interface HistogramPoint extends Told {
  kind: 'histogram';
  isCumulative: boolean;
  count: number;
  sum: number | undefined;
  min: number | undefined;
  max: number | undefined;
  buckets: Buckets;
}
export interface GaugePoint extends Told {
  kind: 'gauge';
  value: number;
}
export type MetricPoint = CounterPoint | HistogramPoint | GaugePoint;

export interface ReadPoints {
  points: MetricPoint[];
  rejected: number;
  why: string;
}

const nanosecondsOfMs = 1_000_000;
const ofFuture = `a point is over ${maxClockAheadMs / 1000} seconds in the future.`;

/**
 * Every data point that can be counted, whatever it is an instance of; how many cannot, and why the first of them. None is of the
 * future, where it would keep what comes until then from being counted.
 */
export function readPoints(metrics: readonly OtlpMetric[], now: number): ReadPoints {
  const result: ReadPoints = { points: [], rejected: 0, why: '' };
  const take = (metric: OtlpMetric, point: { flags: number }, read: MetricPoint | string): void => {
    if ((point.flags & noRecordedValue) !== 0) return;
    const fault = typeof read === 'string' ? read : read.timeMs > now + maxClockAheadMs ? ofFuture : undefined;
    if (typeof read !== 'string' && fault === undefined) {
      result.points.push(read);
      return;
    }
    result.rejected++;
    if (result.why === '') result.why = `${metric.name}: ${fault}`;
  };
  for (const metric of metrics) {
    const { gauge, sum, histogram, exponentialHistogram, summary } = metric;
    for (const point of gauge?.dataPoints ?? []) take(metric, point, gaugeOf(metric, point));
    for (const point of sum?.dataPoints ?? []) take(metric, point, sumOf(metric, sum, point));
    for (const point of histogram?.dataPoints ?? []) {
      take(metric, point, histogramOf(metric, histogram, point, explicitBuckets(point)));
    }
    for (const point of exponentialHistogram?.dataPoints ?? []) {
      take(metric, point, histogramOf(metric, exponentialHistogram, point, exponentialBuckets(point)));
    }
    for (const _ of summary?.dataPoints ?? []) {
      take(metric, { flags: 0 }, 'summaries hold quantiles, which cannot be merged: send a histogram.');
    }
  }
  return result;
}

const told = (
  { name, unit }: OtlpMetric,
  point: Pick<OtlpNumberPoint, 'attributes' | 'startTimeUnixNano' | 'timeUnixNano'>,
): Told => ({
  name,
  unit,
  attributes: new Attributes(point.attributes),
  startMs: point.startTimeUnixNano / nanosecondsOfMs,
  timeMs: point.timeUnixNano / nanosecondsOfMs,
});

const isAmount = (value: number | undefined): value is number =>
  value !== undefined && Math.abs(value) <= telemetryLimits.amount;
const notAmount = `a value is no number within 10^${Math.log10(telemetryLimits.amount)}.`;

function gaugeOf(metric: OtlpMetric, point: OtlpNumberPoint): GaugePoint | string {
  const value = point.asDouble ?? point.asInt;
  return isAmount(value) ? { ...told(metric, point), kind: 'gauge', value } : notAmount;
}

interface Aggregated {
  aggregationTemporality: number;
}
/** Undefined where it is not said, so that nothing can be made of it. */
const isCumulative = ({ aggregationTemporality }: Aggregated): boolean | undefined =>
  aggregationTemporality === temporalities.cumulative
    ? true
    : aggregationTemporality === temporalities.delta
      ? false
      : undefined;
const noTemporality = 'the aggregation temporality is not given.';

function sumOf(
  metric: OtlpMetric,
  sum: (Aggregated & { isMonotonic: boolean }) | null | undefined,
  point: OtlpNumberPoint,
): MetricPoint | string {
  const cumulative = sum == null ? undefined : isCumulative(sum);
  if (cumulative === undefined) return noTemporality;
  const value = point.asDouble ?? point.asInt;
  // A sum that may fall shows a state, as a gauge does.
  if (sum?.isMonotonic !== true) {
    return cumulative ? gaugeOf(metric, point) : 'changes of what may fall cannot be kept: send it as cumulative.';
  }
  // What has counted for years may be beyond what it can grow by.
  if (value === undefined || !Number.isFinite(value) || value < 0) return notAmount;
  if (!cumulative && !isAmount(value)) return notAmount;
  return { ...told(metric, point), kind: 'counter', isCumulative: cumulative, value };
}

function histogramOf(
  metric: OtlpMetric,
  histogram: Aggregated | null | undefined,
  point: OtlpHistogramPoint | OtlpExponentialPoint,
  buckets: Buckets | undefined,
): HistogramPoint | string {
  const cumulative = histogram == null ? undefined : isCumulative(histogram);
  if (cumulative === undefined) return noTemporality;
  if (buckets === undefined) return 'the buckets contradict the count, or each other.';
  const { count, min, max } = point;
  if (!isAmount(count)) return notAmount;
  const sum = Number.isFinite(point.sum) ? point.sum : undefined;
  return { ...told(metric, point), kind: 'histogram', isCumulative: cumulative, count, sum, min, max, buckets };
}
