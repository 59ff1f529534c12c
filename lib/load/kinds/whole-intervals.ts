import type { StepPlan } from '../model.ts';

/** So far a sum of fractions may lie beyond the multiple that it is. */
const roundingError = 1e-9;

/** The least multiple of an interval that lasts as long. */
export const wholeIntervals = (seconds: number, intervalSeconds: number): number =>
  Math.ceil(seconds / intervalSeconds - roundingError) * intervalSeconds;

/** A step whose ramp and plateaus last a whole number of intervals, so that all of its hold is measured; none becomes shorter. */
export function inWholeIntervals(step: StepPlan, intervalSeconds: number): StepPlan {
  const whole = (seconds: number): number => wholeIntervals(seconds, intervalSeconds);
  const stages = step.stages.map((stage) => ({ ...stage, seconds: whole(stage.seconds) }));
  const holdFromSeconds = whole(step.holdFromSeconds);
  const holdSeconds = stages.reduce((sum, { seconds }) => sum + seconds, 0) - holdFromSeconds;
  return { ...step, stages, holdFromSeconds, holdSeconds };
}

/** From when until when a step is measured, in seconds of it: the intervals that lie wholly in the time for which its level is held. */
export function measuredSpan(
  { holdFromSeconds, holdSeconds }: Pick<StepPlan, 'holdFromSeconds' | 'holdSeconds'>,
  intervalSeconds: number,
): { from: number; to: number } {
  const from = wholeIntervals(holdFromSeconds, intervalSeconds);
  const intervals = Math.floor((holdFromSeconds + holdSeconds - from) / intervalSeconds + roundingError);
  return { from, to: from + Math.max(0, intervals) * intervalSeconds };
}
