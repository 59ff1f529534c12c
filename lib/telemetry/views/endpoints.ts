import type { EndpointFigures, EndpointOrder } from '../../contracts/telemetry-views.ts';
import type { EndpointAggregate, TelemetryAggregate } from '../aggregate.ts';
import { failedPercent, milliseconds } from '../metrics.ts';
import { rounded } from '../resources.ts';

/** Those that were asked for: endpoints with no request say nothing. */
export function endpointFiguresOf({ endpoints, observed }: TelemetryAggregate): EndpointFigures[] {
  const seconds = observed === undefined ? 0 : (observed.to - observed.from) / 1000;
  const totalUs = endpoints.reduce((sum, { responseTime }) => sum + responseTime.sum, 0);
  return endpoints
    .filter(({ responseTime }) => responseTime.count > 0)
    .map((endpoint) => figuresOf(endpoint, seconds, totalUs));
}

function figuresOf(
  { endpoint, method, route, statuses, failed, responseTime, ...sums }: EndpointAggregate,
  seconds: number,
  totalUs: number,
): EndpointFigures {
  const { count } = responseTime;
  return {
    endpoint,
    method,
    route,
    requests: count,
    requestsPerSecond: rounded(count / seconds, 3),
    failedRequests: failed,
    errorRatePercent: rounded(failedPercent(failed, count), 3),
    statuses,
    avgResponseTimeMs: milliseconds(responseTime.mean),
    minResponseTimeMs: milliseconds(responseTime.min),
    maxResponseTimeMs: milliseconds(responseTime.max),
    p50ResponseTimeMs: milliseconds(responseTime.quantile(0.5)),
    p95ResponseTimeMs: milliseconds(responseTime.quantile(0.95)),
    p99ResponseTimeMs: milliseconds(responseTime.quantile(0.99)),
    timeSharePercent: sharePercent(responseTime.sum, totalUs),
    requestBytes: sums.requestBytes,
    responseBytes: sums.responseBytes,
    queriesPerRequest: rounded(sums.queries / count),
  };
}

export const sharePercent = (part: number, whole: number): number =>
  whole === 0 ? 0 : rounded(Math.min(100, (part / whole) * 100));

/** What each order goes by. */
export const endpointValues: Record<EndpointOrder, (figures: EndpointFigures) => number> = {
  time: ({ avgResponseTimeMs, requests }) => avgResponseTimeMs * requests,
  requests: ({ requests }) => requests,
  avg: ({ avgResponseTimeMs }) => avgResponseTimeMs,
  p95: ({ p95ResponseTimeMs }) => p95ResponseTimeMs,
  p99: ({ p99ResponseTimeMs }) => p99ResponseTimeMs,
  errors: ({ errorRatePercent }) => errorRatePercent,
  bytes: ({ requestBytes, responseBytes }) => requestBytes + responseBytes,
};
