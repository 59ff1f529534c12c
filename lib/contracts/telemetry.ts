import { z } from 'zod';
import { serviceVersion } from './deployments.ts';
import { labelNamePattern, metricNameLimits, metricNamePattern } from './metric-names.ts';
import { timestamp } from './names.ts';
import { queryInteger } from './query-integer.ts';
import { telemetryLimits } from './telemetry-limits.ts';

const { amount: maxAmount } = telemetryLimits;
const count = z.number().int().min(0).max(maxAmount);
/** Of what was added up over windows. */
const total = z.number().int().min(0);
const amount = z.number().min(0).max(maxAmount);
const sketch = z.base64().max(64_000).describe('A serialized sketch of microseconds');

/** What one instance saw of one route within one window: of the requests that ended in it. */
export const endpointWindow = z.strictObject({
  method: z.string().min(1).max(20),
  route: z.string().min(1).max(telemetryLimits.route).describe('The pattern, `/products/:id`, not the URL'),
  statuses: z.record(z.string().regex(/^[1-9]\d\d$/), count).describe('Of the requests whose answer was finished'),
  failed: count.describe('Status 500 or above, or cut off before the answer was finished'),
  responseTime: sketch.describe('Of every request, those cut off too: its count is the number of requests'),
  requestBytes: count.describe('On the wire, headers included, as are `responseBytes`'),
  responseBytes: count,
  queries: count,
  queryTimeUs: count,
  cpuTimeUs: count
    .optional()
    .describe('Of the CPU time of the process, at every moment divided evenly among the requests being answered'),
  poolWaitUs: count.optional().describe('Until watched pools had a connection for them; absent: none was asked'),
});
export type EndpointWindow = z.output<typeof endpointWindow>;

/** What one instance saw of one kind of query, as called from one route, within one window. */
export const queryWindow = z.strictObject({
  system: z.string().min(1).max(40).describe('`sqlite`, `postgresql`, ...'),
  fingerprint: z.string().min(1).max(telemetryLimits.fingerprint).describe('The text with its parameters removed'),
  endpoint: z
    .string()
    .min(1)
    .max(330)
    .optional()
    .describe('`GET /products`: where it was called; absent: outside of any request'),
  queryTime: sketch,
  rows: count,
  maxPerRequest: count.describe('The most that one request sent'),
});
export type QueryWindow = z.output<typeof queryWindow>;

/** What one instance asked of one other service, as called from one route, within one window. */
export const outgoingWindow = z.strictObject({
  target: z.string().min(1).max(300).describe('`https://api.example.com`: the origin, without path and credentials'),
  method: z.string().min(1).max(20),
  endpoint: z.string().min(1).max(330).optional().describe('Where it was called; absent: outside of any request'),
  statuses: z.record(z.string().regex(/^[1-9]\d\d$/), count).describe('Of the requests that were answered'),
  failed: count.describe('Answered with status 500 or above, or not answered'),
  responseTime: sketch.describe("Until the answer's head came, or none: its count is the number of requests"),
});
export type OutgoingWindow = z.output<typeof outgoingWindow>;

/** One pool of connections of one instance. Numbers of connections are those at the end of the window. */
export const poolWindow = z.strictObject({
  pool: z.string().min(1).max(100),
  system: z.string().min(1).max(40).describe('`postgresql`, `mysql`, `mongodb`, `redis`, `sqlite`, ...'),
  size: count.optional().describe('The most connections that it may open; absent: not limited, or not known'),
  open: count,
  inUse: count,
  waiting: count.describe('Callers that wait for a connection'),
  peakInUse: count.describe('The most within the window, as is the next'),
  peakWaiting: count,
  waitTime: sketch.optional().describe('From the request for a connection to having it; absent: nobody asked for one'),
  created: count.describe('Connections opened within the window'),
  closed: count.describe('Connections closed within the window'),
  overflow: count.describe('Connections opened beyond those that the pool keeps'),
  timeouts: count.describe('Callers that gave up waiting'),
  errors: count.describe('Connections that could not be had, or broke'),
  checks: count.describe('Health checks within the window'),
  failedChecks: count,
  checkTime: sketch.optional(),
  oldestConnectionSeconds: amount.optional(),
});
export type PoolWindow = z.output<typeof poolWindow>;

