import type { Drift } from '../../contracts/optimization-runs.ts';
import type { Change } from '../../contracts/optimizations.ts';
import { DomainError } from '../../platform/errors.ts';
import { isDoneOnce, isSameValue, valueOn } from '../sides.ts';
import type { ChangeWriter } from './change-writer.ts';
import type { StoredRun } from './model.ts';

/** A change that a run has kept, and that can be there no more. */
export interface KeptChange {
  id: string;
  name: string;
  keptAt: string;
  improvementPercent?: number | undefined;
  change: Change;
}

export const keptChanges = (run: StoredRun): KeptChange[] =>
  run.plannedOptimizations.flatMap(({ id, name, changes }, index) => {
    const unit = run.units[index];
    if (unit?.status !== 'kept' || unit.keptAt === undefined) return [];
    const { keptAt, judgement } = unit;
    const lasting = changes.filter((change) => !isDoneOnce(change));
    return lasting.map((change) => ({ id, name, keptAt, improvementPercent: judgement?.improvementPercent, change }));
  });

/** Looks whether what was kept is still there. @returns undefined when it is */
export async function driftOf(
  writer: Pick<ChangeWriter, 'read'>,
  project: string,
  { id, change }: Pick<KeptChange, 'id' | 'change'>,
): Promise<Drift | undefined> {
  try {
    const { value } = await writer.read(project, change);
    if (isSameValue(value, valueOn('after', change))) return undefined;
    const isBefore = isSameValue(value, valueOn('before', change));
    return { id, change, found: value, detail: isBefore ? 'It is as it was before.' : 'It is something else by now.' };
  } catch (error) {
    const reason = error instanceof DomainError ? error.message : 'It could not be read.';
    return { id, change, detail: reason };
  }
}
