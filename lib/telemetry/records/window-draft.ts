import type { MetricWindow, ResourceWindow, TelemetryWindow } from '../../contracts/telemetry.ts';
import { EndpointDraft, type SeenRequests } from './endpoint-draft.ts';
import { OutgoingDraft, type SeenOutgoing, targetKeyOf } from './outgoing-draft.ts';
import { QueryDraft, queryKeyOf, type SeenQuery } from './query-draft.ts';
import { type Pseudonym, recordOf, type SeenRequest } from './seen-request.ts';

/** What is beyond is counted as `*other*`, as in the SDK. */
const maxEndpoints = 200;
const maxQueries = 150;
const maxOutgoing = 150;
const other = '*other*';
const maxSlowRequests = 10;
const maxFailedRequests = 20;

/** A window that is not closed yet: what one instance saw within it. */
export class WindowDraft {
  readonly #startMs: number;
  readonly #durationMs: number;
  readonly #endpoints = new Map<string, EndpointDraft>();
  readonly #queries = new Map<string, QueryDraft>();
  readonly #outgoing = new Map<string, OutgoingDraft>();
  readonly #kept: SeenRequest[] = [];
  metrics: MetricWindow[] = [];
  resources: ResourceWindow | undefined;
  peakConcurrentRequests: number | undefined;

  constructor(startMs: number, durationMs: number) {
    this.#startMs = startMs;
    this.#durationMs = durationMs;
  }

  /** Counts a request, and keeps it whole if it is among the slowest or the failed. */
  addRequest(request: SeenRequest): void {
    this.#endpoint(request.method, request.route).add(request);
    this.keepRequest(request);
  }

  /** As `addRequest`, without counting it. */
  keepRequest(request: SeenRequest): void {
    this.#kept.push(request);
  }

  addRequests(requests: SeenRequests): void {
    this.#endpoint(requests.method, requests.route).merge(requests);
  }

  addQuery(query: SeenQuery): void {
    const key = queryKeyOf(query);
    const isBeyond = this.#queries.size >= maxQueries && !this.#queries.has(key);
    if (isBeyond && query.fingerprint !== other) {
      this.addQuery({ ...query, system: other, fingerprint: other, endpoint: undefined });
      return;
    }
    obtain(this.#queries, key, () => new QueryDraft(query)).add(query);
  }

  addOutgoing(outgoing: SeenOutgoing): void {
    const key = targetKeyOf(outgoing);
    const isBeyond = this.#outgoing.size >= maxOutgoing && !this.#outgoing.has(key);
    if (isBeyond && outgoing.target !== other) {
      this.addOutgoing({ ...outgoing, target: other, method: '*', endpoint: undefined });
      return;
    }
    obtain(this.#outgoing, key, () => new OutgoingDraft(outgoing)).merge(outgoing);
  }

  close(pseudonym: Pseudonym): TelemetryWindow {
    const record = (request: SeenRequest) => recordOf(request, pseudonym);
    const slowest = this.#kept.toSorted((a, b) => b.durationUs - a.durationUs).slice(0, maxSlowRequests);
    const { metrics, resources, peakConcurrentRequests } = this;
    return {
      start: new Date(this.#startMs).toISOString(),
      durationMs: this.#durationMs,
      endpoints: [...this.#endpoints.values()].map((endpoint) => endpoint.wire()),
      queries: [...this.#queries.values()].map((query) => query.wire()),
      outgoing: [...this.#outgoing.values()].map((outgoing) => outgoing.wire()),
      pools: [],
      metrics,
      ...(peakConcurrentRequests !== undefined && { peakConcurrentRequests }),
      ...(resources !== undefined && { resources }),
      slowRequests: slowest.map(record),
      failedRequests: this.#kept
        .filter(({ failed }) => failed)
        .slice(0, maxFailedRequests)
        .map(record),
    };
  }

  #endpoint(method: string, route: string): EndpointDraft {
    const key = `${method} ${route}`;
    const isBeyond = this.#endpoints.size >= maxEndpoints && !this.#endpoints.has(key);
    if (isBeyond && route !== other) return this.#endpoint('*', other);
    return obtain(this.#endpoints, key, () => new EndpointDraft(method, route));
  }
}

function obtain<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
