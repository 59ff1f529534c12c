/** What runs on after its caller was answered. Nothing of it is lost: whoever is about to be frozen waits for it. */
export class Background {
  readonly #running = new Set<Promise<void>>();

  /** Its failure is the affair of whoever wrote it: here it is only ended with. */
  run(work: Promise<unknown>): void {
    const done: Promise<void> = work
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => this.#running.delete(done));
    this.#running.add(done);
  }

  /** When nothing runs any more, what was begun meanwhile included. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}
