export interface BreakerOptions {
  /** Failures in a row that open it. */
  failures?: number;
  /** How long nothing is tried after that. */
  openMs?: number;
  /** A monotonic clock in milliseconds, such as `performance.now()`. */
  now?: () => number;
}

export type BreakerState = 'closed' | 'open' | 'half-open';

/** Given with leave to call, handed back with the outcome. */
export type Permit = number;

/** A timer of a process that runs comes this late at most; beyond, the process itself stood still. */
const TIMER_LATENESS_MS = 25;

/**
 * Whether a timeout says something of the process and nothing of the other side: its timer came much too late, because the
 * process was frozen or busy meanwhile.
 */
export const isOwnStall = (startedAtMs: number, timedOutAtMs: number, timeoutMs: number): boolean =>
  timedOutAtMs - startedAtMs > timeoutMs + Math.max(TIMER_LATENESS_MS, timeoutMs / 2);

/**
 * Spares callers the wait for what is down: after some failures in a row no call is let through for a while, then one at a time,
 * until one succeeds.
 *
 * Invariants: outcomes of calls that began before the last change of state change nothing. A call that never says how it went
 * keeps others out for `openMs` at most.
 */
export class Breaker {
  readonly #failures: number;
  readonly #openMs: number;
  readonly #now: () => number;
  #failed = 0;
  #isOpen = false;
  /** While open, when the next call may go through. */
  #tryAt = 0;
  #permit: Permit = 1;
  /** How often it has opened. */
  opened = 0;

  constructor({ failures = 5, openMs = 1_000, now = () => performance.now() }: BreakerOptions = {}) {
    this.#failures = failures;
    this.#openMs = openMs;
    this.#now = now;
  }

  get state(): BreakerState {
    if (!this.#isOpen) return 'closed';
    return this.#now() < this.#tryAt ? 'open' : 'half-open';
  }

  /** Leave to call, or undefined. Whoever has it says how it went, by `succeeded`, `failed` or `timedOut`. */
  enter(): Permit | undefined {
    if (!this.#isOpen) return this.#permit;
    const now = this.#now();
    if (now < this.#tryAt) return undefined;
    this.#tryAt = now + this.#openMs;
    return ++this.#permit;
  }

  succeeded(permit: Permit): void {
    if (permit !== this.#permit) return;
    this.#failed = 0;
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#permit++;
  }

  failed(permit: Permit): void {
    if (permit !== this.#permit) return;
    if (!this.#isOpen && ++this.#failed < this.#failures) return;
    this.#isOpen = true;
    this.#failed = 0;
    this.#tryAt = this.#now() + this.#openMs;
    this.#permit++;
    this.opened++;
  }

  /** @param startedAtMs when the call began, by the breaker's clock */
  timedOut(permit: Permit, startedAtMs: number, timeoutMs: number): void {
    const now = this.#now();
    if (!isOwnStall(startedAtMs, now, timeoutMs)) this.failed(permit);
    // It proved nothing, so the next one may try.
    else if (this.#isOpen && permit === this.#permit) this.#tryAt = now;
  }
}
