import type { CacheClock } from '../../../lib/cache/library/clock.ts';

interface Alarm {
  at: number;
  ring: () => void;
}

/** Time that passes only when it is told to. */
export class ManualClock implements CacheClock {
  #ms: number;
  readonly #alarms = new Set<Alarm>();

  constructor(startMs = 1_700_000_000_000) {
    this.#ms = startMs;
  }

  now = (): number => this.#ms;
  monotonic = (): number => this.#ms;

  after = (ms: number, ring: () => void): (() => void) => {
    const alarm: Alarm = { at: this.#ms + ms, ring };
    this.#alarms.add(alarm);
    return () => this.#alarms.delete(alarm);
  };

  /** How many wait for their time. */
  get waiting(): number {
    return this.#alarms.size;
  }

  advance(ms: number): void {
    const until = this.#ms + ms;
    for (;;) {
      const next = [...this.#alarms].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#alarms.delete(next);
      this.#ms = Math.max(this.#ms, next.at);
      next.ring();
    }
    this.#ms = until;
  }
}
