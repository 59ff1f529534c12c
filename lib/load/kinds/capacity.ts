import type { Capacity } from '../../contracts/load-result.ts';
import { capacityFigures } from '../../statistics/capacity.ts';
import type { Random } from '../../statistics/random.ts';
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
  const found = capacityFigures(points, { random });
  if ('unknown' in found) return { capacityUnknown: found.unknown.detail };
  const { maxUsers, interval, ...figures } = found.capacity;
  const { maxUsers: peak, ...ofParameters } = interval;
  return {
    capacity: {
      ...figures,
      ...(maxUsers === undefined ? {} : { maxUsers: Math.round(maxUsers) }),
      interval: {
        ...ofParameters,
        ...(maxUsers === undefined ? {} : { maxUsers: { low: peak.low, high: peak.high ?? found.fit.reachUsers } }),
      },
    },
  };
}
