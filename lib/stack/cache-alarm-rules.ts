import { Duration } from 'aws-cdk-lib';
import { Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';
import { thresholdsInForce } from '../contracts/thresholds.ts';
import type { AlarmRule } from './alarms.ts';
import { bytesPerGb, hitRatePercent, redisMetric, redisPeriod, served, throttledRequests } from './cache-metrics.ts';
import type { CacheTier } from './cache-tier.ts';

const period = Duration.minutes(5);

/** Fewer gets in a period say nothing of the rate. */
const getsThatTell = 100;

/** What callers get, whatever the tiers are. */
export const cacheRules = (stage: string, table: TableV2): AlarmRule[] => {
  const { cacheHitRatePercent } = thresholdsInForce({ preset: 'default' });
  return [
    {
      name: 'cache-hit-rate',
      description: `Fewer than ${cacheHitRatePercent.value} % of all gets were hits, for 15 minutes. The statistics of each namespace tell whose.`,
      metric: hitRatePercent(stage, { period }, getsThatTell),
      when: 'below',
      threshold: cacheHitRatePercent.value,
      periods: 3,
    },
    {
      name: 'cache-breaker-open',
      description:
        'A tier of the cache does not answer and is not asked; caches go on without it. The log of cache-api names it.',
      metric: served(stage, 'breakerOpen', { period, statistic: Stats.MAXIMUM }),
      when: 'atLeast',
      threshold: 1,
      periods: 2,
    },
    {
      name: 'cache-tier-errors',
      description:
        'Operations on tiers of the cache failed or were too slow. The log of cache-api names the tier and why.',
      metric: served(stage, 'tierErrors', { period }),
      when: 'atLeast',
      threshold: 10,
      periods: 2,
    },
    {
      name: 'cache-table-throttles',
      description: "The cache's table refused requests: a namespace is too hot, or the account's limit is reached.",
      metric: throttledRequests(table, { period }),
      when: 'atLeast',
      threshold: 1,
      periods: 2,
    },
  ];
};

/** Of a limit: time enough to raise it before it is reached. */
const warningShare = 0.75;

type Limits = Pick<DeploymentOptions, 'redisLimitGb' | 'redisLimitEcpuPerSecond'>;

export const redisRules = ({ cacheName }: CacheTier, limits: Limits): AlarmRule[] => {
  const { redisLimitGb, redisLimitEcpuPerSecond } = limits;
  const reading = { period: redisPeriod };
  return [
    {
      name: 'redis-memory',
      description: `Redis holds 75 % of its ${redisLimitGb} GB; when it is full it evicts. Raise redisLimitGb, or shorten TTLs.`,
      metric: redisMetric(cacheName, 'BytesUsedForCache', { ...reading, statistic: Stats.MAXIMUM }),
      when: 'atLeast',
      threshold: warningShare * redisLimitGb * bytesPerGb,
      periods: 5,
    },
    {
      name: 'redis-processing',
      description: `Redis does 75 % of its ${redisLimitEcpuPerSecond} ECPU a second; beyond them it refuses commands. Raise redisLimitEcpuPerSecond.`,
      metric: redisMetric(cacheName, 'ElastiCacheProcessingUnits', { ...reading, statistic: Stats.SUM }),
      when: 'atLeast',
      threshold: warningShare * redisLimitEcpuPerSecond * redisPeriod.toSeconds(),
      periods: 5,
    },
    {
      name: 'redis-throttles',
      description: 'Redis refused commands: the load grew faster than it does, or the limit of processing is reached.',
      metric: redisMetric(cacheName, 'ThrottledCmds', { ...reading, statistic: Stats.SUM }),
      when: 'atLeast',
      threshold: 1,
      periods: 3,
    },
    {
      name: 'redis-evictions',
      description: 'Redis evicts what has not expired, for want of room. Raise redisLimitGb, or shorten TTLs.',
      metric: redisMetric(cacheName, 'Evictions', { ...reading, statistic: Stats.SUM }),
      when: 'atLeast',
      threshold: 1,
      periods: 3,
    },
  ];
};
