interface Turn<T> {
  result: Promise<T>;
}

/**
 * Asks once for all who want to know at the same time. Invariant: nobody is given an answer that was asked for before they
 * came. So one question is under way at most, and one waits for all who came since.
 */
export class Coalesced<T> {
  readonly #ask: () => Promise<T>;
  #running: Turn<T> | undefined;
  #waiting: Turn<T> | undefined;

  constructor(ask: () => Promise<T>) {
    this.#ask = ask;
  }

  ask(): Promise<T> {
    if (this.#running === undefined) return this.#start();
    if (this.#waiting === undefined) {
      const next = (): Promise<T> => {
        this.#waiting = undefined;
        return this.#start();
      };
      this.#waiting = { result: this.#running.result.then(next, next) };
    }
    return this.#waiting.result;
  }

  #start(): Promise<T> {
    const turn: Turn<T> = {
      result: this.#ask().finally(() => {
        if (this.#running === turn) this.#running = undefined;
      }),
    };
    this.#running = turn;
    return turn.result;
  }
}
