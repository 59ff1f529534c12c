import { writeSync } from 'node:fs';

const printEveryMs = 60_000;

/** One line on stderr. Written directly: a closed stderr must not raise an error event in the host's process. */
export function warn(message: string): void {
  try {
    writeSync(2, `headroom: ${message}\n`);
  } catch {
    // Nobody listens.
  }
}

/** The SDK's own failures: all are counted, and at most one line a minute is printed. */
export class OwnErrors {
  count = 0;
  #unprinted = 0;
  #printedAtMs = Number.NEGATIVE_INFINITY;
  readonly #print: (message: string) => void;
  readonly #now: () => number;

  constructor(print = warn, now = () => performance.now()) {
    this.#print = print;
    this.#now = now;
  }

  report(message: string): void {
    this.count++;
    const now = this.#now();
    if (now - this.#printedAtMs < printEveryMs) {
      this.#unprinted++;
      return;
    }
    const others = this.#unprinted === 0 ? '' : ` (${this.#unprinted} more since the last message)`;
    this.#printedAtMs = now;
    this.#unprinted = 0;
    this.#print(`${message}${others}`);
  }

  /** Whatever happens inside, the host does not notice. */
  guard(what: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.failed(what, error);
    }
  }

  failed(what: string, error: unknown): void {
    this.report(`${what} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const key = Symbol.for('headroom.errors');
const shared: typeof globalThis & { [key]?: OwnErrors } = globalThis;
shared[key] ??= new OwnErrors();

/** Of the process: of what is reported, and of what the service calls itself. */
export const ownErrors: OwnErrors = shared[key];
