import type { Run } from './run.ts';

/** A request that waits to be answered by what is stored or what another makes, or to make the answer itself: one of these, and once. */
export class Turn<Answer> {
  /** Undefined when it has waited for too long. */
  readonly outcome: Promise<Answer | Run | undefined>;
  readonly #timer: NodeJS.Timeout;
  #resolve: (outcome: Answer | Run | undefined) => void = () => undefined;
  #isOpen = true;

  constructor(patienceMs: number) {
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#timer = setTimeout(() => this.#close(undefined), patienceMs);
  }

  /** @returns whether the request waits still, and makes the answer from now on */
  take(run: Run): boolean {
    return this.#close(run);
  }

  answer(answer: Answer): void {
    this.#close(answer);
  }

  #close(outcome: Answer | Run | undefined): boolean {
    if (!this.#isOpen) return false;
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#resolve(outcome);
    return true;
  }
}
