import type { ComparisonRequest } from '../../contracts/comparisons.ts';
import { Random } from '../../statistics/random.ts';
import type { StepPlan } from '../model.ts';
import { defaultUsers } from './settings.ts';
import { wholeIntervals } from './whole-intervals.ts';

const usualRounds = 10;
/** Of a slice that nobody asked for: one to settle, and one that is measured. */
const leastIntervals = 2;
/** What answers at the beginning of a slice still finds cold or is of the connections that are opened. */
const settlingShare = 0.2;

export interface SlicePlan {
  sliceSeconds: number;
  rounds: number;
}

export function slicePlanOf({ durationSeconds, sliceSeconds }: ComparisonRequest, intervalSeconds: number): SlicePlan {
  const usualSeconds = Math.max(leastIntervals * intervalSeconds, Math.round(durationSeconds / usualRounds));
  const seconds = wholeIntervals(sliceSeconds ?? usualSeconds, intervalSeconds);
  return { sliceSeconds: seconds, rounds: Math.max(2, Math.round(durationSeconds / seconds)) };
}

export const comparisonLevel = ({ users, arrivalRate }: ComparisonRequest): number =>
  arrivalRate ?? users ?? defaultUsers;

/**
 * The slices in their order: each round plays every configuration once, in an order of its own, so that nothing that
 * drifts, and nothing that one leaves behind for the next, falls on the same one each time.
 */
export function comparisonSlices(request: ComparisonRequest, intervalSeconds: number, seed: number): StepPlan[] {
  const random = new Random(seed);
  const { sliceSeconds, rounds } = slicePlanOf(request, intervalSeconds);
  const level = comparisonLevel(request);
  const settling = Math.min(
    wholeIntervals(sliceSeconds * settlingShare, intervalSeconds),
    sliceSeconds - intervalSeconds,
  );
  return Array.from({ length: rounds }, () => shuffled(request.configurations.length, random)).flatMap((order) =>
    order.map(
      (target): StepPlan => ({
        part: 'comparison',
        level,
        stages: [{ seconds: sliceSeconds, from: level, to: level }],
        holdFromSeconds: settling,
        holdSeconds: sliceSeconds - settling,
        target,
      }),
    ),
  );
}

/** Fisher and Yates. */
function shuffled(length: number, random: Random): number[] {
  const order = Array.from({ length }, (_, index) => index);
  for (let last = length - 1; last > 0; last--) {
    const other = random.between(0, last);
    const kept = order[last] ?? 0;
    order[last] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}
