import { comparisonSlices } from './kinds/comparison-slices.ts';
import type { PlayedStep } from './kinds/played-step.ts';
import { nextStepOf } from './kinds/sequence.ts';
import type { StepPlan, StoredRequest, StoredRun } from './model.ts';
import { seedOf } from './plan.ts';

/** What a run plays next, given what it has played. Undefined: it is complete. */
export const nextStepOfRun = (
  stored: StoredRequest,
  { testId }: Pick<StoredRun, 'testId'>,
  played: readonly PlayedStep[],
): StepPlan | undefined =>
  stored.kind === 'comparison'
    ? comparisonSlices(stored.request, seedOf(testId))[played.length]
    : nextStepOf(stored.request, played);
