import type { EndpointWindow, QueryWindow, RequestRecord, TelemetryWindow } from '../contracts/telemetry.ts';
import { telemetryLimits } from '../contracts/telemetry-limits.ts';
import { Sketch } from '../statistics/sketch.ts';
import type { EndpointAggregate, QueryAggregate, ResourceSample, TelemetryAggregate } from './aggregate.ts';
import { ToldApart } from './told-apart.ts';

/**
 * A sketch may take 59 KB, and a function that merges them has 512 MB. What is beyond is counted together, under the name
 * that the SDK has for it too.
 */
export const aggregateLimits = { endpoints: 1000, queries: 2000 } as const;
const other = '*other*';

/** What is told apart where there is more than the limits. */
export type Chosen = Partial<Record<keyof typeof aggregateLimits, ReadonlySet<string>>>;

/**
 * Merges telemetry windows. Invariant: the result depends only on the set of windows that were added, not on their order
 * nor on how they were divided over batches; where `crowded` says that there were too many endpoints or queries, that of
 * a second aggregation, with what it chose.
 */
export class Aggregation {
  readonly #dropped = new Map<string, number>();
  readonly #endpoints = new Map<string, EndpointAggregate>();
  readonly #queries = new Map<string, QueryAggregate>();
  readonly #samples: Omit<ResourceSample, 'requestTimeUs'>[] = [];
  readonly #requestTimeUs = new Map<string, number>();
  readonly #endpointsToldApart: ToldApart;
  readonly #queriesToldApart: ToldApart;
  #slow: RequestRecord[] = [];
  #failed: RequestRecord[] = [];
  #from = Number.POSITIVE_INFINITY;
  #to = Number.NEGATIVE_INFINITY;

  constructor({ endpoints, queries }: Chosen = {}) {
    this.#endpointsToldApart = new ToldApart(aggregateLimits.endpoints, endpoints);
    this.#queriesToldApart = new ToldApart(aggregateLimits.queries, queries);
  }

  /** What to tell apart, by the time that it took, when there is too much to tell all apart. */
  crowded(): Chosen | undefined {
    const endpoints = this.#endpointsToldApart.costliest();
    const queries = this.#queriesToldApart.costliest();
    if (endpoints === undefined && queries === undefined) return undefined;
    return { ...(endpoints === undefined ? {} : { endpoints }), ...(queries === undefined ? {} : { queries }) };
  }

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
    const responseTime = Sketch.fromBase64(window.responseTime);
    const isNamed = this.#endpointsToldApart.has(`${window.method} ${window.route}`, responseTime.sum);
    const { method, route } = isNamed ? window : { method: '*', route: other };
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
    total.responseTime.merge(responseTime);
    for (const [status, count] of Object.entries(window.statuses)) {
      total.statuses[status] = (total.statuses[status] ?? 0) + count;
    }
    for (const sum of ['failed', 'requestBytes', 'responseBytes', 'queries', 'queryTimeUs'] as const) {
      total[sum] += window[sum];
    }
    return responseTime.sum;
  }

  #addQuery({ queryTime: packed, rows, maxPerRequest, ...kind }: QueryWindow): void {
    const queryTime = Sketch.fromBase64(packed);
    const isNamed = this.#queriesToldApart.has(queryKey(kind), queryTime.sum);
    const { system, fingerprint, endpoint } = isNamed ? kind : otherQueries;
    const total = obtain<QueryAggregate>(this.#queries, queryKey({ system, fingerprint, endpoint }), () => ({
      system,
      fingerprint,
      endpoint,
      queryTime: new Sketch(),
      rows: 0,
      maxPerRequest: 0,
    }));
    total.queryTime.merge(queryTime);
    total.rows += rows;
    total.maxPerRequest = Math.max(total.maxPerRequest, maxPerRequest);
  }
}

type QueryKind = Pick<QueryAggregate, 'system' | 'fingerprint' | 'endpoint'>;
const otherQueries: QueryKind = { system: other, fingerprint: other, endpoint: undefined };

const queryKey = ({ system, fingerprint, endpoint }: Partial<QueryKind>): string =>
  [fingerprint, endpoint ?? '', system].join('\0');

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
