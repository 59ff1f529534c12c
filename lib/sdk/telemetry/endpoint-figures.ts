import type { EndpointWindow } from '../../contracts/telemetry.ts';
import { Sketch } from '../../statistics/sketch.ts';
import type { EndedRequest } from './incoming-requests.ts';

/** The requests of one method and route. */
export class EndpointFigures {
  readonly #method: string;
  readonly #route: string;
  readonly #statuses = new Map<number, number>();
  readonly #responseTime = new Sketch();
  #failed = 0;
  #requestBytes = 0;
  #responseBytes = 0;
  #queries = 0;
  #queryTimeMs = 0;

  constructor(method: string, route: string) {
    this.#method = method;
    this.#route = route;
  }

  add({ active, status, durationMs, requestBytes, responseBytes }: EndedRequest): void {
    if (status !== 0) this.#statuses.set(status, (this.#statuses.get(status) ?? 0) + 1);
    if (status === 0 || status >= 500) this.#failed++;
    this.#responseTime.record(durationMs * 1_000);
    this.#requestBytes += requestBytes;
    this.#responseBytes += responseBytes;
    this.#queries += active.queries;
    this.#queryTimeMs += active.queryTimeMs;
  }

  wire(): EndpointWindow {
    return {
      method: this.#method,
      route: this.#route,
      statuses: Object.fromEntries(this.#statuses),
      failed: this.#failed,
      responseTime: this.#responseTime.toBase64(),
      requestBytes: this.#requestBytes,
      responseBytes: this.#responseBytes,
      queries: this.#queries,
      queryTimeUs: Math.round(this.#queryTimeMs * 1_000),
    };
  }
}
