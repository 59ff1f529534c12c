import type { TelemetryAggregate } from '../telemetry/aggregate.ts';

/** Where the time of an endpoint's requests went, in microseconds of all of them together. */
export interface EndpointTime {
  endpoint: string;
  requests: number;
  totalUs: number;
  queryUs: number;
  /** Until other services answered. */
  outgoingUs: number;
  /** Until a pool had a connection; 0 where that was not told. */
  poolWaitUs: number;
  /** Their share of the CPU time. Undefined: not told. */
  cpuUs: number | undefined;
  /** The rest: computing, and waiting for what nobody records. */
  ownUs: number;
}

/** Requests that do several things at once can have more of them than time: then nothing of it is their own. */
export function endpointTimes({
  endpoints,
  outgoing,
}: Pick<TelemetryAggregate, 'endpoints' | 'outgoing'>): EndpointTime[] {
  const outgoingUs = new Map<string | undefined, number>();
  for (const { endpoint, responseTime } of outgoing) {
    outgoingUs.set(endpoint, (outgoingUs.get(endpoint) ?? 0) + responseTime.sum);
  }
  return endpoints.map(({ endpoint, responseTime, queryTimeUs, cpuTimeUs, poolWaitUs = 0 }) => {
    const totalUs = responseTime.sum;
    const upstreamUs = outgoingUs.get(endpoint) ?? 0;
    return {
      endpoint,
      requests: responseTime.count,
      totalUs,
      queryUs: queryTimeUs,
      outgoingUs: upstreamUs,
      poolWaitUs,
      cpuUs: cpuTimeUs,
      ownUs: Math.max(0, totalUs - queryTimeUs - upstreamUs - poolWaitUs),
    };
  });
}
