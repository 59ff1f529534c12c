import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchAlarmSettings, CloudWatchAlarmType } from '../../contracts/cloudwatch-alarms.ts';
import type { Thresholds } from '../../contracts/thresholds.ts';
import {
  httpApiSet,
  lambdaSet,
  nodeCacheSet,
  queueSet,
  restApiSet,
  serverlessCacheSet,
  tableSet,
} from '../../telemetry/aws/metric-sets.ts';
import { looksLikeApiId } from '../../telemetry/aws/project-figures.ts';

/** What an alarm looks at. */
export type Measured = Pick<
  PutMetricAlarmCommandInput,
  'Namespace' | 'MetricName' | 'Dimensions' | 'Statistic' | 'ExtendedStatistic' | 'Period' | 'Metrics'
>;

/** When a resource is amiss. */
export interface Rule {
  type: CloudWatchAlarmType;
  measured: Measured;
  /** What it says, with the bound. */
  words: string;
  bound: number;
  /** How many of the last `of` minutes it must be so; default: all of them. */
  minutes: number;
  of?: number;
  /** It is amiss below the bound, else above it. */
  below?: true;
}

interface Place {
  namespace: string;
  dimensions: Readonly<Record<string, string>>;
}

const periodSeconds = 60;
/** What is refused now and then is no trouble yet: in most of five minutes it is. */
const often = { minutes: 3, of: 5 };

const dimensionsOf = (dimensions: Place['dimensions']): { Name: string; Value: string }[] =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

function single({ namespace, dimensions }: Place, metric: string, statistic: string): Measured {
  return {
    Namespace: namespace,
    MetricName: metric,
    Dimensions: dimensionsOf(dimensions),
    Period: periodSeconds,
    ...(statistic.startsWith('p')
      ? { ExtendedStatistic: statistic }
      : { Statistic: statistic as Measured['Statistic'] }),
  };
}

/** Where there are no requests there is no rate, and so nothing amiss. */
function ratePercent(place: Place, part: [metric: string, statistic: string], whole: typeof part): Measured {
  const metric = (Id: string, [MetricName, Stat]: typeof part) => ({
    Id,
    MetricStat: {
      Metric: { Namespace: place.namespace, MetricName, Dimensions: dimensionsOf(place.dimensions) },
      Period: periodSeconds,
      Stat,
    },
    ReturnData: false,
  });
  return {
    Metrics: [
      { Id: 'rate', Expression: '100 * FILL(part, 0) / whole', Label: 'Percent', ReturnData: true },
      metric('part', part),
      metric('whole', whole),
    ],
  };
}

export type ResourceKind = 'lambdas' | 'apis' | 'tables' | 'queues' | 'caches';

export interface Bounds {
  thresholds: Thresholds;
  settings: CloudWatchAlarmSettings;
}

