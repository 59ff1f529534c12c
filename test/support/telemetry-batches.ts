import type {
  EndpointWindow,
  OutgoingWindow,
  PoolWindow,
  QueryWindow,
  RequestRecord,
  ResourceWindow,
  TelemetryBatch,
  TelemetryWindow,
} from '../../lib/contracts/telemetry.ts';
import { Sketch } from '../../lib/statistics/sketch.ts';
import type { TelemetryAggregate } from '../../lib/telemetry/aggregate.ts';
import { Aggregation } from '../../lib/telemetry/aggregation.ts';

/** The time at which these tests take place. */
export const noon = Date.parse('2026-01-31T12:00:00.000Z');

export const sketchOf = (timesMs: Iterable<number>): string => {
  const sketch = new Sketch();
  for (const time of timesMs) sketch.record(time * 1000);
  return sketch.toBase64();
};

export const times = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms);

/** `requests` of `ms` each, answered with 200 but for those that `statuses` says otherwise of. */
export function endpointWindow(
  endpoint: string,
  {
    requests = 100,
    ms = 5,
    timesMs = times(requests, ms),
    statuses,
    failed = 0,
    ...rest
  }: Partial<Omit<EndpointWindow, 'method' | 'route' | 'responseTime'>> & {
    requests?: number;
    ms?: number;
    timesMs?: number[];
  } = {},
): EndpointWindow {
  const [method = 'GET', route = '/'] = endpoint.split(' ');
  return {
    method,
    route,
    statuses: statuses ?? { 200: timesMs.length },
    failed,
    responseTime: sketchOf(timesMs),
    requestBytes: 0,
    responseBytes: 0,
    queries: 0,
    queryTimeUs: 0,
    ...rest,
  };
}

export function queryWindow(
  fingerprint: string,
  {
    system = 'sqlite',
    endpoint,
    queries = 100,
    ms = 0.02,
    timesMs = times(queries, ms),
    rows = queries,
    maxPerRequest = 1,
  }: {
    system?: string;
    endpoint?: string;
    queries?: number;
    ms?: number;
    timesMs?: number[];
    rows?: number;
    maxPerRequest?: number;
  } = {},
): QueryWindow {
  return {
    system,
    fingerprint,
    ...(endpoint === undefined ? {} : { endpoint }),
    queryTime: sketchOf(timesMs),
    rows,
    maxPerRequest,
  };
}

export const outgoingWindow = (
  target: string,
  { timesMs = times(10, 20), ...rest }: Partial<OutgoingWindow> & { timesMs?: number[] } = {},
): OutgoingWindow => ({
  target,
  method: 'GET',
  statuses: { 200: timesMs.length },
  failed: 0,
  responseTime: sketchOf(timesMs),
  ...rest,
});

export const poolWindow = (given: Partial<PoolWindow> = {}): PoolWindow => ({
  pool: 'main',
  system: 'postgresql',
  size: 10,
  open: 4,
  inUse: 2,
  waiting: 0,
  peakInUse: 3,
  peakWaiting: 0,
  created: 0,
  closed: 0,
  overflow: 0,
  timeouts: 0,
  errors: 0,
  checks: 0,
  failedChecks: 0,
  ...given,
});

export const resourceWindow = (given: Partial<ResourceWindow> = {}): ResourceWindow => ({
  cpuPercent: 20,
  cpuCores: 2,
  heapUsedMb: 40,
  rssMb: 100,
  externalMb: 2,
  memoryLimitMb: 2000,
  eventLoopUtilizationPercent: 15,
  eventLoopDelayP99Ms: 12,
  gcPauseMs: 3,
  ...given,
});

export const requestRecord = (given: Partial<RequestRecord> = {}): RequestRecord => ({
  at: new Date(noon).toISOString(),
  method: 'GET',
  route: '/',
  url: '/',
  status: 200,
  responseTimeMs: 10,
  requestBytes: 0,
  responseBytes: 0,
  queries: 0,
  queryTimeMs: 0,
  ...given,
});

/** Ten seconds, `secondsAgo` before noon. Endpoints that say nothing of their queries get it from the queries. */
export const telemetryWindow = (
  given: Partial<Omit<TelemetryWindow, 'start'>> & { secondsAgo?: number; start?: number } = {},
): TelemetryWindow => {
  const { secondsAgo = 60, start = noon - secondsAgo * 1000, endpoints = [], queries = [], ...rest } = given;
  return {
    start: new Date(start).toISOString(),
    durationMs: 10_000,
    endpoints: endpoints.map((window) =>
      window.queries === 0 ? { ...window, ...queriesOf(window, queries) } : window,
    ),
    queries,
    outgoing: [],
    pools: [],
    metrics: [],
    slowRequests: [],
    failedRequests: [],
    ...rest,
  };
};

function queriesOf({ method, route }: EndpointWindow, queries: readonly QueryWindow[]) {
  const times = queries
    .filter(({ endpoint }) => endpoint === `${method} ${route}`)
    .map(({ queryTime }) => Sketch.fromBase64(queryTime));
  return {
    queries: times.reduce((sum, { count }) => sum + count, 0),
    queryTimeUs: times.reduce((sum, { sum: us }) => sum + us, 0),
  };
}

export const telemetryBatch = (given: Partial<TelemetryBatch> = {}): TelemetryBatch => ({
  instance: 'shop-1',
  sequence: 0,
  sdk: 'test',
  windows: [telemetryWindow({ endpoints: [endpointWindow('GET /')] })],
  dropped: 0,
  errors: 0,
  ...given,
});

/** What these windows of one instance come to. */
export function aggregateOf(windows: readonly TelemetryWindow[], instance = 'shop-1'): TelemetryAggregate {
  const aggregation = new Aggregation();
  for (const window of windows) aggregation.add({ instance, dropped: 0, errors: 0 }, window);
  return aggregation.result();
}
