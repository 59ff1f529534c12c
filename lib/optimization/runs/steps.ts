import type { Change } from '../../contracts/optimizations.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import { costsMoreThanAllowed } from '../planning/cost-allowance.ts';
import type { Planner } from '../planning/planner.ts';
import { isSameValue, placeOf, valueOn } from '../sides.ts';
import { type ChangeWriter, refusalOf } from './change-writer.ts';
import {
  afterUnit,
  at,
  beginPuttingBack,
  ended,
  hasToPutBack,
  kept,
  plannedOf,
  putBack,
  turnedAround,
  unitOf,
  withUnit,
} from './course.ts';
import type { Freezes } from './freezes.ts';
import type { ProjectLocks } from './locks.ts';
import { isMeasurable } from './measuring/measurable.ts';
import type { MeasuringSteps } from './measuring/steps.ts';
import type { Position, StepName, StoredRun, Unit } from './model.ts';
import { beginMove, nextMove } from './moving.ts';
import { resultOf } from './result.ts';

export interface StepServices {
  writer: ChangeWriter;
  locks: ProjectLocks;
  freezes: Freezes;
  planner: Pick<Planner, 'find'>;
  measuring: MeasuringSteps;
}

/** What a step came to: the run as it stands then, or that there is something to wait for. */
export type Taken = { run: StoredRun; afterSeconds?: number } | { waitSeconds: number };

/** What stands in the places of an optimization. */
type Seen = { [Name in 'snapshot' | 'revisions']: NonNullable<Unit[Name]> };

type At<Name extends StepName> = Extract<Position, { step: Name }>;

const lockPatienceSeconds = 5;

/** How each step of a run is taken. Taking one twice, or once more after it was cut off anywhere, comes to the same. */
export class RunSteps {
  readonly #clock: Parts['clock'];
  readonly #services: StepServices;

  constructor({ clock }: Pick<Parts, 'clock'>, services: StepServices) {
    this.#clock = clock;
    this.#services = services;
  }

  /** @throws what may be tried again */
  async take(run: StoredRun): Promise<Taken> {
    if (run.status === 'running' && run.halt !== undefined) return this.halt(run, run.halt);
    if (run.status === 'running' && this.#clock() > (run.deadlineMs ?? Number.POSITIVE_INFINITY)) {
      return this.halt(run, { scope: 'trying', reason: 'It took longer than it ever should.', force: false });
    }
    return this.#steps[run.at.step](run, run.at as never);
  }

  /** The run goes forward no more. What it had going on elsewhere ends, too. */
  async halt(run: StoredRun, halt: NonNullable<StoredRun['halt']>): Promise<Taken> {
    await this.cleanUp(run);
    return { run: turnedAround(run, halt) };
  }

  /** What the run has going on elsewhere ends. */
  cleanUp(run: StoredRun): Promise<void> {
    return this.#services.measuring.cleanUp(run);
  }

