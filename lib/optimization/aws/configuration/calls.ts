import { reasonOf } from '../../../platform/aws-failure.ts';
import { DomainError } from '../../../platform/errors.ts';

export interface CallLimits {
  /** Calls of one reading: 50 functions take about 400. */
  maxCalls: number;
  /** Later calls are left out: whoever asked is answered within API Gateway's 30 s. */
  deadlineMs: number;
}

export const callLimits: CallLimits = { maxCalls: 500, deadlineMs: 15_000 };

/** The calls of one reading: bounded, and what could not be read becomes a named problem, so that one refusal does not hide the rest. */
export class Calls {
  readonly #limits: CallLimits;
  readonly #endsAtMs: number;
  #made = 0;
  #leftOut = 0;
  /** By what went wrong, the resources that it went wrong with. */
  readonly #failures = new Map<string, Set<string>>();
  readonly #notes = new Set<string>();

  constructor(limits: CallLimits = callLimits) {
    this.#limits = limits;
    this.#endsAtMs = performance.now() + limits.deadlineMs;
  }

  /**
   * @param action as IAM names it: `lambda:ListTags`
   * @param resource as the project calls it
   * @returns undefined where it could not be asked
   */
  async ask<Answer>(action: string, resource: string, call: () => Promise<Answer>): Promise<Answer | undefined> {
    if (this.#made >= this.#limits.maxCalls || performance.now() > this.#endsAtMs) {
      this.#leftOut++;
      return undefined;
    }
    this.#made++;
    try {
      return await call();
    } catch (error) {
      const why = `${action}: ${error instanceof DomainError ? error.message : reasonOf(error)}`;
      this.#failures.set(why, (this.#failures.get(why) ?? new Set()).add(resource));
      return undefined;
    }
  }

  /** Something that was read, and cannot be made use of. */
  note(problem: string): void {
    this.#notes.add(problem);
  }

  get problems(): string[] {
    const failures = [...this.#failures].map(
      ([why, resources]) => `${why.replace(/\.$/, '')} (${listed([...resources])}).`,
    );
    const leftOut =
      this.#leftOut === 0
        ? []
        : [
            `${this.#leftOut} calls were left out: a reading takes at most ${this.#limits.maxCalls} and ${this.#limits.deadlineMs / 1000} s.`,
          ];
    return [...failures, ...this.#notes, ...leftOut];
  }
}

const maxListed = 3;
const listed = (names: readonly string[]): string =>
  names.length <= maxListed
    ? names.join(', ')
    : `${names.slice(0, maxListed).join(', ')} and ${names.length - maxListed} more`;
