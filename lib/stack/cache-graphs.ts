import { type IWidget, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { hitRatePercent, type RedisMetricName, redisMetric, served, throttledRequests } from './cache-metrics.ts';
import { graph, graphPeriod as period } from './graph.ts';

/** The rows of the dashboard that show the cache, from its callers to its tiers. */
export function cacheGraphs(stage: string, table: TableV2, cacheName: string | undefined): IWidget[][] {
  const callers = [
    graph(
      'Cache: gets',
      [served(stage, 'hits', { period, label: 'hits' }), served(stage, 'misses', { period, label: 'misses' })],
      'a minute',
    ),
    graph('Cache: hit rate', [hitRatePercent(stage, { period, label: 'hit rate' }, 1)], '%'),
    graph(
      'Cache: tiers in trouble',
      [
        served(stage, 'tierErrors', { period, label: 'errors' }),
        served(stage, 'breakerOpen', { period, statistic: Stats.MAXIMUM, label: 'breaker open' }),
      ],
      'a minute',
    ),
  ];
  const durable = graph(
    'Cache table',
    [
      table.metricConsumedReadCapacityUnits({ period, statistic: Stats.SUM, label: 'reads' }),
      table.metricConsumedWriteCapacityUnits({ period, statistic: Stats.SUM, label: 'writes' }),
      throttledRequests(table, { period, label: 'throttled' }),
    ],
    'units a minute',
  );
  if (cacheName === undefined) return [callers, [durable]];
  const redis = (metricName: RedisMetricName, label: string, statistic: string = Stats.SUM) =>
    redisMetric(cacheName, metricName, { period, label, statistic });
  const volatile = [
    graph('Redis: memory', [redis('BytesUsedForCache', 'bytes', Stats.MAXIMUM)], 'bytes'),
    graph(
      'Redis: processing',
      [
        redis('ElastiCacheProcessingUnits', 'units'),
        redis('ThrottledCmds', 'throttled commands'),
        redis('Evictions', 'evictions'),
      ],
      'a minute',
    ),
  ];
  return [callers, [durable, ...volatile]];
}
