import type { PlannedOptimization, RunVerification } from '../../contracts/optimization-runs.ts';
import { savingOf } from './judging/saving.ts';
import { forSaving, roundSeconds } from './measuring/rounds.ts';

/** Until what was written is in force, and of a round, until its load is there. */
const writeSeconds = 5;
const roundOverheadSeconds = 45;

/** How long a run takes at most, when every optimization needs all of its rounds. */
export const estimatedSeconds = (planned: readonly PlannedOptimization[], verify: RunVerification): number =>
  planned.reduce((sum, each) => sum + writeSeconds * each.changes.length + measuringSeconds(each, verify), 0);

function measuringSeconds(planned: PlannedOptimization, verify: RunVerification): number {
  if (verify.mode === 'none') return 0;
  const measuring = savingOf(planned) === undefined ? verify : forSaving(verify);
  return verify.rounds * (roundSeconds(measuring) + roundOverheadSeconds);
}
