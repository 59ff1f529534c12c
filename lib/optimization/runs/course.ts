import { isoTime } from '../../platform/clock.ts';
import { isDoneOnce } from '../sides.ts';
import type { Halt, Position, StoredRun, Unit } from './model.ts';

/**
 * How a run goes on: from one optimization to the next while it goes forward, and back through what there is to put back once it is
 * halted. Pure.
 */

/** @throws RangeError when there is no such optimization */
export function unitOf(run: StoredRun, index: number): Unit {
  const unit = run.units[index];
  if (unit === undefined) throw new RangeError(`the run has no optimization ${index}`);
  return unit;
}

/** @throws RangeError likewise */
export function plannedOf(run: StoredRun, index: number): StoredRun['plannedOptimizations'][number] {
  const planned = run.plannedOptimizations[index];
  if (planned === undefined) throw new RangeError(`the run has no optimization ${index}`);
  return planned;
}

export const withUnit = (run: StoredRun, index: number, change: Partial<Unit>): StoredRun => ({
  ...run,
  units: run.units.map((unit, at) => (at === index ? { ...unit, ...change } : unit)),
});

export const at = (run: StoredRun, position: Position): StoredRun => ({ ...run, at: position });

/** The optimization is over, as it says. How it was measured is needed no more: what came of that stands in its judgement. */
export function afterUnit(before: StoredRun, index: number): StoredRun {
  const run = withUnit(before, index, { round: undefined, snapshot: undefined });
  if (run.status === 'rolling-back') return putBackNext(run, index - 1);
  return at(run, index + 1 < run.units.length ? { step: 'prepare', unit: index + 1 } : { step: 'end' });
}

/** Puts back what may have been written of an optimization, the last change first. What an earlier attempt at that came to is over. */
export function putBack(run: StoredRun, index: number, detail: string): StoredRun {
  const { begun } = unitOf(run, index);
  const { id: own } = plannedOf(run, index);
  const conflicts = run.conflicts.filter(({ id }) => id !== own);
  const told = withUnit({ ...run, conflicts }, index, { status: 'running', detail });
  if (begun === 0) return afterUnit(withPutBackEnd(told, index), index);
  return at(told, { step: 'write', unit: index, change: begun - 1, to: 'before', purpose: 'put-back' });
}

/** Nothing of it is left to put back: says whether all of it was. */
export function withPutBackEnd(run: StoredRun, index: number): StoredRun {
  const { begun, round } = unitOf(run, index);
  const isLeft = run.conflicts.some(({ id }) => id === plannedOf(run, index).id);
  const wasTried = begun > 0 || round !== undefined;
  return withUnit(run, index, { status: isLeft ? 'conflict' : wasTried ? 'rolled-back' : 'skipped' });
}

/** Of a run that is put back as a whole: the next optimization, downwards, of which something is still there. */
function putBackNext(run: StoredRun, from: number): StoredRun {
  if (run.halt?.scope === 'all') {
    const next = run.units.findLastIndex((_, index) => index <= from && isToPutBack(run, index, standing));
    if (next >= 0) return putBack(run, next, run.halt.reason);
  }
  return at(run, { step: 'end' });
}

/** Of an optimization that is over, what says that something of it is still there. */
const standing: readonly Unit['status'][] = ['kept', 'conflict'];

/** What was done once and for good is not among it. */
const isToPutBack = (run: StoredRun, index: number, states: readonly Unit['status'][]): boolean =>
  states.includes(unitOf(run, index).status) && !plannedOf(run, index).changes.every(isDoneOnce);

/** Whether there is something that a rollback would put back. */
export const hasToPutBack = (run: StoredRun, states = standing): boolean =>
  run.units.some((_, index) => isToPutBack(run, index, states));

/** The optimization that a position is about. */
export const unitAt = (position: Position): number | undefined => ('unit' in position ? position.unit : undefined);

/** Turns a run around that is to go forward no more; what it had not come to is skipped. */
export function turnedAround(run: StoredRun, halt: Halt): StoredRun {
  const index = unitAt(run.at);
  const units = run.units.map(
    (unit, each): Unit =>
      unit.status === 'waiting' && each !== index ? { ...unit, status: 'skipped', detail: halt.reason } : unit,
  );
  const turned: StoredRun = { ...run, units, halt, status: 'rolling-back' };
  if (index === undefined) return putBackNext(turned, run.units.length - 1);
  return putBack(turned, index, halt.reason);
}

/** A run that had ended begins to put back what it has kept. */
export const reopened = (run: StoredRun, halt: Halt): StoredRun => ({
  ...run,
  status: 'rolling-back',
  halt,
  at: { step: 'begin' },
  conflicts: [],
  endedAtMs: undefined,
  claimedUntilMs: undefined,
  attempts: undefined,
});

/** The first step of putting back a whole run. */
export const beginPuttingBack = (run: StoredRun): StoredRun => putBackNext(run, run.units.length - 1);

/** How a run ends that has nothing left to do. */
export function ended(run: StoredRun, now: number): StoredRun {
  const { halt, conflicts } = run;
  const left = conflicts.length === 0 ? undefined : leftWords(conflicts.length);
  const status =
    conflicts.length > 0 || halt?.scope === 'trying' ? 'failed' : halt?.scope === 'all' ? 'rolled-back' : 'completed';
  const reason = [halt?.scope === 'trying' ? halt.reason : undefined, left].filter((each) => each !== undefined);
  return {
    ...run,
    status,
    endedAtMs: now,
    ...(reason.length === 0 ? { reason: undefined } : { reason: reason.join(' ') }),
  };
}

const leftWords = (count: number): string =>
  `${count === 1 ? '1 change' : `${count} changes`} could not be put back: see the conflicts.`;

export const kept = (run: StoredRun, index: number, now: number, detail: string): StoredRun =>
  afterUnit(withUnit(run, index, { status: 'kept', detail, keptAt: isoTime(now) }), index);
