import type { LoadTestRequest } from '../contracts/load.ts';
import { plannedScript } from './artillery/planned-script.ts';
import { comparisonSlices } from './kinds/comparison-slices.ts';
import type { PlayedStep } from './kinds/played-step.ts';
import { isPlanned, nextStepOf, scriptStep } from './kinds/sequence.ts';
import { inWholeIntervals } from './kinds/whole-intervals.ts';
import type { StepPlan, StoredRequest, StoredRun } from './model.ts';
import { seedOf } from './plan.ts';

/** What a run plays next, given what it has played. Undefined: it is complete. */
export function nextStepOfRun(
  stored: StoredRequest,
  run: Pick<StoredRun, 'testId' | 'targets' | 'intervalSeconds'>,
  played: readonly PlayedStep[],
): StepPlan | undefined {
  const { intervalSeconds } = run;
  if (stored.kind === 'comparison') {
    return comparisonSlices(stored.request, intervalSeconds, seedOf(run.testId))[played.length];
  }
  const next = nextStepOfTest(stored.request, run, played);
  return next && inWholeIntervals(next, intervalSeconds);
}

function nextStepOfTest(
  request: LoadTestRequest,
  { targets: [target] }: Pick<StoredRun, 'targets'>,
  played: readonly PlayedStep[],
): StepPlan | undefined {
  if (isPlanned(request)) return nextStepOf(request, played);
  const { script } = request;
  if (played.length > 0 || script === undefined || target === undefined) return undefined;
  return scriptStep(plannedScript(script, target));
}
