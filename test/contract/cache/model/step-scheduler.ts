import type { Actor, Work } from './virtual-time.ts';

interface Step {
  owner: Actor;
  /** Goes on also while its owner stands still: a request is on its way once it is sent. */
  isUnderWay: boolean;
  run: () => void;
}

/** Everything that takes its time is a step that waits here until it is let go, so that any order can be had. */
export class StepScheduler {
  readonly #work: Work;
  #steps: Step[] = [];

  constructor(work: Work) {
    this.#work = work;
  }

  /** Resolves once the step is let go; never when its owner has crashed before. */
  reached(owner: Actor, isUnderWay = false): Promise<void> {
    return new Promise((run) => {
      if (isUnderWay || !owner.hasCrashed) this.#steps.push({ owner, isUnderWay, run });
    });
  }

  /** Whether nothing is under way, for a call or in the background. */
  get isIdle(): boolean {
    return this.#steps.length === 0;
  }

  /** Lets go the n-th step that can go on (-1 is the newest), of one owner or of anybody. @returns whether there was one */
  async release(pick: number, owner?: Actor): Promise<boolean> {
    const able = this.#steps.filter(
      (step) => (owner === undefined || step.owner === owner) && (step.isUnderWay || !step.owner.isFrozen),
    );
    const step = able.at(pick % able.length);
    if (step === undefined) return false;
    this.#steps.splice(this.#steps.indexOf(step), 1);
    step.run();
    await this.#work.quiet();
    return true;
  }

  /** What a crashed process has sent goes on, what it waits for does not. */
  forget(owner: Actor): void {
    this.#steps = this.#steps.filter((step) => step.owner !== owner || step.isUnderWay);
  }
}
