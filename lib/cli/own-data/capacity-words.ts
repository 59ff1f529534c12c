import { count, decimal, percent } from '../../contracts/figures.ts';
import { slowdown } from '../../statistics/usl-model.ts';
import type { CapacityFound, FittedCapacity } from './capacity.ts';

const users = (value: number): string => `${count(value)} ${Math.round(value) === 1 ? 'user' : 'users'}`;

/** Of the users at which throughput peaks. */
export function peakRange({ interval: { maxUsers }, reachUsers }: FittedCapacity): string {
  const { low, high } = maxUsers;
  return `${count(low)} to ${high === undefined ? `more than ${count(reachUsers)}` : count(high)}`;
}

/** Where throughput peaks, in one sentence; or why that is not told. */
export function capacityHeadline(found: CapacityFound): string {
  if (!found.fitted) return `No curve is claimed: ${found.detail}.`;
  const { maxUsers, maxRequestsPerSecond, testedUsers, reachUsers, interval } = found;
  if (maxUsers === undefined || maxRequestsPerSecond === undefined) {
    const below = Math.min(interval.maxUsers.low, reachUsers);
    return (
      `Throughput still rises at ${users(testedUsers)}, the most that were tested: ` +
      `its peak lies above ${users(below)} (with 97.5 %), and is not claimed.`
    );
  }
  const peak = `peaks at about ${users(maxUsers)} (95 % interval ${peakRange(found)}) with ${decimal(maxRequestsPerSecond)} requests/s`;
  return maxUsers > testedUsers
    ? `By the curve, throughput ${peak}; at most ${users(testedUsers)} were tested.`
    : `Throughput ${peak}.`;
}

/** What the curve's parameters mean, and how far it may be believed. */
export function capacityRemarks(found: FittedCapacity): string[] {
  const { sigma, kappa, maxUsers, testedUsers, reachUsers, kneeUsers, typicalErrorPercent } = found;
  const at = Math.min(maxUsers ?? testedUsers, testedUsers);
  const waiting = sigma * (at - 1);
  const agreeing = kappa * at * (at - 1);
  const isFree = decimal(waiting) === '0' && decimal(agreeing) === '0';
  const cause = isFree
    ? `With ${users(at)}, a request takes as long as with one: nothing waits for what only one can use at a time (contention), nor to keep users consistent with each other (crosstalk).`
    : `With ${users(at)}, a request takes ${decimal(slowdown(found, at))} times as long as with one: ` +
      `${decimal(waiting)} of it waits for what only one can use at a time (contention), ` +
      `${decimal(agreeing)} keeps users consistent with each other (crosstalk).`;
  const knee =
    kneeUsers === undefined
      ? 'Kneedle, a cross-check that knows no law, finds no knee in the points.'
      : `Kneedle, a cross-check that knows no law, sees the knee at ${users(kneeUsers)}: from there on, more users bring little.`;
  const trust =
    `The curve typically misses a point by ${percent(typicalErrorPercent)} %. It says something up to ${users(reachUsers)}, ` +
    `1.5 times the most that were tested, and nothing beyond.`;
  return [cause, knee, trust];
}