  readonly #steps: { [Name in StepName]: (run: StoredRun, position: At<Name>) => Promise<Taken> } = {
    begin: async (run) => {
      const hasLock = await this.#services.locks.take(run.project, run.runId);
      if (run.status === 'rolling-back') {
        return hasLock ? { run: beginPuttingBack(run) } : { waitSeconds: lockPatienceSeconds };
      }
      const reason = hasLock ? await this.#frozen(run) : 'Another run is changing things of the project.';
      if (reason !== undefined) return this.#stop(run, reason);
      const units = await Promise.all(run.units.map((unit, index) => this.#withSnapshot(run, unit, index)));
      const now = this.#clock();
      const begun: StoredRun = { ...run, units, status: 'running', startedAtMs: now, deadlineMs: now + longestMs(run) };
      return { run: at(begun, units.length === 0 ? { step: 'end' } : { step: 'prepare', unit: 0 }) };
    },

    prepare: async (run, { unit }) => {
      if (unitOf(run, unit).status !== 'waiting') return { run: afterUnit(run, unit) };
      const reason = await this.#frozen(run);
      if (reason !== undefined) return this.#stop(run, reason);
      const planned = await this.#asPlanned(run, unit);
      if (typeof planned === 'string') {
        return { run: afterUnit(withUnit(run, unit, { status: 'skipped', detail: planned }), unit) };
      }
      const ready = withUnit(planned, unit, { status: 'running' });
      if (run.request.verify.mode === 'none' || !isMeasurable(plannedOf(ready, unit).changes)) {
        return { run: beginMove(ready, { unit, to: 'after', purpose: 'keep' }, this.#clock()) };
      }
      return { run: this.#services.measuring.beginRound(ready, unit, 0) };
    },

    write: async (run, position) => {
      const { unit, change, to, purpose } = position;
      const reason = to === 'after' ? await this.#frozen(run) : undefined;
      if (reason !== undefined) return this.#stop(run, reason);
      const { id, changes } = plannedOf(run, unit);
      const what = changes[change];
      if (what === undefined) throw new RangeError(`the optimization has no change ${change}`);
      const { written, revisions } = unitOf(run, unit);
      const moved = await this.#services.writer.move({
        project: run.project,
        runId: run.runId,
        turn: run.turn,
        id,
        change: what,
        to,
        by: run.halt?.by ?? run.approvedBy ?? run.requestedBy,
        action: purpose === 'compare' ? 'measure' : purpose === 'keep' ? 'apply' : 'roll-back',
        force: purpose === 'put-back' && run.halt?.force === true,
        // What is there is Headroom's own and goes, whatever became of the rest.
        revision: purpose === 'put-back' ? undefined : (revisions?.[change] ?? undefined),
      });
      if (moved.is === 'there') {
        const outcome = moved.outcome === undefined ? {} : { detail: moved.outcome };
        const told = to === 'after' ? withUnit(run, unit, { ...outcome, written: Math.max(written, change + 1) }) : run;
        return { run: nextMove(told, position, change, this.#clock()) };
      }
      if (moved.is === 'done-for-good') return { run: kept(run, unit, this.#clock(), moved.outcome ?? 'Done') };
      const { refusal } = moved;
      if (purpose !== 'put-back') {
        await this.#services.measuring.cleanUp(run);
        return { run: putBack(run, unit, refusal.detail) };
      }
      // What was never written needs no putting back: whatever is there, it is not Headroom's.
      if (change >= written && refusal.found !== undefined)
        return { run: nextMove(run, position, change, this.#clock()) };
      const conflict = { id, change: what, expected: valueOn('after', what), ...refusal };
      return { run: nextMove({ ...run, conflicts: [...run.conflicts, conflict] }, position, change, this.#clock()) };
    },

    load: (run, { unit }) =>
      this.#unlessFrozen(run, () => this.#services.measuring.load(run, unit, (reason) => this.#stop(run, reason))),
    experiment: (run, { unit }) => this.#unlessFrozen(run, () => this.#services.measuring.experiment(run, unit)),
    wait: (run, { unit }) => this.#unlessFrozen(run, () => this.#services.measuring.wait(run, unit)),
    judge: (run, { unit }) => this.#services.measuring.judge(run, unit),

    end: async (run) => {
      const { halt } = run;
      // Asked for while the last step was taken, or insisted on when something was in the way already.
      if (halt?.scope === 'all' && (halt.again || hasToPutBack(run, ['kept']))) {
        return { run: beginPuttingBack({ ...run, status: 'rolling-back', halt: { ...halt, again: undefined } }) };
      }
      const over = ended(run, this.#clock());
      return { run: { ...over, result: resultOf(over) } };
    },
  };

  #frozen(run: StoredRun): Promise<string | undefined> {
    return this.#services.freezes.reason(run.project);
  }

  async #unlessFrozen(run: StoredRun, take: () => Promise<Taken>): Promise<Taken> {
    const reason = await this.#frozen(run);
    return reason === undefined ? take() : this.#stop(run, reason);
  }

  #stop(run: StoredRun, reason: string): Promise<Taken> {
    return this.halt(run, { scope: 'trying', reason, force: false });
  }

  /**
   * What stands in every place that the optimization may change; one whose places may not be read is not begun. One whose places cannot
   * be read for now keeps no other from beginning: before its own turn comes, they are read again.
   */
  async #withSnapshot(run: StoredRun, unit: Unit, index: number): Promise<Unit> {
    try {
      const values = await this.#values(run, index);
      return typeof values === 'string' ? { ...unit, status: 'skipped', detail: values } : { ...unit, ...values };
    } catch (error) {
      if (error instanceof DomainError && error.code === 'unavailable') return unit;
      throw error;
    }
  }

  /** @returns why they cannot be read, in words */
  async #values(run: StoredRun, index: number): Promise<Seen | string> {
    try {
      const { changes } = plannedOf(run, index);
      const held = await Promise.all(changes.map((change) => this.#services.writer.read(run.project, change)));
      return {
        // What some calls have left is replaced as what was there before them.
        snapshot: changes.map((change, each) =>
          held[each]?.isPartial ? valueOn('before', change) : (held[each]?.value ?? null),
        ),
        // Others' revisions grow with each change of what is beside them, Headroom's own too.
        revisions: changes.map(({ kind }, each) => (kind === 'aws' ? (held[each]?.revision ?? null) : null)),
      };
    } catch (error) {
      return refusalOf(error).detail;
    }
  }

  /**
   * The run, when what the optimization would replace is there. Where it is not, perhaps since another one was kept that changed the
   * same, it is planned anew.
   * @returns why it cannot be done, in words
   */
  async #asPlanned(run: StoredRun, index: number): Promise<StoredRun | string> {
    const values = await this.#values(run, index);
    if (typeof values === 'string') return values;
    const isThere = (changes: StoredRun['plannedOptimizations'][number]['changes']): boolean =>
      changes.length === values.snapshot.length &&
      changes.every((change, each) => isSameValue(values.snapshot[each], valueOn('before', change)));
    const { id, changes } = plannedOf(run, index);
    if (!isSameAsBegun(unitOf(run, index), values))
      return 'Somebody else has changed what it belongs to since the run began.';
    if (isThere(changes)) return run;
    const anew = await this.#found(run, id);
    if (anew === undefined || !isThere(anew.changes)) return 'What it would change is no more as it was planned.';
    if (run.approvedBy !== undefined && !comesToTheSame(changes, anew.changes)) {
      return 'What it would change is no more as it was approved, and what is planned now was not approved.';
    }
    if (costsMoreThanAllowed(plannedOf(run, index), anew)) return 'It costs more by now than was allowed.';
    const plannedOptimizations = run.plannedOptimizations.map((planned, each) => (each === index ? anew : planned));
    return withUnit({ ...run, plannedOptimizations }, index, values);
  }

  async #found(run: StoredRun, id: string): Promise<StoredRun['plannedOptimizations'][number] | undefined> {
    try {
      const { proposals } = await this.#services.planner.find(run.project, run.profileId);
      const found = proposals.find((proposal) => proposal.id === id);
      if (found === undefined) return undefined;
      const { evidence: _, ...planned } = found;
      return planned;
    } catch (error) {
      refusalOf(error);
      return undefined;
    }
  }
}

/** Whether two plans put the same in the same places, whatever is there before. */
const comesToTheSame = (a: readonly Change[], b: readonly Change[]): boolean =>
  a.length === b.length &&
  a.every((change, at) => {
    const other = b[at];
    return (
      other !== undefined &&
      placeOf(change) === placeOf(other) &&
      isSameValue(valueOn('after', change), valueOn('after', other))
    );
  });

/** Twice what it should take, and time for what AWS and queues may take. */
const longestMs = ({ estimatedDurationSeconds }: StoredRun): number => 2_000 * estimatedDurationSeconds + 30 * 60_000;

const isSameAsBegun = ({ revisions }: Unit, now: Seen): boolean =>
  revisions === undefined || isSameValue(revisions, now.revisions);
