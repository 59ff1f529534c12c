import type { Metrics } from '../contracts/telemetry.ts';
import { countAbove } from '../statistics/count-above.ts';
import { Sketch } from '../statistics/sketch.ts';
import type { TelemetryAggregate } from './aggregate.ts';
import { resourceMetrics, rounded } from './resources.ts';

/** Microseconds as milliseconds, to the microsecond. */
export const milliseconds = (us: number): number => Math.round(us) / 1000;

export const merged = (sketches: Iterable<Sketch>): Sketch => {
  const all = new Sketch();
  for (const sketch of sketches) all.merge(sketch);
  return all;
};

/** Failed requests over all requests, 0 to 100. */
export const failedPercent = (failed: number, requests: number): number => Math.min(100, (failed / requests) * 100);

/** Over the time that the instances told of, not the time that was asked for: a service may have just begun. */
export function requestMetrics({ endpoints, observed }: TelemetryAggregate): Metrics['requests'] {
  const all = merged(endpoints.map(({ responseTime }) => responseTime));
  if (all.count === 0 || observed === undefined) return undefined;
  const failed = endpoints.reduce((sum, endpoint) => sum + endpoint.failed, 0);
  return {
    totalRequests: all.count,
    avgResponseTimeMs: milliseconds(all.mean),
    minResponseTimeMs: milliseconds(all.min),
    maxResponseTimeMs: milliseconds(all.max),
    p50ResponseTimeMs: milliseconds(all.quantile(0.5)),
    p95ResponseTimeMs: milliseconds(all.quantile(0.95)),
    p99ResponseTimeMs: milliseconds(all.quantile(0.99)),
    errorRatePercent: rounded(failedPercent(failed, all.count), 3),
    requestsPerSecond: rounded(all.count / ((observed.to - observed.from) / 1000), 3),
  };
}

export function databaseMetrics({ queries }: TelemetryAggregate, slowQueryMs: number): Metrics['database'] {
  const all = merged(queries.map(({ queryTime }) => queryTime));
  if (all.count === 0) return undefined;
  return {
    totalQueries: all.count,
    avgQueryTimeMs: milliseconds(all.mean),
    maxQueryTimeMs: milliseconds(all.max),
    slowQueryCount: countAbove(all, slowQueryMs * 1000),
  };
}

export function trafficMetrics({ endpoints, observed, traffic }: TelemetryAggregate): Metrics['traffic'] {
  if (observed === undefined || endpoints.length === 0) return undefined;
  const { currentRequestsPerSecond, peakRequestsPerSecond, sustainedRequestsPerSecond, peakConcurrentRequests } =
    traffic;
  const spentUs = endpoints.reduce((sum, { responseTime }) => sum + responseTime.sum, 0);
  return {
    ...(currentRequestsPerSecond === undefined
      ? {}
      : { currentRequestsPerSecond: rounded(currentRequestsPerSecond, 3) }),
    peakRequestsPerSecond: rounded(peakRequestsPerSecond, 3),
    ...(sustainedRequestsPerSecond === undefined
      ? {}
      : { sustainedRequestsPerSecond: rounded(sustainedRequestsPerSecond, 3) }),
    avgConcurrentRequests: rounded(spentUs / 1000 / (observed.to - observed.from), 3),
    ...(peakConcurrentRequests === undefined ? {} : { peakConcurrentRequests }),
  };
}

function outgoingMetrics({ outgoing }: TelemetryAggregate): Metrics['outgoing'] {
  const all = merged(outgoing.map(({ responseTime }) => responseTime));
  if (all.count === 0) return undefined;
  const failed = outgoing.reduce((sum, each) => sum + each.failed, 0);
  return {
    totalRequests: all.count,
    avgResponseTimeMs: milliseconds(all.mean),
    p95ResponseTimeMs: milliseconds(all.quantile(0.95)),
    errorRatePercent: rounded(failedPercent(failed, all.count), 3),
  };
}

/** What was not reported is absent. */
export function metricsOf(
  aggregate: TelemetryAggregate,
  { timestamp, periodMinutes, slowQueryMs }: { timestamp: string; periodMinutes: number; slowQueryMs: number },
): Metrics {
  const requests = requestMetrics(aggregate);
  const database = databaseMetrics(aggregate, slowQueryMs);
  const traffic = trafficMetrics(aggregate);
  const outgoing = outgoingMetrics(aggregate);
  return {
    timestamp,
    periodMinutes,
    instances: aggregate.instanceCount,
    ...(requests === undefined ? {} : { requests }),
    ...(traffic === undefined ? {} : { traffic }),
    ...(database === undefined ? {} : { database }),
    ...(outgoing === undefined ? {} : { outgoing }),
    ...resourceMetrics(aggregate.resources),
  };
}
