import type { Parts } from '../../platform/parts.ts';
import type { Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import { valueOn } from '../sides.ts';
import { advanceMessage, type RunMessage } from './advance-message.ts';
import { claim, giveBack } from './claims.ts';
import { plannedOf, putBack, turnedAround, unitAt, unitOf } from './course.ts';
import type { ProjectLocks } from './locks.ts';
import { hasEnded, isLed, runItem, type StepName, type StoredRun } from './model.ts';
import { nextMove } from './moving.ts';
import type { RunSteps } from './steps.ts';

/** Steps that change something outside of the table. Two workers must not be at such a step, or the one at it and the other beyond it. */
const claimed: ReadonlySet<StepName> = new Set(['write', 'experiment']);

/** Of a claimed step, by whichever messages. */
export const mostAttempts = 8;

const tooOften = 'It could not be carried out, however often it was tried.';

/**
 * Leads a run through its steps. Each message names the turn that it continues; whatever comes twice, late or out of order finds the
 * run at another turn and changes nothing. A worker that is cut off anywhere leaves the run at a turn that says what it was about, and
 * the message, which comes again, takes that up.
 */
export class RunWorker {
  readonly #parts: Pick<Parts, 'table' | 'clock' | 'send' | 'log'>;
  readonly #steps: RunSteps;
  readonly #locks: ProjectLocks;

  constructor(
    parts: Pick<Parts, 'table' | 'clock' | 'send' | 'log'>,
    { steps, locks }: { steps: RunSteps; locks: ProjectLocks },
  ) {
    this.#parts = parts;
    this.#steps = steps;
    this.#locks = locks;
  }

  async advance(message: RunMessage): Promise<void> {
    let current = await this.#find(message);
    if (current === undefined) return;
    if (hasEnded(current.value)) return this.#locks.release(message.project, message.runId);
    if (current.value.turn !== message.turn || !isLed(current.value)) return;
    const { at } = current.value;
    if (claimed.has(at.step)) {
      const taken = await claim(this.#parts, current, mostAttempts);
      if (taken.is === 'exhausted') return this.giveUp(message);
      if (taken.is === 'theirs') return this.#parts.send([advanceMessage(current.value, taken.waitSeconds)]);
      current = taken.stored;
    }
    const needsLock = at.step !== 'begin' && at.step !== 'end';
    if (needsLock && !(await this.#locks.take(message.project, message.runId))) {
      await this.#giveBack(current);
      throw new Error('Another run has taken the lock');
    }
    try {
      await this.#carryOut(current);
    } catch (error) {
      await this.#giveBack(current);
      throw error;
    }
  }

  /**
   * For a message that could not be handled however often. What goes forward turns around; what could not be put back is told as a
   * conflict, and the rest is put back all the same.
   */
  async giveUp(message: RunMessage): Promise<void> {
    const current = await this.#find(message);
    if (current === undefined || current.value.turn !== message.turn || !isLed(current.value)) return;
    const next = await this.#givenUp(current.value);
    if (next === undefined) return;
    const written = await this.#write(current, next);
    if (written === undefined) throw new Error('The run was changed while it was given up');
  }

  async #carryOut(begun: Stored<StoredRun>): Promise<void> {
    const { send, log } = this.#parts;
    for (let current: Stored<StoredRun> | undefined = begun; current !== undefined; ) {
      const run: StoredRun = current.value;
      const taken = await this.#steps.take(run);
      if ('waitSeconds' in taken) {
        await send([advanceMessage(run, taken.waitSeconds)]);
        return;
      }
      if ((await this.#write(current, taken.run, taken.afterSeconds)) !== undefined) {
        const { project, runId, status, reason } = taken.run;
        if (hasEnded(taken.run)) {
          log.info('A run of optimizations ended', { project, runId, status, reason });
          await this.#locks.release(project, runId);
        }
        return;
      }
      // Somebody asked for its rollback meanwhile: the step is taken once more, which comes to the same, and then that is seen.
      const now = await this.#find(run);
      current = now?.value.turn === run.turn ? now : undefined;
    }
  }

  #giveBack({ value }: Stored<StoredRun>): Promise<void> {
    return giveBack(this.#parts, value, () => this.#find(value));
  }

  #write(current: Stored<StoredRun>, next: StoredRun, afterSeconds?: number): Promise<Stored<StoredRun> | undefined> {
    const stored: StoredRun = { ...next, turn: current.value.turn + 1, claimedUntilMs: undefined, attempts: undefined };
    const pending = hasEnded(stored) ? [] : [advanceMessage(stored, afterSeconds)];
    return this.#parts.table.replace(current, stored, { pending });
  }

  /** Undefined: only the table stands in its way, and what wakes it later will find it. */
  async #givenUp(run: StoredRun): Promise<StoredRun | undefined> {
    const isPutBack = run.at.step === 'write' && run.at.purpose === 'put-back';
    if (run.status !== 'rolling-back' && !isPutBack) return this.#goneOn(run);
    if (run.at.step !== 'write') return undefined;
    const { unit, change: index } = run.at;
    const { id, changes } = plannedOf(run, unit);
    const change = changes[index];
    if (change === undefined) return undefined;
    const conflict = { id, change, expected: valueOn('after', change), detail: tooOften };
    const isOurs = index < unitOf(run, unit).begun;
    const told = isOurs ? { ...run, conflicts: [...run.conflicts, conflict] } : run;
    return nextMove(told, run.at, index, this.#parts.clock());
  }

  /** What one place could not do is left out, and the rest is done. A run that somebody halts goes no further. */
  async #goneOn(run: StoredRun): Promise<StoredRun> {
    const begun: StoredRun = { ...run, status: 'running' };
    const unit = unitAt(run.at);
    try {
      await this.#steps.cleanUp(begun);
    } catch (error) {
      // An experiment and a load test end by themselves, too.
      const { project, runId } = run;
      this.#parts.log.error('What a run had going on could not be ended', { project, runId, error });
    }
    if (unit === undefined || run.halt !== undefined) {
      return turnedAround(begun, run.halt ?? { scope: 'trying', reason: tooOften, force: false });
    }
    return putBack(begun, unit, tooOften);
  }

  #find({ project, runId }: { project: string; runId: string }): Promise<Stored<StoredRun> | undefined> {
    return this.#parts.table.get(runItem, keys.optimizationRun(project, runId));
  }
}
