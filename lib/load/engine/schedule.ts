import type { Random } from '../../statistics/random.ts';
import type { ThinkTime } from './plan.ts';

/**
 * When a user of a closed test starts, in ms from the test's start: all users evenly over the ramp-up, the first at once.
 * @param user numbered from 0 over the whole test, whichever worker plays it.
 */
export const userStartMs = (user: number, totalUsers: number, rampUpSeconds: number): number =>
  (rampUpSeconds * 1000 * user) / totalUsers;

export function thinkMs(thinkTime: ThinkTime, random: Random): number {
  if (typeof thinkTime === 'number') return thinkTime;
  return thinkTime.min + (thinkTime.max - thinkTime.min) * random.fraction();
}

export type ArrivalProcess = { arrivalsPerSecond: number; rampUpSeconds: number; durationSeconds: number };

/**
 * When arrival i (from 0) of an open test is due, in ms from the test's start. The rate rises linearly from 0 to r over the
 * ramp-up R, so i = r t^2 / 2R while t < R, and i = rR/2 + r (t - R) from then on.
 */
export function arrivalMs(i: number, { arrivalsPerSecond, rampUpSeconds }: ArrivalProcess): number {
  const inRamp = (arrivalsPerSecond * rampUpSeconds) / 2;
  if (i < inRamp) return 1000 * Math.sqrt((2 * rampUpSeconds * i) / arrivalsPerSecond);
  return 1000 * (rampUpSeconds + (i - inRamp) / arrivalsPerSecond);
}

/** How many arrivals the whole test has: those due before its end. */
export function arrivalCount({ arrivalsPerSecond, rampUpSeconds, durationSeconds }: ArrivalProcess): number {
  const exact = arrivalsPerSecond * (rampUpSeconds / 2 + durationSeconds);
  // 0.1 * 30 = 3.0000000000000004 are 3 arrivals, not 4.
  return Math.ceil(exact - exact * 1e-12);
}

/** How many of them fall to this worker, who takes arrivals worker, worker + workers, ... */
export const arrivalCountOf = (process: ArrivalProcess, worker: number, workers: number): number =>
  Math.max(0, Math.ceil((arrivalCount(process) - worker) / workers));
