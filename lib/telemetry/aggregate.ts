import type { NetworkWindow, RequestRecord } from '../contracts/telemetry.ts';
import type { Sketch } from '../statistics/sketch.ts';
import type { MetricRollup, PoolRollup, Rollup } from './rollups/rollup.ts';

/** What a project's instances reported of a period, merged. Sketches are in microseconds, but for those of metrics. */
export interface TelemetryAggregate {
  /** Sorted. Of very many, some. */
  instances: string[];
  instanceCount: number;
  /** Epoch milliseconds: from the beginning of the first window to the end of the last. Undefined: there was none. */
  observed: { from: number; to: number } | undefined;
  /** Windows that were lost on the way, as the instances say since they started. */
  droppedWindows: number;
  /** What went wrong within the SDK, likewise. */
  sdkErrors: number;
  /** Sorted by `endpoint`. Of too many, the costliest, and `* *other*` for the rest. */
  endpoints: EndpointAggregate[];
  /** Sorted by fingerprint, then endpoint. Of too many, the costliest, and `*other*` for the rest. */
  queries: QueryAggregate[];
  /** Sorted by target, method and endpoint, bounded likewise, as are the next two. */
  outgoing: OutgoingAggregate[];
  pools: PoolAggregate[];
  metrics: MetricAggregate[];
  /** Added up over the windows that tell of it. Undefined: none does. */
  network?: NetworkWindow | undefined;
  /** Sorted by time. */
  resources: ResourceSample[];
  /** The slowest first, at most 50. */
  slowRequests: RequestRecord[];
  /** The latest first, at most 50. */
  failedRequests: RequestRecord[];
  traffic: Traffic;
}

/** Throughput and concurrency of all instances together, per second. */
export interface Traffic {
  /** By the minute, in epoch milliseconds. */
  minutes: Map<number, number>;
  /** Over ten seconds. */
  peakRequestsPerSecond: number;
  /** The most over five minutes. Undefined: there were no five minutes. */
  sustainedRequestsPerSecond: number | undefined;
  /** Over the last minute that was told of. Undefined: it is not recent. */
  currentRequestsPerSecond: number | undefined;
  /** In one window, what the instances saw at most, added up. Undefined: they do not tell. */
  peakConcurrentRequests: number | undefined;
}

export interface EndpointAggregate {
  /** `GET /products/:id` */
  endpoint: string;
  method: string;
  route: string;
  /** Requests by the status of their answer. Those that were cut off are in none. */
  statuses: Record<string, number>;
  /** Status 500 or above, or cut off. */
  failed: number;
  /** Its count is the number of requests. */
  responseTime: Sketch;
  requestBytes: number;
  responseBytes: number;
  queries: number;
  queryTimeUs: number;
  /** Their share of the CPU time, by processor sharing. Undefined: not told. */
  cpuTimeUs?: number | undefined;
  /** Until watched pools had a connection for them. Undefined: none was asked. */
  poolWaitUs?: number | undefined;
}

export interface QueryAggregate {
  system: string;
  fingerprint: string;
  /** Where it was called; undefined: outside of any request. */
  endpoint: string | undefined;
  /** Its count is the number of queries. */
  queryTime: Sketch;
  rows: number;
  maxPerRequest: number;
}

/** Requests that were sent to other services. */
export interface OutgoingAggregate {
  /** An origin. */
  target: string;
  method: string;
  /** Where they were sent from; undefined: outside of any request. */
  endpoint: string | undefined;
  statuses: Record<string, number>;
  failed: number;
  /** Its count is the number of requests. */
  responseTime: Sketch;
}

export interface PoolAggregate extends Omit<PoolRollup, 'size' | 'oldestConnectionSeconds' | 'waitTime' | 'checkTime'> {
  size: number | undefined;
  oldestConnectionSeconds: number | undefined;
  /** Its count is the number of connections that were asked for. */
  waitTime: Sketch;
  checkTime: Sketch;
}

export type MetricAggregate =
  | Exclude<MetricRollup, { kind: 'histogram' }>
  | (Omit<Extract<MetricRollup, { kind: 'histogram' }>, 'values'> & { values: Sketch });

/**
 * One window of one instance, or several: then means by time, and sums where the window's figure is a total. `start`, `endedAt`
 * in epoch milliseconds; `durationMs` is the time that was told of; `requestTimeUs` was spent in requests that ended then.
 */
export type ResourceSample = Rollup['resources'][number];
