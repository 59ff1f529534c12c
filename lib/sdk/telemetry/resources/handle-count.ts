/** Of all time, at most so much is spent on counting. */
const share = 1e-4;

/**
 * How many sockets, timers, files and requests keep the process busy. Node can only list them (0.15 us each, 2 ms for 13,000), so
 * the more there are the more seldom they are counted: with 100,000, once in two to three minutes.
 */
export class HandleCount {
  readonly #list: () => readonly string[];
  readonly #now: () => number;
  #count = 0;
  #nextAtMs = Number.NEGATIVE_INFINITY;

  constructor(list = () => process.getActiveResourcesInfo(), now = () => performance.now()) {
    this.#list = list;
    this.#now = now;
  }

  read(): number {
    const startedAtMs = this.#now();
    if (startedAtMs < this.#nextAtMs) return this.#count;
    this.#count = this.#list().length;
    const endedAtMs = this.#now();
    this.#nextAtMs = endedAtMs + (endedAtMs - startedAtMs) / share;
    return this.#count;
  }
}
