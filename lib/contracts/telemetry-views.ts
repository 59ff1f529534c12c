import { z } from 'zod';
import { percent, timestamp } from './names.ts';
import { pageOf, pageQuery } from './page.ts';
import { metrics, metricsQuery, requestRecord, resourceWindow } from './telemetry.ts';

const total = z.number().int().min(0);
const ms = z.number().min(0);

/** What every one of these lists says of its period. */
const period = { timestamp, periodMinutes: z.number() };
const viewQuery = pageQuery.extend(metricsQuery.shape);

export const endpointFigures = z.object({
  endpoint: z.string().describe('`GET /products/:id`; `* *other*`: all beyond the costliest thousand'),
  method: z.string(),
  route: z.string(),
  requests: total,
  requestsPerSecond: ms,
  failedRequests: total.describe('Status 500 or above, or cut off'),
  errorRatePercent: percent,
  statuses: z.record(z.string(), total),
  avgResponseTimeMs: ms,
  minResponseTimeMs: ms,
  maxResponseTimeMs: ms,
  p50ResponseTimeMs: ms,
  p95ResponseTimeMs: ms,
  p99ResponseTimeMs: ms,
  timeSharePercent: percent.describe('Of the time of all requests of the service'),
  requestBytes: total,
  responseBytes: total,
  queriesPerRequest: ms,
});
export type EndpointFigures = z.output<typeof endpointFigures>;

export const endpointOrder = z.enum(['time', 'requests', 'avg', 'p95', 'p99', 'errors', 'bytes']);
export type EndpointOrder = z.output<typeof endpointOrder>;

export const endpointsQuery = viewQuery.extend({
  sort: endpointOrder.default('time').describe('The highest first; `time`: response times added up'),
});
export const endpointList = pageOf(endpointFigures).extend(period).meta({ id: 'EndpointList' });

export const queryFigures = z.object({
  system: z.string(),
  fingerprint: z.string().describe('The text with its parameters removed'),
  queries: total,
  totalQueryTimeMs: ms,
  timeSharePercent: percent.describe('Of the time of all queries of the service'),
  avgQueryTimeMs: ms,
  p95QueryTimeMs: ms,
  maxQueryTimeMs: ms,
  rows: total,
  maxPerRequest: total,
  isRepeated: z.boolean().describe('Whether an endpoint sends it again and again for one request (N+1)'),
  callers: z
    .array(
      z.object({
        endpoint: z.string().optional().describe('Absent: outside of any request'),
        queries: total,
        queriesPerRequest: ms.optional(),
        maxPerRequest: total,
        isRepeated: z.boolean(),
      }),
    )
    .describe('Who sends it, the most time first; at most 20'),
});
export type QueryFigures = z.output<typeof queryFigures>;

export const queryOrder = z.enum(['time', 'queries', 'avg', 'p95', 'max']);
export type QueryOrder = z.output<typeof queryOrder>;

export const queriesQuery = viewQuery.extend({ sort: queryOrder.default('time').describe('The highest first') });
export const queryList = pageOf(queryFigures).extend(period).meta({ id: 'QueryList' });

export const requestsQuery = viewQuery;
export const requestList = pageOf(requestRecord).extend(period).meta({ id: 'RequestList' });

export const instanceResources = z.object({
  instance: z.string(),
  lastReportAt: timestamp.describe('The end of its last window'),
  current: resourceWindow.describe('Of its last window'),
  avgCpuPercent: percent.describe('Of all cores, as is the next'),
  maxCpuPercent: percent,
  avgMemoryPercent: percent,
  maxMemoryPercent: percent,
  maxEventLoopUtilizationPercent: percent.optional(),
  maxEventLoopDelayP99Ms: ms.optional(),
  gcPauseMs: ms.optional().describe('Of all windows together'),
});
export type InstanceResources = z.output<typeof instanceResources>;

export const resourcesQuery = viewQuery;
export const resourceList = pageOf(instanceResources).extend(period).meta({ id: 'ResourceList' });

export const outgoingFigures = z.object({
  target: z.string().describe('`https://api.example.com`'),
  method: z.string(),
  requests: total,
  failedRequests: total.describe('Answered with status 500 or above, or not answered'),
  errorRatePercent: percent,
  statuses: z.record(z.string(), total),
  avgResponseTimeMs: ms.describe("Until the answer's head"),
  p95ResponseTimeMs: ms,
  maxResponseTimeMs: ms,
  totalResponseTimeMs: ms,
  callers: z.array(z.object({ endpoint: z.string().optional(), requests: total })).describe('The most requests first'),
});
export type OutgoingFigures = z.output<typeof outgoingFigures>;

export const outgoingOrder = z.enum(['time', 'requests', 'avg', 'p95', 'errors']);
export type OutgoingOrder = z.output<typeof outgoingOrder>;

export const outgoingQuery = viewQuery.extend({ sort: outgoingOrder.default('time').describe('The highest first') });
export const outgoingList = pageOf(outgoingFigures).extend(period).meta({ id: 'OutgoingList' });

export const poolFigures = z.object({
  pool: z.string(),
  system: z.string(),
  size: total.optional().describe('The most connections that one instance may open'),
  avgOpen: ms.describe('Connections of one instance, in the mean of its windows'),
  peakOpen: total,
  avgInUse: ms,
  peakInUse: total.describe('Of one instance, as is the next'),
  peakWaiting: total,
  usedPercent: percent.optional().describe('The mean in use over the size'),
  fullPercent: percent.optional().describe('Of the windows, those in which all connections were in use at some time'),
  requested: total.describe('Connections that were asked for'),
  avgWaitMs: ms.optional(),
  p95WaitMs: ms.optional(),
  maxWaitMs: ms.optional(),
  timeouts: total,
  errors: total,
  created: total,
  closed: total,
  overflow: total,
  checks: total,
  failedChecks: total,
  p95CheckMs: ms.optional(),
  oldestConnectionSeconds: ms.optional(),
});
export type PoolFigures = z.output<typeof poolFigures>;

export const poolAdvice = z.object({
  finding: z.string().describe('`too-small`, `held-too-long`, ...'),
  evidence: z.string().describe('The figures that it rests on'),
  recommendation: z.string(),
});

export const databaseView = z
  .object({
    ...period,
    queries: metrics.shape.database,
    pools: z.array(poolFigures.extend({ advice: z.array(poolAdvice) })),
  })
  .meta({ id: 'DatabaseView' });
export type DatabaseView = z.output<typeof databaseView>;

/** A metric of the service's own, over the whole period. */
export const customMetricFigures = z.object({
  name: z.string(),
  kind: z.enum(['counter', 'gauge', 'histogram']),
  labels: z.record(z.string(), z.string()),
  unit: z.string().optional(),
  sum: z.number().optional().describe('Of a counter, what was added; of a histogram, its values'),
  perSecond: z.number().optional(),
  count: total.optional().describe('Values that were recorded, or that a gauge was set to'),
  last: z.number().optional(),
  avg: z.number().optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  p50: z.number().optional(),
  p95: z.number().optional(),
  p99: z.number().optional(),
});
export type CustomMetricFigures = z.output<typeof customMetricFigures>;

export const customMetricsQuery = viewQuery.extend({
  name: z.string().min(1).max(200).optional().describe('Of one metric only'),
});
export const customMetricList = pageOf(customMetricFigures).extend(period).meta({ id: 'CustomMetricList' });