/** By the name that CloudWatch knows a resource by. @param named what the project calls it */
export const rulesOf: Record<ResourceKind, (name: string, named: string, bounds: Bounds) => Rule[]> = {
  lambdas: (name, _, { thresholds: { errorRatePercent, slowRequestMs } }) => {
    const place = { namespace: lambdaSet.namespace, dimensions: lambdaSet.dimensions(name) };
    return [
      {
        type: 'errors',
        measured: ratePercent(place, ['Errors', 'Sum'], ['Invocations', 'Sum']),
        words: `more than ${errorRatePercent.value} % of the invocations of the function ${name} fail`,
        bound: errorRatePercent.value,
        minutes: errorRatePercent.forMinutes,
      },
      {
        type: 'slow-requests',
        measured: single(place, 'Duration', 'p95'),
        words: `5 % of the invocations of the function ${name} take more than ${slowRequestMs.value} ms`,
        bound: slowRequestMs.value,
        minutes: slowRequestMs.forMinutes,
      },
      {
        type: 'throttles',
        measured: single(place, 'Throttles', 'Sum'),
        words: `the function ${name} is throttled`,
        bound: 0,
        ...often,
      },
    ];
  },
  apis: (name, _, { thresholds: { errorRatePercent, slowRequestMs } }) => {
    const isHttp = looksLikeApiId(name);
    const { namespace, dimensions } = isHttp ? httpApiSet : restApiSet;
    const place = { namespace, dimensions: dimensions(name) };
    return [
      {
        type: 'errors',
        measured: ratePercent(place, [isHttp ? '5xx' : '5XXError', 'Sum'], ['Count', 'SampleCount']),
        words: `more than ${errorRatePercent.value} % of the requests to the API ${name} fail`,
        bound: errorRatePercent.value,
        minutes: errorRatePercent.forMinutes,
      },
      {
        type: 'slow-requests',
        measured: single(place, 'Latency', 'p95'),
        words: `5 % of the requests to the API ${name} take more than ${slowRequestMs.value} ms`,
        bound: slowRequestMs.value,
        minutes: slowRequestMs.forMinutes,
      },
    ];
  },
  tables: (name) => {
    const { namespace, dimensions } = tableSet;
    const throttled = (MetricName: string, Id: string) => ({
      Id,
      MetricStat: {
        Metric: { Namespace: namespace, MetricName, Dimensions: dimensionsOf(dimensions(name)) },
        Period: periodSeconds,
        Stat: 'Sum',
      },
      ReturnData: false,
    });
    return [
      {
        type: 'throttles',
        measured: {
          Metrics: [
            { Id: 'both', Expression: 'FILL(reads, 0) + FILL(writes, 0)', Label: 'Throttled', ReturnData: true },
            throttled('ReadThrottleEvents', 'reads'),
            throttled('WriteThrottleEvents', 'writes'),
          ],
        },
        words: `the table ${name} is throttled`,
        bound: 0,
        ...often,
      },
    ];
  },
  queues: (name, _, { settings: { maxQueueAgeSeconds } }) => [
    {
      type: 'queue-age',
      measured: single(
        { namespace: queueSet.namespace, dimensions: queueSet.dimensions(name) },
        'ApproximateAgeOfOldestMessage',
        'Maximum',
      ),
      words: `the oldest message of the queue ${name} is older than ${maxQueueAgeSeconds} s`,
      bound: maxQueueAgeSeconds,
      minutes: 5,
    },
  ],
  caches: (name, named, { thresholds: { cpuPercent, memoryPercent, cacheHitRatePercent } }) => {
    const isServerless = named.includes(':serverlesscache:');
    const place: Place = {
      namespace: nodeCacheSet.namespace,
      dimensions: (isServerless ? serverlessCacheSet : nodeCacheSet).dimensions(name),
    };
    const hitRate: Rule = {
      type: 'cache-hit-rate',
      measured: single(place, 'CacheHitRate', 'Average'),
      words: `less than ${cacheHitRatePercent.value} % of the reads of the cache ${name} are hits`,
      bound: cacheHitRatePercent.value,
      minutes: cacheHitRatePercent.forMinutes,
      below: true,
    };
    if (isServerless) {
      return [
        hitRate,
        {
          type: 'throttles',
          measured: single(place, 'ThrottledCmds', 'Sum'),
          words: `the cache ${name} is throttled`,
          bound: 0,
          ...often,
        },
      ];
    }
    return [
      hitRate,
      {
        type: 'cpu',
        measured: single(place, 'EngineCPUUtilization', 'Maximum'),
        words: `the engine of the cache ${name} is busy for more than ${cpuPercent.value} %`,
        bound: cpuPercent.value,
        minutes: cpuPercent.forMinutes,
      },
      {
        type: 'memory',
        measured: single(place, 'DatabaseMemoryUsagePercentage', 'Maximum'),
        words: `the cache ${name} has used more than ${memoryPercent.value} % of its memory`,
        bound: memoryPercent.value,
        minutes: memoryPercent.forMinutes,
      },
    ];
  },
};
