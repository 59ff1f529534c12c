import { z } from 'zod';
import { CloudWatchFailure } from './failure.ts';
import { metricDataQuery, queryDatapoints } from './metric-data-query.ts';
import type { MetricStore } from './metric-store.ts';
import { dimensions, type Measurement, metricIdentity, period, statistic } from './model.ts';

const seconds = z.number();

const putMetricData = z.object({
  Namespace: z.string().min(1),
  MetricData: z
    .array(
      z.object({
        MetricName: z.string().min(1),
        Dimensions: dimensions,
        Timestamp: seconds.optional(),
        Unit: z.string().default('None'),
        Value: z.number().optional(),
        Values: z.array(z.number()).max(150).optional(),
        Counts: z.array(z.number().positive()).optional(),
        StatisticValues: z
          .object({ SampleCount: z.number(), Sum: z.number(), Minimum: z.number(), Maximum: z.number() })
          .optional(),
      }),
    )
    .max(1000)
    .default([]),
});

/** Of one answer of GetMetricData. */
const maxDatapoints = 100_800;

const getMetricData = z.object({
  StartTime: seconds,
  EndTime: seconds,
  ScanBy: z.enum(['TimestampDescending', 'TimestampAscending']).default('TimestampDescending'),
  MaxDatapoints: z.int().min(1).max(maxDatapoints).default(maxDatapoints),
  NextToken: z.string().regex(/^\d+$/).optional(),
  MetricDataQueries: z.array(metricDataQuery).max(500),
});

const getMetricStatistics = metricIdentity.extend({
  StartTime: seconds,
  EndTime: seconds,
  Period: period,
  Statistics: z.array(statistic).default([]),
  ExtendedStatistics: z.array(statistic).default([]),
});

const listMetrics = z.object({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string().optional() })).default([]),
  NextToken: z.string().regex(/^\d+$/).optional(),
});

const metricsPerPage = 500;

export function metricOperations(metrics: MetricStore, nowMs: () => number) {
  return {
    PutMetricData(input: unknown) {
      const { Namespace, MetricData } = putMetricData.parse(input);
      metrics.add(MetricData.map((datum) => measurement(Namespace, datum, nowMs())));
      return {};
    },

    GetMetricData(input: unknown) {
      const { StartTime, EndTime, ScanBy, MetricDataQueries, MaxDatapoints, NextToken } = getMetricData.parse(input);
      const range = { fromMs: (seconds: number) => alignedMs(StartTime, seconds), toMs: EndTime * 1000 };
      const results = MetricDataQueries.filter(({ ReturnData }) => ReturnData).map((query) => {
        const { Id, Label, MetricStat } = query;
        const found = queryDatapoints(query, MetricDataQueries, metrics, range).map(({ timestampMs, value }) => ({
          at: timestampMs / 1000,
          value,
        }));
        if (ScanBy === 'TimestampDescending') found.reverse();
        return {
          Id,
          Label: Label ?? MetricStat?.Metric.MetricName ?? Id,
          Timestamps: found.map(({ at }) => at),
          Values: found.map(({ value }) => value),
          StatusCode: 'Complete',
        };
      });
      return { ...datapointPage(results, Number(NextToken ?? 0), MaxDatapoints), Messages: [] };
    },

    GetMetricStatistics(input: unknown) {
      const { StartTime, EndTime, Period, Statistics, ExtendedStatistics, ...metric } =
        getMetricStatistics.parse(input);
      const range = { metric, periodSeconds: Period, startMs: alignedMs(StartTime, Period), endMs: EndTime * 1000 };
      const Unit = metrics.unit(metric);
      const byTime = new Map<number, Record<string, unknown>>();
      const at = (timestampMs: number) => {
        const point = byTime.get(timestampMs) ?? { Timestamp: timestampMs / 1000, Unit };
        byTime.set(timestampMs, point);
        return point;
      };
      for (const name of Statistics) {
        for (const { timestampMs, value } of metrics.datapoints({ ...range, statistic: name })) {
          at(timestampMs)[name] = value;
        }
      }
      for (const name of ExtendedStatistics) {
        for (const { timestampMs, value } of metrics.datapoints({ ...range, statistic: name })) {
          const point = at(timestampMs);
          point.ExtendedStatistics = { ...Object(point.ExtendedStatistics), [name]: value };
        }
      }
      return { Label: metric.MetricName, Datapoints: [...byTime.values()] };
    },

    ListMetrics(input: unknown) {
      const { Namespace, MetricName, Dimensions, NextToken } = listMetrics.parse(input);
      const matching = metrics
        .list(Namespace, MetricName)
        .filter((metric) =>
          Dimensions.every(({ Name, Value }) =>
            metric.Dimensions.some((own) => own.Name === Name && (Value === undefined || own.Value === Value)),
          ),
        );
      const start = Number(NextToken ?? 0);
      const end = start + metricsPerPage;
      return { Metrics: matching.slice(start, end), ...(end < matching.length ? { NextToken: String(end) } : {}) };
    },
  };
}

interface MetricDataResult {
  Id: string;
  Label: string;
  Timestamps: number[];
  Values: number[];
  StatusCode: string;
}

/** `limit` datapoints from `start` on, counted over all results. A result that goes on on the next page is there in part. */
function datapointPage(results: readonly MetricDataResult[], start: number, limit: number) {
  let before = 0;
  const page = results.flatMap((result): MetricDataResult[] => {
    const first = Math.max(0, start - before);
    const last = start + limit - before;
    const length = result.Values.length;
    before += length;
    const isOnPage = length === 0 ? start === 0 : first < length && last > 0;
    if (!isOnPage) return [];
    const [Timestamps, Values] = [result.Timestamps.slice(first, last), result.Values.slice(first, last)];
    return [{ ...result, Timestamps, Values, StatusCode: last < length ? 'PartialData' : 'Complete' }];
  });
  return { MetricDataResults: page, ...(before > start + limit ? { NextToken: String(start + limit) } : {}) };
}

function measurement(
  Namespace: string,
  datum: z.infer<typeof putMetricData>['MetricData'][number],
  nowMs: number,
): Measurement {
  const { Value, Values, Counts, StatisticValues, MetricName, Dimensions, Unit } = datum;
  const given = [Value, Values, StatisticValues].filter((part) => part !== undefined).length;
  if (given !== 1 || (Counts !== undefined && Counts.length !== Values?.length)) {
    const message = 'A metric needs either Value, or Values with as many Counts, or StatisticValues.';
    throw new CloudWatchFailure('InvalidParameterCombination', 400, message);
  }
  const values = (Values ?? (Value === undefined ? [] : [Value])).map((value, i) => ({
    value,
    count: Counts?.[i] ?? 1,
  }));
  const identity = { Namespace, MetricName, Dimensions, unit: Unit };
  const timestampMs = datum.Timestamp === undefined ? nowMs : datum.Timestamp * 1000;
  if (StatisticValues === undefined) return { ...identity, timestampMs, values };
  const { SampleCount: count, Sum: sum, Minimum: minimum, Maximum: maximum } = StatisticValues;
  return { ...identity, timestampMs, values, statistics: { count, sum, minimum, maximum } };
}

const alignedMs = (epochSeconds: number, periodSeconds: number): number =>
  Math.floor(epochSeconds / periodSeconds) * periodSeconds * 1000;
