import { addMetrics, noMetrics } from './metrics.ts';
import type { ArtilleryInterval, ArtilleryOutcome } from './plan.ts';

/** The sum of what a thread has told of, for when it has to be ended without its last word. */
export class ToldFigures {
  readonly #metrics = noMetrics();
  readonly #totals = { requests: 0, successful: 0, failed: 0, connectionFailures: 0 };
  #intervals = 0;
  #activeUsers = 0;

  add({ report, metrics }: ArtilleryInterval): void {
    addMetrics(this.#metrics, metrics);
    this.#intervals++;
    this.#activeUsers = report.activeUsers;
    for (const { requests, successful, failed } of Object.values(report.scenarios)) {
      this.#totals.requests += requests;
      this.#totals.successful += successful;
      this.#totals.failed += failed;
    }
    for (const { count } of Object.values(report.connectionFailures)) this.#totals.connectionFailures += count;
  }

  outcome(elapsedMs: number): ArtilleryOutcome {
    return {
      reason: 'aborted',
      startedLateMs: 0,
      elapsedMs: Math.max(0, elapsedMs),
      intervals: this.#intervals,
      ...this.#totals,
      droppedArrivals: 0,
      metrics:
        this.#activeUsers === 0
          ? this.#metrics
          : addMetrics(this.#metrics, { counters: { 'vusers.stopped': this.#activeUsers }, times: {} }),
    };
  }
}
