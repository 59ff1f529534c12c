import type { Interval } from './bootstrap.ts';
import { kneedle } from './kneedle.ts';
import { type FitUslOptions, fitUsl, type NoUslFit, type UslFit } from './usl.ts';
import type { LoadPoint } from './usl-least-squares.ts';
import type { UslParameters } from './usl-model.ts';

/** How throughput grows with users, and where it stops to: as Headroom tells it everywhere. */
export interface CapacityFigures extends UslParameters {
  rSquared: number;
  /** N*, where throughput peaks. Absent where that is not within reach, or nowhere. */
  maxUsers?: number;
  /** At `maxUsers`. */
  maxRequestsPerSecond?: number;
  /** Of 95 %. Without `high`, the peak may lie anywhere beyond reach. */
  interval: { lambda: Interval; sigma: Interval; kappa: Interval; maxUsers: { low: number; high?: number } };
  /** Kneedle's cross-check, which knows of no law. Absent on a straight or convex curve. */
  kneeUsers?: number;
}

/** The Universal Scalability Law and a cross-check of it, or why there is none. @throws RangeError as `fitUsl` does */
export function capacityFigures(
  points: readonly LoadPoint[],
  options?: FitUslOptions,
): { capacity: CapacityFigures; fit: UslFit } | { unknown: NoUslFit } {
  const fit = fitUsl(points, options);
  if (!fit.fitted) return { unknown: fit };
  const knee = kneedle(points.map(({ users, throughput }) => ({ x: users, y: throughput })));
  const { lambda, sigma, kappa, rSquared, maxUsers, peakThroughput, intervals } = fit;
  const capacity = {
    lambda,
    sigma,
    kappa,
    rSquared,
    ...(maxUsers === undefined ? {} : { maxUsers }),
    ...(peakThroughput === undefined ? {} : { maxRequestsPerSecond: peakThroughput }),
    interval: intervals,
    ...(knee === undefined ? {} : { kneeUsers: knee.x }),
  };
  return { capacity, fit };
}
