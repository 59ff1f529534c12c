import { z } from 'zod';
import { timestamp } from './names.ts';

/** With its unit. All are of the whole service, or of one endpoint where that makes sense. */
export const historyMetrics = {
  requests: 'count',
  requestsPerSecond: '1/s',
  failedRequests: 'count',
  errorRatePercent: '%',
  avgResponseTimeMs: 'ms',
  minResponseTimeMs: 'ms',
  maxResponseTimeMs: 'ms',
  p50ResponseTimeMs: 'ms',
  p75ResponseTimeMs: 'ms',
  p90ResponseTimeMs: 'ms',
  p95ResponseTimeMs: 'ms',
  p99ResponseTimeMs: 'ms',
  requestBytes: 'bytes',
  responseBytes: 'bytes',
  peakRequestsPerSecond: '1/s',
  sustainedRequestsPerSecond: '1/s',
  avgConcurrentRequests: 'count',
  peakConcurrentRequests: 'count',
  queries: 'count',
  avgQueryTimeMs: 'ms',
  p95QueryTimeMs: 'ms',
  maxQueryTimeMs: 'ms',
  outgoingRequests: 'count',
  avgOutgoingTimeMs: 'ms',
  p95OutgoingTimeMs: 'ms',
  cpuPercent: '%',
  memoryPercent: '%',
  memoryMb: 'MB',
  heapUsedMb: 'MB',
  eventLoopUtilizationPercent: '%',
  eventLoopDelayP99Ms: 'ms',
  gcPauseMs: 'ms',
  instances: 'count',
} as const;
export type HistoryMetric = keyof typeof historyMetrics;

/** What may be asked of one endpoint. */
export const endpointMetrics = [
  'requests',
  'requestsPerSecond',
  'failedRequests',
  'errorRatePercent',
  'avgResponseTimeMs',
  'minResponseTimeMs',
  'maxResponseTimeMs',
  'p50ResponseTimeMs',
  'p75ResponseTimeMs',
  'p90ResponseTimeMs',
  'p95ResponseTimeMs',
  'p99ResponseTimeMs',
  'requestBytes',
  'responseBytes',
] as const satisfies HistoryMetric[];

const metricNames = Object.keys(historyMetrics) as [HistoryMetric, ...HistoryMetric[]];

export const statistics = ['sum', 'perSecond', 'count', 'last', 'avg', 'min', 'max', 'p50', 'p95', 'p99'] as const;
export type Statistic = (typeof statistics)[number];

export const resolutions = ['minute', 'hour', 'day'] as const;
export type Resolution = (typeof resolutions)[number];

/** A range has at most so many points. */
export const maxHistoryPoints = 1_500;

export const historyQuery = z.object({
  metric: z
    .union([z.enum(metricNames), z.templateLiteral(['custom:', z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_.]*$/)])], {
      error: `must be one of ${metricNames.join(', ')}, or custom:NAME for a metric of the service's own`,
    })
    .describe("A figure of the service, or `custom:NAME`: a metric of the service's own"),
  from: timestamp.optional().describe('Default: an hour before `to`'),
  to: timestamp.optional().describe('Default: now'),
  resolution: z.enum(resolutions).optional().describe('Default: the finest with at most some hundred points'),
  endpoint: z.string().min(1).max(330).optional().describe('`GET /products/:id`: of requests to it only'),
  statistic: z.enum(statistics).optional().describe('Of a custom metric. Default: perSecond, avg or p95, by its kind'),
  labels: z
    .string()
    .regex(/^[a-zA-Z_]\w*=[^,]*(?:,[a-zA-Z_]\w*=[^,]*)*$/, 'must be name=value, or several with commas between them')
    .max(2000)
    .optional()
    .describe('Of a custom metric, only what has these: `shop=berlin,kind=book`. Default: all together'),
});
export type HistoryQuery = z.output<typeof historyQuery>;

const oneMetric = `(?:${metricNames.join('|')})`;
export const historiesQuery = historyQuery.pick({ from: true, to: true, resolution: true }).extend({
  metrics: z
    .string()
    .max(1_000)
    .regex(
      new RegExp(`^${oneMetric}(?:,${oneMetric})*$`),
      `must be some of ${metricNames.join(', ')}, with commas between them`,
    )
    .describe('Figures of the service, with commas between them'),
});
export type HistoriesQuery = z.output<typeof historiesQuery>;

const points = z
  .array(z.object({ at: timestamp.describe('Where it begins'), value: z.number() }))
  .describe('In order. Where nothing was reported there is none');

export const history = z
  .object({
    metric: z.string(),
    unit: z.string().optional(),
    statistic: z.enum(statistics).optional(),
    resolution: z.enum(resolutions),
    from: timestamp,
    to: timestamp,
    points,
  })
  .meta({ id: 'History' });
export type History = z.output<typeof history>;

/** Several figures over the same time, each once. */
export const histories = z
  .object({
    resolution: z.enum(resolutions),
    from: timestamp,
    to: timestamp,
    series: z.array(z.object({ metric: z.enum(metricNames), unit: z.string(), points })),
  })
  .meta({ id: 'Histories' });
export type Histories = z.output<typeof histories>;
