import type { EndpointWindow } from '../../contracts/telemetry.ts';
import { Sketch } from '../../statistics/sketch.ts';
import { type SeenRequest, whole } from './seen-request.ts';

/** What many requests of one endpoint came to, as a histogram tells it. */
export interface SeenRequests {
  method: string;
  route: string;
  /** 0: not told. */
  status: number;
  failed: boolean;
  /** Microseconds: its count is the number of requests. */
  responseTime: Sketch;
}

/** The figures of one endpoint within one window. */
export class EndpointDraft {
  readonly #method: string;
  readonly #route: string;
  readonly #statuses = new Map<number, number>();
  readonly #responseTime = new Sketch();
  #failed = 0;
  #requestBytes = 0;
  #responseBytes = 0;
  #queries = 0;
  #queryTimeUs = 0;

  constructor(method: string, route: string) {
    this.#method = method;
    this.#route = route;
  }

  add(request: SeenRequest): void {
    const { status, failed, weight, durationUs } = request;
    this.#count(status, failed, weight);
    this.#responseTime.record(durationUs, weight);
    this.addBytes(request.requestBytes * weight, request.responseBytes * weight);
    this.#queries += request.queries * weight;
    this.#queryTimeUs += request.queryTimeUs * weight;
  }

  merge({ status, failed, responseTime }: SeenRequests): void {
    this.#count(status, failed, responseTime.count);
    this.#responseTime.merge(responseTime);
  }

  addBytes(requestBytes: number, responseBytes: number): void {
    this.#requestBytes += requestBytes;
    this.#responseBytes += responseBytes;
  }

  #count(status: number, failed: boolean, requests: number): void {
    if (status !== 0) this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + requests);
    if (failed) this.#failed += requests;
  }

  wire(): EndpointWindow {
    return {
      method: this.#method,
      route: this.#route,
      statuses: Object.fromEntries(this.#statuses),
      failed: this.#failed,
      responseTime: this.#responseTime.toBase64(),
      requestBytes: whole(this.#requestBytes),
      responseBytes: whole(this.#responseBytes),
      queries: whole(this.#queries),
      queryTimeUs: whole(this.#queryTimeUs),
    };
  }
}