const metricName = z.string().max(metricNameLimits.name).regex(metricNamePattern);
const metricOf = {
  name: metricName.describe('`orders_total`, `cart.value`'),
  labels: z
    .record(z.string().regex(labelNamePattern), z.string().max(metricNameLimits.labelValue))
    .refine((labels) => Object.keys(labels).length <= telemetryLimits.labels, {
      message: `has more than ${telemetryLimits.labels} labels`,
    })
    .default({}),
  unit: z.string().max(metricNameLimits.unit).optional().describe('`ms`, `bytes`, `EUR`'),
};
const anyAmount = z.number().min(-maxAmount).max(maxAmount);

/** A metric of the service's own, one for each set of labels. */
export const metricWindow = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('counter'), ...metricOf, value: amount.describe('Added within the window') }),
  z.strictObject({
    kind: z.literal('gauge'),
    ...metricOf,
    last: anyAmount,
    min: anyAmount,
    max: anyAmount,
    sum: z.number().describe('Of all values that were set'),
    count: count.min(1),
  }),
  z.strictObject({
    kind: z.literal('histogram'),
    ...metricOf,
    resolution: z
      .number()
      .min(1e-9)
      .max(1e9)
      .default(0.001)
      .describe('The unit of the sketch, in that of the metric: values are kept to that'),
    values: z.base64().max(64_000).describe('A serialized sketch, in units of `resolution`'),
  }),
]);
export type MetricWindow = z.output<typeof metricWindow>;

/** Of a function on AWS Lambda: what its invocations within the window were like. */
export const lambdaWindow = z.strictObject({
  invocations: count,
  coldStarts: count,
  initMs: amount.optional().describe('Of the cold start, from the start of the process to the first invocation'),
  memoryLimitMb: amount,
  minRemainingMs: amount.optional().describe('The least time that was left at the end of an invocation'),
});

export const resourceWindow = z.strictObject({
  cpuPercent: amount.describe('Of one core'),
  cpuCores: z.number().min(0.01).max(100_000),
  rssMb: amount,
  memoryLimitMb: z.number().min(0.01).max(maxAmount).describe("The container's or the machine's"),
  // Not every runtime has what follows, or tells of it.
  heapUsedMb: amount.optional(),
  externalMb: amount.optional(),
  eventLoopUtilizationPercent: z.number().min(0).max(100).optional(),
  eventLoopDelayP99Ms: amount.optional(),
  gcPauseMs: amount.optional().describe('Total within the window'),
  heapAfterGcMb: amount
    .optional()
    .describe(
      'In use after the last collection of the whole heap within the window: what lives; absent: there was none',
    ),
  heapLimitMb: amount.optional().describe('What the heap may grow to'),
  diskReadMb: amount.optional().describe('Read from file systems within the window, as far as no cache had it'),
  diskWriteMb: amount.optional(),
  diskUsedPercent: z.number().min(0).max(100).optional().describe('Of the file system that the service runs in'),
  handles: count.optional().describe('What keeps the process busy: sockets, timers, files'),
  lambda: lambdaWindow.optional(),
});
export type ResourceWindow = z.output<typeof resourceWindow>;

/** A request kept whole: one of the slowest, or a failed one. */
export const requestRecord = z.strictObject({
  at: timestamp,
  method: z.string().min(1).max(20),
  route: z.string().min(1).max(telemetryLimits.route),
  url: z.string().max(telemetryLimits.url).describe('Without its query string'),
  status: z.number().int().min(0).max(999).describe('0: cut off before an answer'),
  responseTimeMs: amount,
  requestBytes: count,
  responseBytes: count,
  queries: count,
  queryTimeMs: amount,
  cpuMs: amount.optional(),
  memoryMb: amount.optional(),
  user: z.string().max(64).optional().describe('Hashed'),
  address: z.string().max(64).optional().describe('Hashed'),
});
export type RequestRecord = z.output<typeof requestRecord>;

/** Of the requests that ended in the window and came over connections that the SDK watches. */
export const networkWindow = z.strictObject({
  requests: count,
  connections: count.describe('Of the requests, the first ones of their connections'),
  responseBytes: count,
  responseBodyBytes: count.describe('Of `responseBytes`, all but the heads'),
});
export type NetworkWindow = z.output<typeof networkWindow>;

