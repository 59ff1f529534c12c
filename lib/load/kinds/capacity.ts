import type { Capacity } from '../../contracts/load-result.ts';
import { kneedle } from '../../statistics/kneedle.ts';
import type { Random } from '../../statistics/random.ts';
import { fitUsl } from '../../statistics/usl.ts';
import { type PlayedStep, successfulPerSecond } from './played-step.ts';
import type { Model } from './settings.ts';

/** The scalability of a target from the steps of a stress test whose throughput is its own, or why nothing is claimed of it. */
export function capacityOf(
  steps: readonly PlayedStep[],
  model: Model,
  random: Random,
): { capacity: Capacity } | { capacityUnknown: string } {
  if (model === 'open')
    return { capacityUnknown: 'in the open model the rate is set: throughput says nothing of users' };
  const points = steps.map((step) => ({ users: step.level, throughput: successfulPerSecond(step) }));
  const fit = fitUsl(points, { random });
  if (!fit.fitted) return { capacityUnknown: fit.detail };
  const knee = kneedle(points.map(({ users, throughput }) => ({ x: users, y: throughput })));
  const { lambda, sigma, kappa, rSquared, maxUsers, peakThroughput, intervals } = fit;
  return {
    capacity: {
      lambda,
      sigma,
      kappa,
      rSquared,
      ...(maxUsers === undefined ? {} : { maxUsers: Math.round(maxUsers) }),
      ...(peakThroughput === undefined ? {} : { maxRequestsPerSecond: peakThroughput }),
      interval: {
        lambda: intervals.lambda,
        sigma: intervals.sigma,
        kappa: intervals.kappa,
        ...(maxUsers === undefined
          ? {}
          : { maxUsers: { low: intervals.maxUsers.low, high: intervals.maxUsers.high ?? fit.reachUsers } }),
      },
      ...(knee === undefined ? {} : { kneeUsers: knee.x }),
    },
  };
}
