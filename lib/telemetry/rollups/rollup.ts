import { z } from 'zod';
import {
  endpointWindow,
  lambdaWindow,
  metricWindow,
  networkWindow,
  outgoingWindow,
  poolWindow,
  queryWindow,
  requestRecord,
  resourceWindow,
} from '../../contracts/telemetry.ts';

// Sums and means of what has bounds in a window have none, and are no whole numbers: what was merged must be readable.
const sum = z.number();
const sketch = z.base64();
const statuses = z.record(z.string(), sum);

const endpointRollup = endpointWindow.extend({
  statuses,
  failed: sum,
  responseTime: sketch,
  requestBytes: sum,
  responseBytes: sum,
  queries: sum,
  queryTimeUs: sum,
  cpuTimeUs: sum.optional(),
  poolWaitUs: sum.optional(),
});
const queryRollup = queryWindow.extend({ queryTime: sketch, rows: sum, maxPerRequest: sum });
const outgoingRollup = outgoingWindow.extend({ statuses, failed: sum, responseTime: sketch });

const [counterWindow, gaugeWindow, histogramWindow] = metricWindow.options;
const metricRollup = z.discriminatedUnion('kind', [
  counterWindow.extend({ value: sum }),
  gaugeWindow.extend({ last: sum, min: sum, max: sum, sum, count: sum, lastAt: z.number() }),
  histogramWindow.extend({ values: sketch }),
]);
export type MetricRollup = z.output<typeof metricRollup>;

/** A pool, or all of its name in all instances: sums over the windows of each, and what was highest. */
const poolRollup = poolWindow.omit({ open: true, inUse: true, waiting: true }).extend({
  windows: sum,
  openSum: sum,
  inUseSum: sum,
  waitingSum: sum,
  size: sum.optional(),
  peakOpen: sum,
  peakInUse: sum,
  peakWaiting: sum,
  waitTime: sketch.optional(),
  checkTime: sketch.optional(),
  created: sum,
  closed: sum,
  overflow: sum,
  timeouts: sum,
  errors: sum,
  checks: sum,
  failedChecks: sum,
  fullWindows: sum.describe('Windows in which all of its connections were in use at some time'),
});
export type PoolRollup = z.output<typeof poolRollup>;

/** What one instance used, over all of its windows: means by time, sums for what is told as a total. */
const resourceSample = resourceWindow.extend({
  gcPauseMs: sum.optional(),
  diskReadMb: sum.optional(),
  diskWriteMb: sum.optional(),
  handles: sum.optional(),
  lambda: lambdaWindow.extend({ invocations: sum, coldStarts: sum }).optional(),
  instance: z.string(),
  start: z.number(),
  endedAt: z.number(),
  durationMs: z.number(),
  requestTimeUs: z.number(),
  peaks: z.object({
    cpuPercent: z.number(),
    memoryPercent: z.number(),
    rssMb: z.number(),
    eventLoopUtilizationPercent: z.number().optional(),
    eventLoopDelayP99Ms: z.number().optional(),
  }),
});

/**
 * What all windows that began in a minute, an hour or a day come to. The lists are those of a window, merged; sketches, never
 * percentiles. Its size is bounded, whatever the number of instances.
 */
export const rollup = z.object({
  observed: z.object({ from: z.number(), to: z.number() }).optional(),
  instances: z.array(z.object({ instance: z.string(), dropped: z.number(), errors: z.number() })),
  /** Instances beyond those that are named. */
  moreInstances: z.number(),
  endpoints: z.array(endpointRollup),
  queries: z.array(queryRollup),
  outgoing: z.array(outgoingRollup),
  pools: z.array(poolRollup),
  metrics: z.array(metricRollup),
  network: networkWindow
    .extend({ requests: sum, connections: sum, responseBytes: sum, responseBodyBytes: sum })
    .optional(),
  resources: z.array(resourceSample),
  slowRequests: z.array(requestRecord),
  failedRequests: z.array(requestRecord),
  traffic: z.object({
    /** Requests by the minute, in epoch milliseconds. A day's are forgotten when what is drawn from them is known. */
    minutes: z.record(z.string(), z.number()),
    peakRequestsPerSecond: z.number(),
    sustainedRequestsPerSecond: z.number().optional(),
    peakConcurrentRequests: z.number().optional(),
  }),
});
export type Rollup = z.output<typeof rollup>;