export const telemetryWindow = z.strictObject({
  start: timestamp,
  durationMs: z.number().int().min(1).max(600_000),
  endpoints: z.array(endpointWindow).max(telemetryLimits.endpoints),
  queries: z.array(queryWindow).max(telemetryLimits.queries),
  outgoing: z.array(outgoingWindow).max(telemetryLimits.outgoing).default([]),
  pools: z.array(poolWindow).max(telemetryLimits.pools).default([]),
  metrics: z.array(metricWindow).max(telemetryLimits.metrics).default([]),
  settings: z
    .strictObject({
      version: z.string().min(1).max(64),
      side: z.enum(['a', 'b']).optional().describe('Of the experiment that was running'),
    })
    .optional()
    .describe('The live settings that were in force for the whole window'),
  peakConcurrentRequests: count.optional().describe('The most that were being answered at one time'),
  network: networkWindow.optional(),
  resources: resourceWindow.optional(),
  slowRequests: z.array(requestRecord).max(telemetryLimits.records),
  failedRequests: z.array(requestRecord).max(telemetryLimits.records),
});
export type TelemetryWindow = z.output<typeof telemetryWindow>;

/** Idempotent by `instance` and `sequence`: the same batch sent twice counts once. */
export const telemetryBatch = z
  .strictObject({
    instance: z
      .string()
      .regex(/^[\w.-]{1,64}$/)
      .describe('One process: a new one has a new name'),
    sequence: count,
    sdk: z.string().max(40),
    serviceVersion: serviceVersion
      .optional()
      .describe('Of the service that reports. The first of a version is its deployment'),
    windows: z.array(telemetryWindow).min(1).max(telemetryLimits.windows),
    dropped: count.default(0).describe('Windows that this instance could not deliver and gave up, since it started'),
    errors: count.default(0).describe("The SDK's own errors in this instance, since it started"),
  })
  .meta({ id: 'TelemetryBatch' });
export type TelemetryBatch = z.output<typeof telemetryBatch>;

export const telemetryAccepted = z
  .object({ accepted: z.number().int(), duplicate: z.boolean() })
  .meta({ id: 'TelemetryAccepted' });

/** The service's figures over the last minutes. What was not reported is absent. */
export const metrics = z
  .object({
    timestamp,
    periodMinutes: z.number(),
    instances: z.number().int(),
    requests: z
      .object({
        totalRequests: total,
        avgResponseTimeMs: z.number(),
        minResponseTimeMs: z.number(),
        maxResponseTimeMs: z.number(),
        p50ResponseTimeMs: z.number(),
        p95ResponseTimeMs: z.number(),
        p99ResponseTimeMs: z.number(),
        errorRatePercent: z.number(),
        requestsPerSecond: z.number(),
      })
      .optional(),
    database: z
      .object({
        totalQueries: total,
        avgQueryTimeMs: z.number(),
        maxQueryTimeMs: z.number(),
        slowQueryCount: total,
      })
      .optional(),
    traffic: z
      .object({
        currentRequestsPerSecond: z.number().optional().describe('Over the last minute that was told of'),
        peakRequestsPerSecond: z.number().describe('The most over ten seconds'),
        sustainedRequestsPerSecond: z.number().optional().describe('The most over five minutes'),
        avgConcurrentRequests: z
          .number()
          .describe("Little's law: the time spent in requests over the time that passed"),
        peakConcurrentRequests: total.optional().describe('In one window, of all instances'),
      })
      .optional(),
    outgoing: z
      .object({
        totalRequests: total,
        avgResponseTimeMs: z.number(),
        p95ResponseTimeMs: z.number(),
        errorRatePercent: z.number(),
      })
      .optional()
      .describe('Requests to other services'),
    memory: z
      .object({
        currentMb: z.number(),
        avgMb: z.number(),
        maxMb: z.number(),
        limitMb: z.number(),
        maxPercent: z.number(),
      })
      .optional(),
    cpu: z.object({ avgPercent: z.number(), maxPercent: z.number() }).optional().describe('Of all cores'),
    eventLoop: z
      .object({ maxUtilizationPercent: z.number().optional(), maxDelayP99Ms: z.number().optional() })
      .optional(),
  })
  .meta({ id: 'Metrics' });
export type Metrics = z.output<typeof metrics>;

/** Up to 30 days. What is older than five hours is known by the minute, and later by the hour. */
export const metricsQuery = z.object({ minutes: queryInteger(1, 43_200).default(5) });
