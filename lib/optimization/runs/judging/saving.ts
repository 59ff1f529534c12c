import type { PlannedOptimization } from '../../../contracts/optimization-runs.ts';
import type { Guardrail, RunJudgement } from '../../../contracts/run-judgement.ts';
import type { PercentInterval } from '../../../statistics/judge.ts';
import { inWords, unsettledOf } from './guardrails.ts';

/** What a change is there to save: what is said of it when it is kept. `costs less` */
export interface Saving {
  words: string;
}

/** Undefined: it is there to make something faster. */
export function savingOf({
  costUsdPerMonth: cost,
  savesUsdPerMonth = 0,
  saves,
}: Pick<PlannedOptimization, 'costUsdPerMonth' | 'savesUsdPerMonth' | 'saves'>): Saving | undefined {
  const costsLess = cost === undefined ? savesUsdPerMonth > 0 : cost.after < cost.before;
  if (costsLess) return { words: 'costs less' };
  return saves === undefined ? undefined : { words: `is there to save ${saves}` };
}

/** By how much the mean response time may become longer for it, in percent. Nearer to 0, most changes without any effect stay unsettled. */
const tolerancePercent = 5;

/**
 * Of the one look at whether it is slower, after the last round: one-sided, 95 % (an interval of 90 % leaves a twentieth on each side).
 * A saving does not hurry, and each look before would ask for more confidence.
 */
export const savingConfidence = 0.9;

/**
 * Of a change that saves something and is not shown to be faster: kept, when it is shown to be no slower than is tolerated (a test of
 * non-inferiority: Piaggio and others, "Reporting of noninferiority and equivalence randomized trials", JAMA 308:24, 2012), and no
 * guardrail speaks against it; rejected, when it is shown to be slower than that.
 */
export function savingVerdict(
  { lowPercent, highPercent }: PercentInterval,
  guardrails: readonly Guardrail[],
  saving: Saving,
): Pick<RunJudgement, 'verdict' | 'keptFor'> & { why: string } {
  if (highPercent < -tolerancePercent) {
    return { verdict: 'reject', why: `it ${saving.words}, but is slower by more than ${tolerancePercent} %` };
  }
  if (lowPercent <= -tolerancePercent) {
    return { verdict: 'inconclusive', why: `that it is not slower by ${tolerancePercent} % is not shown` };
  }
  const notSlower = `it ${saving.words}, and is not slower: ${tolerancePercent} % can be ruled out`;
  const unsettled = unsettledOf(guardrails, true);
  if (unsettled === undefined) return { verdict: 'keep', keptFor: 'saving', why: notSlower };
  return {
    verdict: 'inconclusive',
    why: `${notSlower}, but not that ${unsettled.name} is unharmed: ${inWords(unsettled)}`,
  };
}
