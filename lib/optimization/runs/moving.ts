import type { Side } from '../sides.ts';
import { afterUnit, at, kept, plannedOf, unitOf, withPutBackEnd, withUnit } from './course.ts';
import type { Purpose, StoredRun } from './model.ts';

/** How all changes of one optimization come to one side: forward from the first to the last, back from the last to the first. Pure. */
export interface Way {
  unit: number;
  to: Side;
  purpose: Purpose;
}

export function beginMove(run: StoredRun, way: Way, now: number): StoredRun {
  const first = way.to === 'after' ? 0 : unitOf(run, way.unit).begun - 1;
  return toChange(run, way, first, now);
}

/** After one change is as it is to be, or could not be put back. */
export const nextMove = (run: StoredRun, way: Way, change: number, now: number): StoredRun =>
  toChange(run, way, way.to === 'after' ? change + 1 : change - 1, now);

/** What is about to be written is stored as such before it is. */
function toChange(run: StoredRun, way: Way, change: number, now: number): StoredRun {
  const { changes } = plannedOf(run, way.unit);
  if (change < 0 || change >= changes.length) return moved(run, way, now);
  const { begun } = unitOf(run, way.unit);
  const told = way.to === 'after' ? withUnit(run, way.unit, { begun: Math.max(begun, change + 1) }) : run;
  return at(told, { step: 'write', ...way, change });
}

/** All of them are there. */
function moved(run: StoredRun, { unit, purpose }: Way, now: number): StoredRun {
  const { round, judgement, detail } = unitOf(run, unit);
  switch (purpose) {
    case 'compare': {
      const measured = round && { ...round, stretchFromMs: now };
      return at(withUnit(run, unit, { round: measured }), { step: 'wait', unit });
    }
    case 'keep':
      return kept(run, unit, now, judgement?.reason ?? detail ?? 'Applied without measuring: nothing is proven');
    case 'put-back':
      return afterUnit(withPutBackEnd(run, unit), unit);
  }
}
