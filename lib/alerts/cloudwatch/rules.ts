import type { CloudWatchAlarmSettings, CloudWatchAlarmType } from '../../contracts/cloudwatch-alarms.ts';
import type { Threshold, Thresholds } from '../../contracts/thresholds.ts';
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
import { type Measured, placeOf, ratePercent, single, sumOf } from './measured.ts';

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

export type ResourceKind = 'lambdas' | 'apis' | 'tables' | 'queues' | 'caches';

export interface Bounds {
  thresholds: Thresholds;
  settings: CloudWatchAlarmSettings;
}

const queueMinutes = 5;

/** What goes beyond a threshold of the project, for as long as that says. */
const beyond = (
  type: CloudWatchAlarmType,
  measured: Measured,
  { value, forMinutes }: Threshold,
  words: (bound: number) => string,
): Rule => ({ type, measured, words: words(value), bound: value, minutes: forMinutes });

/** What is refused now and then is no trouble yet: in most of five minutes it is. */
const throttled = (what: string, measured: Measured): Rule => ({
  type: 'throttles',
  measured,
  words: `${what} is throttled`,
  bound: 0,
  minutes: 3,
  of: 5,
});

/** By the name that CloudWatch knows a resource by. @param named what the project calls it */
export const rulesOf: Record<ResourceKind, (name: string, named: string, bounds: Bounds) => Rule[]> = {
  lambdas: (name, _, { thresholds }) => {
    const place = placeOf(lambdaSet, name);
    const calls = `of the invocations of the function ${name}`;
    return [
      beyond(
        'errors',
        ratePercent(place, ['Errors', 'Sum'], ['Invocations', 'Sum']),
        thresholds.errorRatePercent,
        (percent) => `more than ${percent} % ${calls} fail`,
      ),
      beyond(
        'slow-requests',
        single(place, ['Duration', 'p95']),
        thresholds.slowRequestMs,
        (ms) => `5 % ${calls} take more than ${ms} ms`,
      ),
      throttled(`the function ${name}`, single(place, ['Throttles', 'Sum'])),
    ];
  },
  apis: (name, _, { thresholds }) => {
    const isHttp = looksLikeApiId(name);
    const place = placeOf(isHttp ? httpApiSet : restApiSet, name);
    const calls = `of the requests to the API ${name}`;
    return [
      beyond(
        'errors',
        ratePercent(place, [isHttp ? '5xx' : '5XXError', 'Sum'], ['Count', 'SampleCount']),
        thresholds.errorRatePercent,
        (percent) => `more than ${percent} % ${calls} fail`,
      ),
      beyond(
        'slow-requests',
        single(place, ['Latency', 'p95']),
        thresholds.slowRequestMs,
        (ms) => `5 % ${calls} take more than ${ms} ms`,
      ),
    ];
  },
  tables: (name) => [
    throttled(
      `the table ${name}`,
      sumOf(placeOf(tableSet, name), 'Throttled', {
        reads: ['ReadThrottleEvents', 'Sum'],
        writes: ['WriteThrottleEvents', 'Sum'],
      }),
    ),
  ],
  queues: (name, _, { settings: { maxQueueAgeSeconds } }) => [
    {
      type: 'queue-age',
      measured: single(placeOf(queueSet, name), ['ApproximateAgeOfOldestMessage', 'Maximum']),
      words: `the oldest message of the queue ${name} is older than ${maxQueueAgeSeconds} s`,
      bound: maxQueueAgeSeconds,
      minutes: queueMinutes,
    },
  ],
  caches: (name, named, { thresholds }) => {
    const isServerless = named.includes(':serverlesscache:');
    const place = placeOf(isServerless ? serverlessCacheSet : nodeCacheSet, name);
    const hitRate = beyond(
      'cache-hit-rate',
      single(place, ['CacheHitRate', 'Average']),
      thresholds.cacheHitRatePercent,
      (percent) => `less than ${percent} % of the reads of the cache ${name} are hits`,
    );
    const low: Rule = { ...hitRate, below: true };
    if (isServerless) return [low, throttled(`the cache ${name}`, single(place, ['ThrottledCmds', 'Sum']))];
    return [
      low,
      beyond(
        'cpu',
        single(place, ['EngineCPUUtilization', 'Maximum']),
        thresholds.cpuPercent,
        (percent) => `the engine of the cache ${name} is busy for more than ${percent} %`,
      ),
      beyond(
        'memory',
        single(place, ['DatabaseMemoryUsagePercentage', 'Maximum']),
        thresholds.memoryPercent,
        (percent) => `the cache ${name} has used more than ${percent} % of its memory`,
      ),
    ];
  },
};
