import type { PlannedOptimization, RunVerification } from '../../contracts/optimization-runs.ts';

/** Until what was written is in force, and of a round, until its load is there. */
const writeSeconds = 5;
const roundOverheadSeconds = 45;

/** How long a run takes at most, when every optimization needs all of its rounds. */
export const estimatedSeconds = (planned: readonly PlannedOptimization[], verify: RunVerification): number =>
  planned.reduce((sum, { changes }) => sum + writeSeconds * changes.length + measuringSeconds(verify), 0);

const measuringSeconds = (verify: RunVerification): number =>
  verify.mode === 'none' ? 0 : verify.rounds * (verify.slicesPerRound * verify.sliceSeconds + roundOverheadSeconds);
