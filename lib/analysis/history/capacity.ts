import type { CapacityClaim } from '../../contracts/history-analysis/capacity.ts';
import type { EndedTest } from '../../load/history-service.ts';
import { isoTime } from '../../platform/clock.ts';
import type { HistoryPoint } from '../../telemetry/history/service.ts';
import { rounded } from '../../telemetry/resources.ts';
import { reachedOf } from './capacity-reached.ts';
import { testedCapacityOf } from './tested-capacity.ts';

const dayMs = 86_400_000;
/** What demand is now: its highest of these. */
const demandDays = 28;

type Claimed = Extract<CapacityClaim, { enough: true }>;

/**
 * What the service bears by its newest stress test, and how much of it demand takes.
 *
 * @param dailyPeaks requests per second that were sustained for five minutes, the most of each day, in order; without load tests of ours
 */
export function capacityOf(
  test: EndedTest | undefined,
  dailyPeaks: readonly HistoryPoint[],
  now: number,
): CapacityClaim {
  const tested = test && testedCapacityOf(test);
  if (test === undefined || tested === undefined) {
    return {
      enough: false,
      reason:
        test === undefined
          ? 'No stress test of the project was completed with figures that are the target’s'
          : 'In the newest stress test the target bore its load at no level',
      needed: 'A load test of kind `stress` that begins at a level which the service bears',
    };
  }
  const curve = curveOf(test);
  const maxRequestsPerSecond = (curve.enough ? curve.maxRequestsPerSecond : undefined) ?? tested.requestsPerSecond;
  const { breakingPoint } = test.result;
  return {
    enough: true,
    testId: tested.testId,
    testedAt: isoTime(tested.endedAtMs),
    ...(tested.users === undefined ? {} : { testedUsers: tested.users }),
    testedRequestsPerSecond: tested.requestsPerSecond,
    ...(breakingPoint === undefined ? {} : { breakingPoint }),
    curve,
    maxRequestsPerSecond: rounded(maxRequestsPerSecond),
    demand: demandOf(
      dailyPeaks.filter(({ at }) => at >= now - demandDays * dayMs),
      maxRequestsPerSecond,
    ),
    reached: reachedOf(dailyPeaks, maxRequestsPerSecond, now),
  };
}

function curveOf({ result: { capacity, capacityUnknown } }: EndedTest): Claimed['curve'] {
  if (capacity !== undefined) return { enough: true, ...capacity };
  return {
    enough: false,
    reason: capacityUnknown ?? 'The test has no curve',
    needed: 'A stress test in the closed model with four levels or more, the highest at least twice the lowest',
  };
}

function demandOf(dailyPeaks: readonly HistoryPoint[], maxRequestsPerSecond: number): Claimed['demand'] {
  const [first, ...others] = dailyPeaks;
  if (first === undefined) {
    return {
      enough: false,
      reason: 'The service reported no five minutes of requests in the last 28 days, but where a load test ran',
      needed: 'A service that reports and is used, also in hours without load tests',
    };
  }
  const highest = others.reduce((most, each) => (each.value > most.value ? each : most), first);
  return {
    enough: true,
    peakRequestsPerSecond: highest.value,
    at: isoTime(highest.at),
    usedPercent: rounded((100 * highest.value) / maxRequestsPerSecond),
  };
}
