import type { RequestRecord, ResourceWindow } from '../contracts/telemetry.ts';
import type { Sketch } from '../statistics/sketch.ts';

/** What a project's instances reported of a period, merged. Sketches are in microseconds. */
export interface TelemetryAggregate {
  /** Sorted. */
  instances: string[];
  /** Epoch milliseconds: from the beginning of the first window to the end of the last. Undefined: there was none. */
  observed: { from: number; to: number } | undefined;
  /** Windows that were lost on the way, as the instances say since they started. */
  droppedWindows: number;
  /** Sorted by `endpoint`. Of too many, the costliest, and `* *other*` for the rest. */
  endpoints: EndpointAggregate[];
  /** Sorted by fingerprint, then endpoint. Of too many, the costliest, and `*other*` for the rest. */
  queries: QueryAggregate[];
  /** Sorted by time. */
  resources: ResourceSample[];
  /** The slowest first, at most 50. */
  slowRequests: RequestRecord[];
  /** The latest first, at most 50. */
  failedRequests: RequestRecord[];
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

/** One window of one instance. */
export interface ResourceSample extends ResourceWindow {
  instance: string;
  /** Epoch milliseconds. */
  start: number;
  durationMs: number;
  /** Spent in requests that ended in this window on this instance. */
  requestTimeUs: number;
}
