import { Sketch } from '../../statistics/sketch.ts';
import { boundedKind } from './failure-kinds.ts';

/**
 * Artillery's own figures, by its names: counters such as `http.codes.200`, `vusers.completed`, `errors.ETIMEDOUT`,
 * `plugins.expect.failed`; and times such as `http.response_time` (to the first byte) and `vusers.session_length`, in
 * microseconds. Artillery keeps times in buckets of 1 % (DDSketch), by which its own quantiles are off; these
 * take the values themselves and are off by 0.2 % at most.
 */
export type ArtilleryMetrics = { counters: Record<string, number>; times: Record<string, Sketch> };

const longestName = 200;

/** Adds up what one scenario after another tells; `take` gives it in parts, which together are the whole. */
export class MetricsRecorder {
  #counters = new Map<string, number>();
  #times = new Map<string, Sketch>();

  count(name: string, value = 1): void {
    const kind = boundedKind(this.#counters, name.slice(0, longestName));
    this.#counters.set(kind, (this.#counters.get(kind) ?? 0) + value);
  }

  time(name: string, ms: number): void {
    // A phase that the client could not tell has no time.
    if (!Number.isFinite(ms)) return;
    const kind = boundedKind(this.#times, name.slice(0, longestName));
    const sketch = this.#times.get(kind) ?? new Sketch();
    this.#times.set(kind, sketch);
    sketch.record(ms * 1000);
  }

  take(): ArtilleryMetrics {
    const taken = { counters: Object.fromEntries(this.#counters), times: Object.fromEntries(this.#times) };
    this.#counters = new Map();
    this.#times = new Map();
    return taken;
  }
}

export const noMetrics = (): ArtilleryMetrics => ({ counters: {}, times: {} });

/** Adds the second to the first. Of any parts in any order the sum is the same, so workers and intervals can be put together. */
export function addMetrics(sum: ArtilleryMetrics, more: ArtilleryMetrics): ArtilleryMetrics {
  for (const [name, value] of Object.entries(more.counters)) sum.counters[name] = (sum.counters[name] ?? 0) + value;
  for (const [name, sketch] of Object.entries(more.times)) {
    sum.times[name] ??= new Sketch();
    sum.times[name].merge(sketch);
  }
  return sum;
}
