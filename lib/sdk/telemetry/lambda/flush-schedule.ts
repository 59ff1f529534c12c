/** While Headroom cannot be reached, it is tried less and less often, but at least this often. */
const maxPauseMs = 60_000;

/**
 * When what was seen is to be sent, for a process that may be frozen between any two invocations: there timers are of no use.
 * Times are of the wall clock, since it alone goes on while the process is frozen.
 */
export class FlushSchedule {
  readonly #flushMs: number;
  #sentAtMs: number | undefined;
  #failures = 0;

  constructor(flushMs: number) {
    this.#flushMs = flushMs;
  }

  /** The first time is at once: an environment may never see a second invocation. */
  isDue(nowMs: number): boolean {
    return this.#sentAtMs === undefined || this.#hasPassed(this.#sentAtMs, this.#pauseMs, nowMs);
  }

  /** Whether a window is as long as windows are. */
  isWhole(startedAtMs: number, nowMs: number): boolean {
    return this.#hasPassed(startedAtMs, this.#flushMs, nowMs);
  }

  sent(nowMs: number, isDelivered: boolean): void {
    this.#sentAtMs = nowMs;
    this.#failures = isDelivered ? 0 : this.#failures + 1;
  }

  get #pauseMs(): number {
    return Math.max(this.#flushMs, Math.min(maxPauseMs, this.#flushMs * 2 ** Math.min(this.#failures, 10)));
  }

  /** A clock that was put back is not waited for. */
  #hasPassed(sinceMs: number, durationMs: number, nowMs: number): boolean {
    const passedMs = nowMs - sinceMs;
    return passedMs >= durationMs || passedMs < 0;
  }
}
