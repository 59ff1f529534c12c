import { worstInstance } from '../../analysis/measured.ts';
import type { AlertType } from '../../contracts/alerts.ts';
import type { ThresholdName } from '../../contracts/thresholds.ts';
import { ratioTo } from '../../statistics/health-ratio.ts';
import type { TelemetryAggregate } from '../../telemetry/aggregate.ts';
import { cacheHitRate } from '../../telemetry/cache-figures.ts';
import { figures } from '../../telemetry/history/figures.ts';
import { cpuPercent, memoryPercent } from '../../telemetry/resources.ts';

/** A figure of a service that is held against a threshold. */
export interface Rule {
  type: AlertType;
  /** What alerts are about: the figure, by the name that it has elsewhere. */
  metric: string;
  threshold: ThresholdName;
  unit: string;
  ratio: (value: number, threshold: number) => number;
  /** Where it is worse than this: above the threshold, or below it. */
  worse: 'above' | 'below';
  /** How the figure is called in a sentence. */
  words: string;
  /** Of a minute. Undefined: nothing was told of it. */
  value: (minute: TelemetryAggregate) => number | undefined;
  /** Where its course is shown, below the project. */
  view: string;
}

const seconds = 60;

const course = (metric: string): string => `history?metric=${metric}&resolution=minute`;

/** Of every figure that has a threshold. Resources are of the instance that is worst off: what others have left is of no use to it. */
export const rules: readonly Rule[] = [
  {
    type: 'slow-requests',
    metric: 'avgResponseTimeMs',
    threshold: 'slowRequestMs',
    unit: 'ms',
    ratio: ratioTo.lowerIsBetter,
    worse: 'above',
    words: 'The average response time',
    value: (minute) => figures.avgResponseTimeMs(minute, seconds),
    view: course('avgResponseTimeMs'),
  },
  {
    type: 'slow-queries',
    metric: 'avgQueryTimeMs',
    threshold: 'slowQueryMs',
    unit: 'ms',
    ratio: ratioTo.lowerIsBetter,
    worse: 'above',
    words: 'The average query time',
    value: (minute) => figures.avgQueryTimeMs(minute, seconds),
    view: course('avgQueryTimeMs'),
  },
  {
    type: 'error-rate',
    metric: 'errorRatePercent',
    threshold: 'errorRatePercent',
    unit: '%',
    ratio: ratioTo.lowerIsBetter,
    worse: 'above',
    words: 'The share of failed requests',
    value: (minute) => figures.errorRatePercent(minute, seconds),
    view: course('errorRatePercent'),
  },
  {
    type: 'high-cpu',
    metric: 'cpuPercent',
    threshold: 'cpuPercent',
    unit: '%',
    ratio: ratioTo.boundedPercent,
    worse: 'above',
    words: 'The CPU use of the busiest instance',
    value: ({ resources }) => worstInstance(resources, cpuPercent),
    view: course('cpuPercent'),
  },
  {
    type: 'high-memory',
    metric: 'memoryPercent',
    threshold: 'memoryPercent',
    unit: '%',
    ratio: ratioTo.boundedPercent,
    worse: 'above',
    words: 'The memory use of the fullest instance',
    value: ({ resources }) => worstInstance(resources, memoryPercent),
    view: course('memoryPercent'),
  },
  {
    type: 'high-memory',
    metric: 'memoryMb',
    threshold: 'highMemoryMb',
    unit: 'MB',
    ratio: ratioTo.lowerIsBetter,
    worse: 'above',
    words: 'The resident memory of the largest instance',
    value: ({ resources }) => worstInstance(resources, ({ rssMb }) => rssMb),
    view: course('memoryMb'),
  },
  {
    type: 'low-cache-hit-rate',
    metric: 'cacheHitRatePercent',
    threshold: 'cacheHitRatePercent',
    unit: '%',
    ratio: ratioTo.higherIsBetter,
    worse: 'below',
    words: 'The hit rate of the caches',
    value: (minute) => cacheHitRate(minute)?.hitRatePercent,
    view: 'analytics?minutes=60',
  },
];
