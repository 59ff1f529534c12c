import type { TelemetryWindow } from '../../contracts/telemetry.ts';
import { EndpointDraft, type SeenRequests } from './endpoint-draft.ts';
import { type Pseudonym, recordOf, type SeenRequest } from './seen-request.ts';

/** What is beyond is counted as `*other*`, as in the SDK. */
const maxEndpoints = 200;
const other = '*other*';
const maxSlowRequests = 10;
const maxFailedRequests = 20;

/** A window that is not closed yet: what one instance saw within it. */
export class WindowDraft {
  readonly #startMs: number;
  readonly #durationMs: number;
  readonly #endpoints = new Map<string, EndpointDraft>();
  readonly #kept: SeenRequest[] = [];

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

  close(pseudonym: Pseudonym): TelemetryWindow {
    const record = (request: SeenRequest) => recordOf(request, pseudonym);
    const slowest = this.#kept.toSorted((a, b) => b.durationUs - a.durationUs).slice(0, maxSlowRequests);
    return {
      start: new Date(this.#startMs).toISOString(),
      durationMs: this.#durationMs,
      endpoints: [...this.#endpoints.values()].map((endpoint) => endpoint.wire()),
      queries: [],
      outgoing: [],
      pools: [],
      metrics: [],
      slowRequests: slowest.map(record),
      failedRequests: this.#kept
        .filter(({ failed }) => failed)
        .slice(0, maxFailedRequests)
        .map(record),
    };
  }

  #endpoint(method: string, route: string): EndpointDraft {
    const key = `${method} ${route}`;
    const known = this.#endpoints.get(key);
    if (known !== undefined) return known;
    if (this.#endpoints.size >= maxEndpoints && route !== other) return this.#endpoint('*', other);
    const draft = new EndpointDraft(method, route);
    this.#endpoints.set(key, draft);
    return draft;
  }
}
