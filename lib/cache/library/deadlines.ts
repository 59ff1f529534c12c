import type { CacheClock } from './clock.ts';

export class DeadlineError extends Error {
  override name = 'DeadlineError';

  constructor(timeoutMs: number) {
    super(`No answer within ${timeoutMs} ms.`);
  }
}

/** Calls back every so many milliseconds until what it returns is called. */
export type Ticker = (everyMs: number, tick: () => void) => () => void;

const interval: Ticker = (everyMs, tick) => {
  const timer = setInterval(tick, everyMs);
  return () => clearInterval(timer);
};

/** By a cache's own clock. */
export const tickerOf =
  (clock: CacheClock): Ticker =>
  (everyMs, tick) => {
    let cancel = clock.after(everyMs, function again() {
      cancel = clock.after(everyMs, again);
      tick();
    });
    return () => cancel();
  };

/** So much of the timeout passes between two looks. */
const TICKS = 5;

interface Waiting {
  ticksLeft: number;
  giveUp: (error: DeadlineError) => void;
}

/**
 * Timeouts that count only time in which the process ran: they are told by the ticks of one shared interval, and an interval that
 * was late ticks once, not as often as it should have. So a frozen process gives up nothing when it wakes, but reads the answers
 * that have come meanwhile. One timer for all calls is also cheaper than one for each, and there is none while nothing waits.
 *
 * A running process gives up after `timeoutMs` to 1.2 `timeoutMs`.
 */
export class Deadlines {
  readonly #timeoutMs: number;
  readonly #ticker: Ticker;
  readonly #waiting = new Set<Waiting>();
  #stop: (() => void) | undefined;

  constructor(timeoutMs: number, ticker: Ticker = interval) {
    this.#timeoutMs = timeoutMs;
    this.#ticker = ticker;
  }

  /** The answer, or DeadlineError when it takes too long; what comes after that is ignored, failures too. */
  within<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // The first tick may come at once: it takes one more for the whole time to have passed.
      const waiting: Waiting = { ticksLeft: TICKS + 1, giveUp: reject };
      this.#waiting.add(waiting);
      this.#stop ??= this.#ticker(this.#timeoutMs / TICKS, () => this.#tick());
      answer.then(
        (value) => {
          this.#done(waiting);
          resolve(value);
        },
        (error) => {
          this.#done(waiting);
          reject(error);
        },
      );
    });
  }

  #tick(): void {
    for (const waiting of this.#waiting) {
      if (--waiting.ticksLeft > 0) continue;
      this.#done(waiting);
      waiting.giveUp(new DeadlineError(this.#timeoutMs));
    }
  }

  #done(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    if (this.#waiting.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }
}
