import type { CacheClock } from '../../../../lib/cache/library/clock.ts';

/** Whoever has steps of its own: what it does stands still while it is frozen, and ends with it when it has crashed. */
export interface Actor {
  readonly name: string;
  isFrozen: boolean;
  hasCrashed: boolean;
}

interface Timer {
  dueMs: number;
  /** Timers that are due at the same time go off in the order in which they were set. */
  order: number;
  owner: Actor;
  callback: () => void;
}

/** What runs in real time, because it is asked of real servers. */
export class Work {
  readonly #running = new Set<Promise<unknown>>();

  during<T>(work: Promise<T>): Promise<T> {
    const ended = work.catch(() => {}).finally(() => this.#running.delete(ended));
    this.#running.add(ended);
    return work;
  }

  /** All that can be done without virtual time or a step of somebody else has been done. */
  async quiet(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#running.size > 0) {
      await Promise.all(this.#running);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Time that passes only when it is told to. Everybody has the same; a frozen process' timers go off when it runs again. */
export class VirtualTime {
  readonly #work: Work;
  readonly #firstMs: number;
  #nowMs: number;
  #timers: Timer[] = [];
  #order = 0;

  constructor(work: Work, firstMs: number) {
    this.#work = work;
    this.#firstMs = firstMs;
    this.#nowMs = firstMs;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  clockOf(owner: Actor): CacheClock {
    return {
      now: () => this.#nowMs,
      monotonic: () => this.#nowMs - this.#firstMs,
      after: (ms, callback) => {
        const timer = { dueMs: this.#nowMs + Math.max(0, ms), order: this.#order++, owner, callback };
        this.#timers.push(timer);
        return () => {
          const at = this.#timers.indexOf(timer);
          if (at >= 0) this.#timers.splice(at, 1);
        };
      },
    };
  }

  /** How long it is until a timer goes off that can; undefined when there is none. */
  get nextInMs(): number | undefined {
    const next = this.#next();
    return next === undefined ? undefined : Math.max(0, next.dueMs - this.#nowMs);
  }

  async advance(ms: number): Promise<void> {
    const until = this.#nowMs + ms;
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.callback();
      await this.#work.quiet();
    }
    this.#nowMs = until;
  }

  forget(owner: Actor): void {
    this.#timers = this.#timers.filter((timer) => timer.owner !== owner);
  }

  #next(untilMs = Number.POSITIVE_INFINITY): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.owner.isFrozen || timer.dueMs > untilMs) continue;
      if (next === undefined || timer.dueMs < next.dueMs || (timer.dueMs === next.dueMs && timer.order < next.order)) {
        next = timer;
      }
    }
    return next;
  }
}
