import type { LatencySummary, LoadTestResult, ScenarioResult, TimelinePoint } from '../contracts/load-result.ts';
import type { Sketch } from '../statistics/sketch.ts';
import type { FailureCount, ScenarioFigures } from './engine/report.ts';
import { generatorSummaryOf } from './generator.ts';
import { emptyFigures, type IntervalSums } from './interval-sums.ts';
import type { StoredRun, StoredShard } from './model.ts';
import { recommendationsOf } from './recommendations.ts';

export interface ResultInput {
  run: StoredRun;
  shards: readonly StoredShard[];
  sums: IntervalSums;
  /** Epoch milliseconds. */
  now: number;
  resourceUsage?: LoadTestResult['resourceUsage'];
}

/** A test's result from what its shards stored: final when the run has ended, what is known so far until then. */
export function resultOf({ run, shards, sums, now, resourceUsage }: ResultInput): LoadTestResult {
  const { total, connectionFailures } = sums;
  const scenarios = run.request.scenarios.map(({ name }): [string, ScenarioFigures] => [
    name,
    sums.scenarios.get(name) ?? emptyFigures(),
  ]);
  const seconds = elapsedSeconds(run, shards, sums, now);
  const perSecond = (amount: number): number => (seconds > 0 ? round(amount / seconds) : 0);
  const figures: Omit<LoadTestResult, 'recommendations'> = {
    totalRequests: total.requests,
    successfulRequests: total.successful,
    failedRequests: total.failed,
    ...successRate(total),
    actualDurationSeconds: round(seconds),
    performanceMetrics: {
      ...latencies(total.responseTime),
      requestsPerSecond: perSecond(total.requests),
      throughputMbps: perSecond((total.bytesReceived * 8) / 1e6),
      serviceTime: latencies(total.serviceTime),
    },
    connectionFailures: countOf(connectionFailures),
    scenarios: Object.fromEntries(
      scenarios.map(([name, sum]): [string, ScenarioResult] => [
        name,
        {
          requests: sum.requests,
          successfulRequests: sum.successful,
          failedRequests: sum.failed,
          ...successRate(sum),
          requestsPerSecond: perSecond(sum.requests),
          statuses: sum.statuses,
          ...latencies(sum.responseTime),
        },
      ]),
    ),
    errors: errorsOf(total, connectionFailures),
    timeline: timelineOf(run, sums, seconds),
    generator: generatorSummaryOf(run, shards, sums.generator, now),
    ...(resourceUsage === undefined ? {} : { resourceUsage }),
  };
  return { ...figures, recommendations: recommendationsOf(figures) };
}

/** From the start epoch to the end of the last request; while the test runs, to now. */
function elapsedSeconds(
  { phase, startAtMs = 0, intervalSeconds }: StoredRun,
  shards: readonly StoredShard[],
  { byInterval }: IntervalSums,
  now: number,
): number {
  if (phase !== 'ended') return Math.max(0, now - startAtMs) / 1000;
  const told = Math.max(0, ...shards.map(({ elapsedMs }) => elapsedMs ?? 0)) / 1000;
  if (told > 0) return told;
  // No worker lived to tell: then the intervals that it stored say how long it lived.
  return Math.max(0, ...[...byInterval.keys()].map((interval) => interval + 1)) * intervalSeconds;
}

/** Of a sketch of microseconds, in milliseconds; empty where nothing was recorded. */
export function latencies(sketch: Sketch): Partial<LatencySummary> {
  if (sketch.count === 0) return {};
  const ms = (microseconds: number): number => round(microseconds / 1000);
  return {
    avgResponseTimeMs: ms(sketch.mean),
    minResponseTimeMs: ms(sketch.min),
    maxResponseTimeMs: ms(sketch.max),
    p50ResponseTimeMs: ms(sketch.quantile(0.5)),
    p75ResponseTimeMs: ms(sketch.quantile(0.75)),
    p90ResponseTimeMs: ms(sketch.quantile(0.9)),
    p95ResponseTimeMs: ms(sketch.quantile(0.95)),
    p99ResponseTimeMs: ms(sketch.quantile(0.99)),
    p999ResponseTimeMs: ms(sketch.quantile(0.999)),
  };
}

/** @param seconds how long the test has lasted: its last interval ends with it, not later */
function timelineOf({ intervalSeconds }: StoredRun, { byInterval }: IntervalSums, seconds: number): TimelinePoint[] {
  const ascending = [...byInterval].sort(([a], [b]) => a - b);
  return ascending.flatMap(([interval, { figures: sum, activeUsers }]) => {
    const second = interval * intervalSeconds;
    const durationSeconds = round(Math.min(intervalSeconds, seconds - second));
    if (durationSeconds <= 0 && sum.requests === 0) return [];
    const { avgResponseTimeMs, p50ResponseTimeMs, p95ResponseTimeMs, p99ResponseTimeMs } = latencies(sum.responseTime);
    return {
      second,
      durationSeconds: Math.max(0, durationSeconds),
      requests: sum.requests,
      failedRequests: sum.failed,
      // Over an instant a rate would say nothing.
      requestsPerSecond: round(sum.requests / Math.max(durationSeconds, intervalSeconds / 10)),
      activeUsers,
      ...(avgResponseTimeMs === undefined ? {} : { avgResponseTimeMs }),
      ...(p50ResponseTimeMs === undefined ? {} : { p50ResponseTimeMs }),
      ...(p95ResponseTimeMs === undefined ? {} : { p95ResponseTimeMs }),
      ...(p99ResponseTimeMs === undefined ? {} : { p99ResponseTimeMs }),
    };
  });
}

/** Failed requests by what was wrong with them, and connections that never carried one. */
function errorsOf(total: ScenarioFigures, connectionFailures: Record<string, FailureCount>): LoadTestResult['errors'] {
  const faults = Object.entries(total.errors).map(([kind, failure]) => ({ kind, ...shown(failure) }));
  const connections = Object.entries(connectionFailures).map(([kind, failure]) => ({
    kind: `connect-${kind}`,
    ...shown(failure),
  }));
  return [...faults, ...connections].sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
}

const shown = ({ count, example }: FailureCount): { count: number; example?: string } =>
  example === '' ? { count } : { count, example };

const countOf = (failures: Record<string, FailureCount>): number =>
  Object.values(failures).reduce((sum, { count }) => sum + count, 0);

const successRate = ({ requests, successful }: ScenarioFigures): { successRatePercent?: number } =>
  requests === 0 ? {} : { successRatePercent: round((successful / requests) * 100) };

const round = (value: number): number => Math.round(value * 1000) / 1000;
