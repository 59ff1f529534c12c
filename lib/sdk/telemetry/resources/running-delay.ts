import { Sketch } from '../../../statistics/sketch.ts';

const everyMs = 20;

/**
 * The delay of the event loop between `start` and `stop` alone, for a process that is frozen in between: Node's own monitor would take
 * a freeze for a delay. Costs a timer every 20 ms while it runs, which holds no process open.
 */
export class RunningDelay {
  /** In microseconds. */
  #delays = new Sketch();
  #timer: NodeJS.Timeout | undefined;
  #lastMs = 0;

  start(): void {
    this.stop();
    this.#lastMs = performance.now();
    this.#timer = setInterval(() => this.#tick(), everyMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Since it was called last; 0 where nothing ran for long enough to be late. */
  takeP99Ms(): number {
    const delays = this.#delays;
    this.#delays = new Sketch();
    return delays.count === 0 ? 0 : delays.quantile(0.99) / 1_000;
  }

  #tick(): void {
    const now = performance.now();
    this.#delays.record(1_000 * Math.max(0, now - this.#lastMs - everyMs));
    this.#lastMs = now;
  }
}
