import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { cacheMetrics } from '../contracts/cache-metrics.ts';
import { type FunctionName, metricsNamespace } from '../contracts/functions.ts';

/** Who serves caches to callers; what is done beside that says nothing of how well they are served. */
const server: FunctionName = 'cache-api';

export interface Reading {
  period: Duration;
  statistic?: string;
  label?: string;
}

/** What the function that serves caches counts by itself. */
export const served = (
  stage: string,
  name: keyof typeof cacheMetrics,
  { statistic = Stats.SUM, ...reading }: Reading,
): Metric =>
  new Metric({
    namespace: metricsNamespace(stage),
    metricName: cacheMetrics[name],
    dimensionsMap: { service: server },
    statistic,
    ...reading,
  });

/**
 * In percent, and 100 as long as fewer gets than `atLeast` say nothing. What was not counted was 0: an expression has no
 * value where a part of it has none.
 */
export const hitRatePercent = (stage: string, { period, label }: Reading, atLeast: number): MathExpression =>
  new MathExpression({
    expression: `IF(FILL(hits, 0) + FILL(misses, 0) < ${atLeast}, 100, 100 * FILL(hits, 0) / (FILL(hits, 0) + FILL(misses, 0)))`,
    usingMetrics: { hits: served(stage, 'hits', { period }), misses: served(stage, 'misses', { period }) },
    period,
    ...(label === undefined ? {} : { label }),
  });

/** Both kinds of requests that DynamoDB refused; exact for a table without indices. */
export const throttledRequests = (table: TableV2, { period, label }: Reading): MathExpression =>
  new MathExpression({
    expression: 'FILL(reads, 0) + FILL(writes, 0)',
    usingMetrics: {
      reads: table.metric('ReadThrottleEvents', { period, statistic: Stats.SUM }),
      writes: table.metric('WriteThrottleEvents', { period, statistic: Stats.SUM }),
    },
    period,
    ...(label === undefined ? {} : { label }),
  });

export type RedisMetricName = 'BytesUsedForCache' | 'ElastiCacheProcessingUnits' | 'ThrottledCmds' | 'Evictions';

/**
 * Of an ElastiCache Serverless. Its dimension is `clusterId`; that of other caches is `CacheClusterId`.
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/serverless-metrics-events-redis.html
 */
export const redisMetric = (cacheName: string, metricName: RedisMetricName, reading: Reading): Metric =>
  new Metric({ namespace: 'AWS/ElastiCache', metricName, dimensionsMap: { clusterId: cacheName }, ...reading });

/** ElastiCache bills and limits in these. */
export const bytesPerGb = 1e9;
/** How often it reports. */
export const redisPeriod = Duration.minutes(1);
