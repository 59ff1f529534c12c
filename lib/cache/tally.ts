import { cacheMetrics } from '../contracts/cache-metrics.ts';
import type { Meter } from '../platform/metrics.ts';

type Counted = Exclude<keyof typeof cacheMetrics, 'breakerOpen'>;

/** What happened in a namespace since it was last told: one value for each metric in a call, however many keys it had. */
export class Tally {
  readonly #counts = new Map<Counted, number>();

  add(what: Counted): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  tell(meter: Meter, isBreakerOpen: boolean): void {
    for (const [what, count] of this.#counts) meter.count(cacheMetrics[what], count);
    if (isBreakerOpen) meter.count(cacheMetrics.breakerOpen);
    this.#counts.clear();
  }
}
