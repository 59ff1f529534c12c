import { plannedScript } from './artillery/planned-script.ts';
import { comparisonSlices } from './kinds/comparison-slices.ts';
import type { PlayedStep } from './kinds/played-step.ts';
import { isPlanned, nextStepOf, scriptStep } from './kinds/sequence.ts';
import type { StepPlan, StoredRequest, StoredRun } from './model.ts';
import { seedOf } from './plan.ts';

/** What a run plays next, given what it has played. Undefined: it is complete. */
export function nextStepOfRun(
  stored: StoredRequest,
  { testId, targets: [target] }: Pick<StoredRun, 'testId' | 'targets'>,
  played: readonly PlayedStep[],
): StepPlan | undefined {
  if (stored.kind === 'comparison') return comparisonSlices(stored.request, seedOf(testId))[played.length];
  if (isPlanned(stored.request)) return nextStepOf(stored.request, played);
  const { script } = stored.request;
  if (played.length > 0 || script === undefined || target === undefined) return undefined;
  return scriptStep(plannedScript(script, target));
}
