import type { HistoryMetric } from '../../contracts/telemetry-history.ts';
import type { Sketch } from '../../statistics/sketch.ts';
import type { ResourceSample, TelemetryAggregate } from '../aggregate.ts';
import { failedPercent, merged, milliseconds } from '../metrics.ts';
import { cpuPercent, gcPauses, memoryPercent, rounded, timeMean, timeMeanOf } from '../resources.ts';

/** A figure of a bucket of time; undefined where nothing was reported that it could be drawn from. */
export type Figure = (bucket: TelemetryAggregate, seconds: number) => number | undefined;

const ofRequests =
  (figure: (time: Sketch, sums: { failed: number; seconds: number }) => number): Figure =>
  ({ endpoints }, seconds) => {
    const time = merged(endpoints.map(({ responseTime }) => responseTime));
    const failed = endpoints.reduce((sum, endpoint) => sum + endpoint.failed, 0);
    return time.count === 0 ? undefined : figure(time, { failed, seconds });
  };

/** Of how much was asked: 0 where instances told, and nobody asked. */
const ofTraffic =
  (amount: (endpoints: TelemetryAggregate['endpoints'], seconds: number) => number): Figure =>
  ({ endpoints, observed }, seconds) =>
    observed === undefined && endpoints.length === 0 ? undefined : amount(endpoints, seconds);

const requestsOf = (endpoints: TelemetryAggregate['endpoints']): number =>
  endpoints.reduce((sum, { responseTime }) => sum + responseTime.count, 0);

const ofSketch =
  (sketches: (bucket: TelemetryAggregate) => Sketch[], figure: (time: Sketch) => number): Figure =>
  (bucket) => {
    const all = merged(sketches(bucket));
    return all.count === 0 ? undefined : figure(all);
  };

const ofResources =
  (value: (sample: ResourceSample) => number): Figure =>
  ({ resources }) =>
    resources.length === 0 ? undefined : rounded(timeMean(resources, value));

/** Of what not every instance tells. */
const ofKnown =
  (figure: (bucket: TelemetryAggregate) => number | undefined): Figure =>
  (bucket) => {
    const value = figure(bucket);
    return value === undefined ? undefined : rounded(value);
  };

const quantile = (q: number) => (time: Sketch) => milliseconds(time.quantile(q));
const queries = (bucket: TelemetryAggregate): Sketch[] => bucket.queries.map(({ queryTime }) => queryTime);
const outgoing = (bucket: TelemetryAggregate): Sketch[] => bucket.outgoing.map(({ responseTime }) => responseTime);

const bytes =
  (name: 'requestBytes' | 'responseBytes'): Figure =>
  ({ endpoints }) =>
    endpoints.length === 0 ? undefined : endpoints.reduce((sum, endpoint) => sum + endpoint[name], 0);

export const figures: Record<HistoryMetric, Figure> = {
  requests: ofTraffic(requestsOf),
  requestsPerSecond: ofTraffic((endpoints, seconds) => rounded(requestsOf(endpoints) / seconds, 3)),
  failedRequests: ofTraffic((endpoints) => endpoints.reduce((sum, { failed }) => sum + failed, 0)),
  errorRatePercent: ofRequests(({ count }, { failed }) => rounded(failedPercent(failed, count), 3)),
  avgResponseTimeMs: ofRequests(({ mean }) => milliseconds(mean)),
  minResponseTimeMs: ofRequests(({ min }) => milliseconds(min)),
  maxResponseTimeMs: ofRequests(({ max }) => milliseconds(max)),
  p50ResponseTimeMs: ofRequests(quantile(0.5)),
  p75ResponseTimeMs: ofRequests(quantile(0.75)),
  p90ResponseTimeMs: ofRequests(quantile(0.9)),
  p95ResponseTimeMs: ofRequests(quantile(0.95)),
  p99ResponseTimeMs: ofRequests(quantile(0.99)),
  requestBytes: bytes('requestBytes'),
  responseBytes: bytes('responseBytes'),
  peakRequestsPerSecond: ({ observed, traffic }) =>
    observed === undefined ? undefined : rounded(traffic.peakRequestsPerSecond, 3),
  sustainedRequestsPerSecond: ({ traffic: { sustainedRequestsPerSecond: most } }) =>
    most === undefined ? undefined : rounded(most, 3),
  avgConcurrentRequests: ofRequests(({ sum }, { seconds }) => rounded(sum / 1e6 / seconds, 3)),
  peakConcurrentRequests: ({ traffic }) => traffic.peakConcurrentRequests,
  queries: ofSketch(queries, ({ count }) => count),
  avgQueryTimeMs: ofSketch(queries, ({ mean }) => milliseconds(mean)),
  p95QueryTimeMs: ofSketch(queries, quantile(0.95)),
  maxQueryTimeMs: ofSketch(queries, ({ max }) => milliseconds(max)),
  outgoingRequests: ofSketch(outgoing, ({ count }) => count),
  avgOutgoingTimeMs: ofSketch(outgoing, ({ mean }) => milliseconds(mean)),
  p95OutgoingTimeMs: ofSketch(outgoing, quantile(0.95)),
  cpuPercent: ofResources(cpuPercent),
  memoryPercent: ofResources(memoryPercent),
  memoryMb: ofResources(({ rssMb }) => rssMb),
  heapUsedMb: ofKnown(({ resources }) => timeMeanOf(resources, 'heapUsedMb')),
  eventLoopUtilizationPercent: ofKnown(({ resources }) => timeMeanOf(resources, 'eventLoopUtilizationPercent')),
  eventLoopDelayP99Ms: ofKnown(({ resources }) => timeMeanOf(resources, 'eventLoopDelayP99Ms')),
  gcPauseMs: ofKnown(({ resources }) => gcPauses(resources)),
  instances: ({ observed, instanceCount }) => (observed === undefined ? undefined : instanceCount),
};
