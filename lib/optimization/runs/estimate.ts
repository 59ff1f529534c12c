import type { PlannedOptimization, RunVerification } from '../../contracts/optimization-runs.ts';
import { isDoneOnce } from '../sides.ts';
import { savingOf } from './judging/saving.ts';
import { isMeasurable } from './measuring/measurable.ts';
import { forSaving, roundSeconds } from './measuring/rounds.ts';

/** Until what was written is in force, and of a round, until its load is there. */
const writeSeconds = 5;
/** Who does such work looks for it once a minute. */
const upkeepSeconds = 75;
const roundOverheadSeconds = 45;

/** How long a run takes at most, when every optimization needs all of its rounds. */
export const estimatedSeconds = (planned: readonly PlannedOptimization[], verify: RunVerification): number =>
  planned.reduce((sum, each) => sum + writingSeconds(each) + measuringSeconds(each, verify), 0);

const writingSeconds = ({ changes }: PlannedOptimization): number =>
  changes.reduce((sum, change) => sum + (isDoneOnce(change) ? upkeepSeconds : writeSeconds), 0);

function measuringSeconds(planned: PlannedOptimization, verify: RunVerification): number {
  if (verify.mode === 'none' || !isMeasurable(planned.changes)) return 0;
  const measuring = savingOf(planned) === undefined ? verify : forSaving(verify);
  return verify.rounds * (roundSeconds(measuring) + roundOverheadSeconds);
}
