import type { StepScheduler } from './step-scheduler.ts';
import type { Actor, VirtualTime, Work } from './virtual-time.ts';

/** Longer than leases, hard timeouts and open breakers last: then a call that still has not ended hangs. */
const LONGEST_MS = 120_000;
const MOST_STEPS = 5_000;

interface Call {
  label: string;
  process: Actor;
  isOver: boolean;
}

/** Calls that have begun, each as far as its process has been let go. */
export class OpenCalls {
  /** Something was slow: calls may fail from now on. */
  hasTrouble = false;
  readonly #violations: string[];
  readonly #time: VirtualTime;
  readonly #steps: StepScheduler;
  readonly #work: Work;
  readonly #left = new Set<Actor>();
  #open: Call[] = [];

  constructor(violations: string[], time: VirtualTime, steps: StepScheduler, work: Work) {
    this.#violations = violations;
    this.#time = time;
    this.#steps = steps;
    this.#work = work;
  }

  /** Whether any has not ended. */
  get areOpen(): boolean {
    return this.#open.some(({ isOver }) => !isOver);
  }

  /** A process is closed: what it was asked before may fail, or go on. */
  leave(process: Actor): void {
    this.#left.add(process);
    this.#open = this.#open.filter((call) => call.process !== process);
  }

  /** Nobody has anything left to do: timers go off as long as somebody waits for one. */
  async rest(): Promise<void> {
    let steps = 0;
    const until = this.#time.nowMs + LONGEST_MS;
    for (;;) {
      while (await this.#steps.release(0)) {
        if (++steps > MOST_STEPS) {
          this.#violations.push(`no rest after ${MOST_STEPS} steps`);
          return;
        }
      }
      const open = this.#open.filter((call) => !call.isOver && !call.process.isFrozen);
      if (open.length === 0) return;
      const inMs = this.#time.nextInMs;
      if (inMs === undefined || this.#time.nowMs + inMs > until) {
        for (const { label } of open) this.#violations.push(`${label} never ends`);
        this.#open = [];
        return;
      }
      this.hasTrouble = true;
      await this.#time.advance(inMs);
    }
  }

  /** Begins a call and lets its process go on by so many steps. */
  async begin(process: Actor, label: string, call: () => Promise<void>, steps: number): Promise<void> {
    if (process.isFrozen) return;
    const open: Call = { label, process, isOver: false };
    this.#open.push(open);
    void call()
      .catch((error: unknown) => {
        if (!this.#left.has(process)) this.unexpected(label, error);
      })
      .finally(() => {
        open.isOver = true;
      });
    await this.#work.quiet();
    // What is newest is most often a step of this call: so it overtakes what else its process does.
    for (let left = steps; left > 0 && !open.isOver; left--) if (!(await this.#steps.release(-1, process))) break;
    this.#open = this.#open.filter(({ isOver }) => !isOver);
  }

  /** Lets a process go on, with what it began last or first. */
  async goOn(process: Actor, steps: number, isNewest: boolean): Promise<void> {
    for (let left = steps; left > 0; left--) if (!(await this.#steps.release(isNewest ? -1 : 0, process))) return;
  }

  /** Something that is waited for as no call is. */
  async settled(ended: Promise<void>): Promise<void> {
    let isOver = false;
    void ended
      .catch((error: unknown) => this.unexpected('close', error))
      .finally(() => {
        isOver = true;
      });
    for (let left = MOST_STEPS; left > 0 && !isOver; left--) {
      await this.#work.quiet();
      if (await this.#steps.release(0)) continue;
      const inMs = this.#time.nextInMs;
      if (inMs === undefined) break;
      await this.#time.advance(inMs);
    }
    await this.#work.quiet();
    if (!isOver) this.#violations.push('close never ends');
  }

  /** What fails that must not. */
  unexpected(label: string, error: unknown): void {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.#violations.push(`${label} fails: ${why}`);
  }
}
