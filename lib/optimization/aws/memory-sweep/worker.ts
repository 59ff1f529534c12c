import type { MessageOf } from '../../../contracts/messages.ts';
import { isoTime } from '../../../platform/clock.ts';
import type { Parts } from '../../../platform/parts.ts';
import type { Stored } from '../../../platform/table/item.ts';
import { keys } from '../../../platform/table/keys.ts';
import type { AuditTrail } from '../../runs/audit.ts';
import { claim, giveBack } from '../../runs/claims.ts';
import type { Freezes } from '../../runs/freezes.ts';
import type { ProjectLocks } from '../../runs/locks.ts';
import type { MemorySweep } from './model.ts';
import { brokenOff, type StoredSweep, sweepItem, sweepMessage } from './stored.ts';
import { changeOfStep, type MemorySweeper } from './sweeper.ts';

export type SweepMessage = Extract<MessageOf<'optimizations'>, { type: 'memory-sweep.advance' }>;

/** Of one step: what fails so often is broken off, or left and told. */
const mostAttempts = 6;
const tooOften = 'It could not be carried out, however often it was tried.';

export interface SweepWorkerServices {
  sweeper: MemorySweeper;
  locks: ProjectLocks;
  freezes: Freezes;
  audit: Pick<AuditTrail, 'begin' | 'close'>;
}

/**
 * Leads a memory sweep from step to step. What it is about to do is stored before it is done, and the sweep holds the project's lock:
 * a worker that is gone leaves a message, or a lock that lapses, by which another one takes the sweep up and cleans up after it.
 */
export class SweepWorker {
  readonly #parts: Pick<Parts, 'table' | 'clock' | 'send' | 'log'>;
  readonly #services: SweepWorkerServices;

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'send' | 'log'>, services: SweepWorkerServices) {
    this.#parts = parts;
    this.#services = services;
  }

  /** @throws what may be tried again */
  async advance(message: SweepMessage): Promise<void> {
    const { project, sweepId } = message;
    const current = await this.#find(message);
    if (current === undefined || current.value.endedAt !== undefined) {
      return this.#services.locks.release(project, sweepId);
    }
    if (current.value.turn !== message.turn) return;
    const taken = await claim(this.#parts, current, mostAttempts);
    if (taken.is === 'exhausted') return this.giveUp(message);
    if (taken.is === 'theirs') return this.#parts.send([sweepMessage(current.value, taken.waitSeconds)]);
    await this.#carryOut(taken.stored);
  }

  /** For a message that could not be handled however often: what goes forward turns around, and what cannot be taken away is told. */
  async giveUp(message: SweepMessage): Promise<void> {
    const current = await this.#find(message);
    if (current === undefined || current.value.turn !== message.turn || current.value.endedAt !== undefined) return;
    const { sweep } = current.value;
    const isForward = sweep.phase === 'publishing' || sweep.phase === 'measuring';
    const turned = brokenOff(current.value, tooOften);
    const next = isForward ? turned : passedOver(turned);
    if ((await this.#write(current, next)) === undefined)
      throw new Error('The sweep was changed while it was given up');
  }

  async #carryOut(claimed: Stored<StoredSweep>): Promise<void> {
    const { freezes, locks } = this.#services;
    const { value } = claimed;
    const { project } = value.sweep;
    try {
      if (!(await locks.take(project, value.sweepId))) throw new Error('A run has the lock of the project');
      const frozen = await freezes.reason(project);
      const isForward = value.sweep.phase === 'publishing' || value.sweep.phase === 'measuring';
      const next =
        frozen !== undefined && isForward ? brokenOff(value, frozen) : { ...value, sweep: await this.#advanced(value) };
      const written = await this.#write(claimed, next);
      if (written?.value.endedAt !== undefined) await locks.release(project, value.sweepId);
      // Somebody has cancelled it meanwhile: what this step has made is made again, or seen, by the next one.
      if (written === undefined) await this.#merge(value, next);
    } catch (error) {
      await giveBack(this.#parts, value, () => this.#find({ project, sweepId: value.sweepId }));
      throw error;
    }
  }

  /** What a step changes of the function stands in the trail before it is changed; one that is cut off is taken again, as an entry of its own. */
  async #advanced({ sweep, sweepId, requestedBy: by, turn }: StoredSweep): Promise<MemorySweep> {
    const { sweeper, audit } = this.#services;
    const change = changeOfStep(sweep);
    if (change === undefined) return sweeper.advance(sweep);
    const { project } = sweep;
    const sides = { change, from: change.before, to: change.after };
    const entry = await audit.begin({ project, sweepId, by, action: 'measure', ...sides }, `turn ${turn}`);
    const next = await sweeper.advance(sweep);
    const problem = next.problems[sweep.problems.length];
    const published = next.versions[sweep.versions.length];
    const detail =
      problem ??
      (published?.isOwn ? `Published as version ${published.version}, for as long as the sweep takes.` : undefined);
    await audit.close(entry, problem === undefined ? 'made' : 'refused', detail);
    return next;
  }

  /** Of a step that was taken while somebody cancelled: what it published must not be forgotten. */
  async #merge(before: StoredSweep, { sweep }: StoredSweep): Promise<void> {
    const now = await this.#find({ project: sweep.project, sweepId: before.sweepId });
    if (now === undefined || now.value.turn !== before.turn) return;
    const { phase, problems } = now.value.sweep;
    const merged = { ...now.value, sweep: { ...sweep, phase, problems } };
    if ((await this.#write(now, merged)) === undefined) throw new Error('The sweep is changed again and again');
  }

  #write(current: Stored<StoredSweep>, next: StoredSweep): Promise<Stored<StoredSweep> | undefined> {
    const isOver = next.sweep.phase === 'done';
    const stored: StoredSweep = {
      ...next,
      turn: current.value.turn + 1,
      claimedUntilMs: undefined,
      attempts: undefined,
      ...(isOver ? { endedAt: isoTime(this.#parts.clock()) } : {}),
    };
    return this.#parts.table.replace(current, stored, { pending: isOver ? [] : [sweepMessage(stored)] });
  }

  #find({ project, sweepId }: Pick<SweepMessage, 'project' | 'sweepId'>): Promise<Stored<StoredSweep> | undefined> {
    return this.#parts.table.get(sweepItem, keys.memorySweep(project, sweepId));
  }
}

/** What cannot be put back, or taken away, is left. */
function passedOver(stored: StoredSweep): StoredSweep {
  const { sweep } = stored;
  if (sweep.phase === 'restoring') return { ...stored, sweep: { ...sweep, phase: 'cleaning' } };
  const versions = sweep.versions.slice(sweep.versions.findIndex(({ isOwn }) => isOwn) + 1);
  return { ...stored, sweep: { ...sweep, versions } };
}
