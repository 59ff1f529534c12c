import type { EndpointWindow, QueryWindow, RequestRecord, TelemetryWindow } from '../contracts/telemetry.ts';
import { telemetryLimits } from '../contracts/telemetry-limits.ts';
import { Sketch } from '../statistics/sketch.ts';
import type { EndpointAggregate, QueryAggregate, ResourceSample, TelemetryAggregate } from './aggregate.ts';

/**
 * Merges telemetry windows. Invariant: the result depends only on the set of windows that were added, not on their order
 * nor on how they were divided over batches.
 */
export class Aggregation {
  readonly #dropped = new Map<string, number>();
  readonly #endpoints = new Map<string, EndpointAggregate>();
  readonly #queries = new Map<string, QueryAggregate>();
  readonly #samples: Omit<ResourceSample, 'requestTimeUs'>[] = [];
  readonly #requestTimeUs = new Map<string, number>();
  #slow: RequestRecord[] = [];
  #failed: RequestRecord[] = [];
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  /** @param dropped what the instance has lost by then, since it started */
  add(instance: string, dropped: number, window: TelemetryWindow): void {
    const start = Date.parse(window.start);
    this.#from = Math.min(this.#from, start);
    this.#to = Math.max(this.#to, start + window.durationMs);
    this.#dropped.set(instance, Math.max(this.#dropped.get(instance) ?? 0, dropped));
    let requestTimeUs = 0;
    for (const endpoint of window.endpoints) requestTimeUs += this.#addEndpoint(endpoint);
    for (const query of window.queries) this.#addQuery(query);
    const key = sampleKey({ instance, start });
    this.#requestTimeUs.set(key, (this.#requestTimeUs.get(key) ?? 0) + requestTimeUs);
    if (window.resources !== undefined) {
      this.#samples.push({ ...window.resources, instance, start, durationMs: window.durationMs });
    }
    this.#slow = firstOf([...this.#slow, ...window.slowRequests], slowestFirst);
    this.#failed = firstOf([...this.#failed, ...window.failedRequests], latestFirst);
  }

  result(): TelemetryAggregate {
    return {
      instances: [...this.#dropped.keys()].sort(),
      observed: this.#from < this.#to ? { from: this.#from, to: this.#to } : undefined,
      droppedWindows: [...this.#dropped.values()].reduce((sum, dropped) => sum + dropped, 0),
      endpoints: sortedValues(this.#endpoints),
      queries: sortedValues(this.#queries),
      resources: this.#samples
        .map((sample) => ({ ...sample, requestTimeUs: this.#requestTimeUs.get(sampleKey(sample)) ?? 0 }))
        .sort((a, b) => a.start - b.start || byText(a, b)),
      slowRequests: this.#slow,
      failedRequests: this.#failed,
    };
  }

  #addEndpoint(window: EndpointWindow): number {
    const { method, route } = window;
    const endpoint = `${method} ${route}`;
    const total = obtain<EndpointAggregate>(this.#endpoints, endpoint, () => ({
      endpoint,
      method,
      route,
      statuses: {},
      failed: 0,
      responseTime: new Sketch(),
      requestBytes: 0,
      responseBytes: 0,
      queries: 0,
      queryTimeUs: 0,
    }));
    const responseTime = Sketch.fromBase64(window.responseTime);
    total.responseTime.merge(responseTime);
    for (const [status, count] of Object.entries(window.statuses)) {
      total.statuses[status] = (total.statuses[status] ?? 0) + count;
    }
    for (const sum of ['failed', 'requestBytes', 'responseBytes', 'queries', 'queryTimeUs'] as const) {
      total[sum] += window[sum];
    }
    return responseTime.sum;
  }

  #addQuery({ system, fingerprint, endpoint, queryTime, rows, maxPerRequest }: QueryWindow): void {
    const total = obtain<QueryAggregate>(this.#queries, [fingerprint, endpoint ?? '', system].join('\0'), () => ({
      system,
      fingerprint,
      endpoint,
      queryTime: new Sketch(),
      rows: 0,
      maxPerRequest: 0,
    }));
    total.queryTime.merge(Sketch.fromBase64(queryTime));
    total.rows += rows;
    total.maxPerRequest = Math.max(total.maxPerRequest, maxPerRequest);
  }
}

function obtain<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const present = map.get(key);
  if (present !== undefined) return present;
  const made = make();
  map.set(key, made);
  return made;
}

const sampleKey = ({ instance, start }: { instance: string; start: number }): string => `${instance} ${start}`;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sortedValues = <Value>(map: Map<string, Value>): Value[] =>
  [...map].sort(([a], [b]) => compare(a, b)).map(([, value]) => value);

// Equal ones are told apart by their whole content, so that which of them are kept never depends on their order.
const byText = (a: object, b: object): number => compare(JSON.stringify(a), JSON.stringify(b));
const slowestFirst = (a: RequestRecord, b: RequestRecord): number =>
  b.responseTimeMs - a.responseTimeMs || byText(a, b);
const latestFirst = (a: RequestRecord, b: RequestRecord): number => compare(b.at, a.at) || byText(a, b);

const firstOf = (records: RequestRecord[], order: (a: RequestRecord, b: RequestRecord) => number): RequestRecord[] =>
  records.sort(order).slice(0, telemetryLimits.records);
