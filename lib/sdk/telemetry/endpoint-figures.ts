import type { EndpointWindow } from '../../contracts/telemetry.ts';
import { Sketch } from '../../statistics/sketch.ts';
import type { EndedRequest } from './incoming-requests.ts';
import { StatusCounts } from './status-counts.ts';

/** The requests of one method and route. */
export class EndpointFigures {
  readonly #method: string;
  readonly #route: string;
  readonly #statuses = new StatusCounts();
  readonly #responseTime = new Sketch();
  #requestBytes = 0;
  #responseBytes = 0;
  #queries = 0;
  #queryTimeMs = 0;
  #cpuMs: number | undefined;
  #poolWaitMs: number | undefined;

  constructor(method: string, route: string) {
    this.#method = method;
    this.#route = route;
  }

  add({ active, status, durationMs, requestBytes, responseBytes, cpuMs }: EndedRequest): void {
    this.#statuses.count(status);
    this.#responseTime.record(durationMs * 1_000);
    this.#requestBytes += requestBytes;
    this.#responseBytes += responseBytes;
    this.#queries += active.queries;
    this.#queryTimeMs += active.queryTimeMs;
    if (cpuMs !== undefined) this.#cpuMs = (this.#cpuMs ?? 0) + cpuMs;
    if (active.poolWaitMs !== undefined) this.#poolWaitMs = (this.#poolWaitMs ?? 0) + active.poolWaitMs;
  }

  wire(): EndpointWindow {
    return {
      method: this.#method,
      route: this.#route,
      statuses: this.#statuses.byStatus,
      failed: this.#statuses.failed,
      responseTime: this.#responseTime.toBase64(),
      requestBytes: this.#requestBytes,
      responseBytes: this.#responseBytes,
      queries: this.#queries,
      queryTimeUs: Math.round(this.#queryTimeMs * 1_000),
      ...(this.#cpuMs !== undefined && { cpuTimeUs: Math.max(0, Math.round(this.#cpuMs * 1_000)) }),
      ...(this.#poolWaitMs !== undefined && { poolWaitUs: Math.round(this.#poolWaitMs * 1_000) }),
    };
  }
}
