/** How much is kept of what is seen, and how often it is sent. */
export interface Sampling {
  readonly flushMs: number;
  /** Of each window, kept whole. */
  readonly slowRequests: number;
}

/** What may be changed while the process is watched. */
export class ChangingSampling {
  readonly #own: Sampling;
  #now: Sampling;
  #heard: () => void = () => undefined;

  constructor(own: Sampling) {
    this.#own = own;
    this.#now = own;
  }

  get now(): Sampling {
    return this.#now;
  }

  /** @param heard told of every change */
  onChange(heard: () => void): void {
    this.#heard = heard;
  }

  /** What is left out is the process's own. */
  set(changes: Partial<Sampling>): void {
    this.#now = { ...this.#own, ...changes };
    this.#heard();
  }
}
