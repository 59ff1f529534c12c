import type {
  LatencySummary,
  LoadTestResult,
  ScenarioResult,
  TimelinePoint,
} from '../../../lib/contracts/load-result.ts';
import { Random } from '../../../lib/statistics/random.ts';

/** What a target does in one second. */
export interface Second {
  users: number;
  requests: number;
  medianMs: number;
  /** 0 to 1. */
  errorRate: number;
}

export interface Traffic {
  timeline: TimelinePoint[];
  /** Of all requests, ascending. */
  samples: number[];
  failed: number;
}

/** Response times with the long tail that real ones have, second by second. Memory is for some 10,000 samples a test. */
export function simulate(seconds: readonly Second[], { seed = 1, intervalSeconds = 1 } = {}): Traffic {
  const random = new Random(seed);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.fraction())) * Math.cos(2 * Math.PI * random.fraction());
  const all: number[] = [];
  let failed = 0;
  const timeline = seconds.map(({ users, requests, medianMs, errorRate }, index): TimelinePoint => {
    const samples = Array.from({ length: Math.min(requests, 60) }, () => {
      const tail = random.fraction() < 0.02 ? 4 : 1;
      return medianMs * tail * Math.exp(0.35 * normal());
    }).sort((one, other) => one - other);
    all.push(...samples);
    const failures = Math.round(requests * errorRate * (0.5 + random.fraction()));
    failed += failures;
    return {
      second: index * intervalSeconds,
      durationSeconds: intervalSeconds,
      requests,
      failedRequests: failures,
      requestsPerSecond: requests / intervalSeconds,
      activeUsers: users,
      ...(samples.length === 0
        ? {}
        : {
            avgResponseTimeMs: mean(samples),
            p50ResponseTimeMs: at(samples, 0.5),
            p95ResponseTimeMs: at(samples, 0.95),
            p99ResponseTimeMs: at(samples, 0.99),
          }),
    };
  });
  return { timeline, samples: all.sort((one, other) => one - other), failed };
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export const summaryOf = (samples: readonly number[], factor = 1): Partial<LatencySummary> =>
  samples.length === 0
    ? {}
    : {
        avgResponseTimeMs: mean(samples) * factor,
        minResponseTimeMs: at(samples, 0) * factor,
        maxResponseTimeMs: at(samples, 1) * factor,
        p50ResponseTimeMs: at(samples, 0.5) * factor,
        p75ResponseTimeMs: at(samples, 0.75) * factor,
        p90ResponseTimeMs: at(samples, 0.9) * factor,
        p95ResponseTimeMs: at(samples, 0.95) * factor,
        p99ResponseTimeMs: at(samples, 0.99) * factor,
        p999ResponseTimeMs: at(samples, 0.999) * factor,
      };

/** Eight bins to a doubling; those without a request are left out. */
export function histogramOf(samples: readonly number[]): LoadTestResult['histogram'] {
  const counts = new Map<number, number>();
  for (const sample of samples) {
    const bin = Math.floor(Math.log2(sample) * 8);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([one], [other]) => one - other)
    .map(([bin, count]) => ({ fromMs: 2 ** (bin / 8), toMs: 2 ** ((bin + 1) / 8), count }));
}

/** A scenario that had a share of all requests, so many times slower or faster than they. */
export function scenarioOf({ timeline, samples, failed }: Traffic, share: number, factor: number): ScenarioResult {
  const requests = Math.round(requestsIn(timeline) * share);
  const failedRequests = Math.round(failed * share);
  return {
    ...summaryOf(samples, factor),
    requests,
    successfulRequests: requests - failedRequests,
    failedRequests,
    ...(requests === 0 ? {} : { successRatePercent: (100 * (requests - failedRequests)) / requests }),
    requestsPerSecond: requests / secondsOf(timeline),
    statuses: { '200': requests - failedRequests, ...(failedRequests === 0 ? {} : { '503': failedRequests }) },
  };
}

export const requestsIn = (timeline: readonly TimelinePoint[]): number =>
  timeline.reduce((sum, { requests }) => sum + requests, 0);
export const secondsOf = (timeline: readonly TimelinePoint[]): number =>
  timeline.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
