interface Flight<T> {
  born: number;
  /** How many had begun before it. */
  order: number;
  startedAtMs: number;
  /** What `setsOf` was. */
  sets: number;
  result: Promise<T>;
}

/** What a load is to be no older than, for one who cannot learn what was invalidated meanwhile: either will do. */
export interface Recent {
  /** As `begun` was. */
  order: number;
  afterMs: number;
}

/**
 * Loads that run, each at most once at a time for its key.
 *
 * Invariant: nobody joins a load that began before an invalidation that they know of, or before a value was set by this process. `born` is the sequence seen when a
 * load begins, `lastInvalidated` that of the last invalidation of the key that the caller knows (`Invalidations.lastHard`). A tag's
 * may only be seen in the loaded entry: whoever joined asks for a verdict on it before they take it.
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();
  /** Loads that run for a key: those that were overtaken and those that nobody joins are among them. */
  readonly #running = new Map<string, { loads: number; sets: number }>();
  readonly #now: () => number;
  /** How many loads have begun. */
  begun = 0;

  /** @param now monotonic milliseconds */
  constructor(now = (): number => performance.now()) {
    this.#now = now;
  }

  /** How many keys are being loaded, by loads that can be joined or not. */
  get size(): number {
    return this.#running.size;
  }

  has(key: string): boolean {
    return this.#running.has(key);
  }

  /** A value was set meanwhile: what loads that run bring is older. */
  noteSet(key: string): void {
    const running = this.#running.get(key);
    if (running !== undefined) running.sets++;
  }

  /** How often a value was set while loads ran; it begins anew when none does. */
  setsOf(key: string): number {
    return this.#running.get(key)?.sets ?? 0;
  }

  /** Whether a call with this would join a load that runs. */
  joins(key: string, lastInvalidated: number, recent?: Recent): boolean {
    const flight = this.#flights.get(key);
    if (flight === undefined || flight.born < lastInvalidated || flight.sets !== this.setsOf(key)) return false;
    return recent === undefined || flight.order >= recent.order || flight.startedAtMs > recent.afterMs;
  }

  /**
   * @param born with which the load begins, if one must
   * @param load its failure is everybody's who joined
   */
  run(key: string, lastInvalidated: number, born: number, load: () => Promise<T>, recent?: Recent): Promise<T> {
    const running = this.#flights.get(key);
    if (running !== undefined && this.joins(key, lastInvalidated, recent)) return running.result;
    const sets = this.setsOf(key);
    // A load that was overtaken goes on for those who wait for it; it is only not joined any more.
    const result = this.alone(key, load).finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    const flight: Flight<T> = { born, order: this.begun++, startedAtMs: this.#now(), sets, result };
    this.#flights.set(key, flight);
    return result;
  }

  /** A load that nobody joins, and that joins none. */
  async alone(key: string, load: () => Promise<T>): Promise<T> {
    const running = this.#running.get(key) ?? { loads: 0, sets: 0 };
    this.#running.set(key, running);
    running.loads++;
    try {
      return await Promise.resolve().then(load);
    } finally {
      if (--running.loads === 0) this.#running.delete(key);
    }
  }
}
