import fc from 'fast-check';
import type { MetricWindow, TelemetryWindow } from '../../lib/contracts/telemetry.ts';
import {
  endpointWindow,
  noon,
  queryWindow,
  requestRecord,
  resourceWindow,
  sketchOf,
  telemetryWindow,
} from './telemetry-batches.ts';

const timesMs = fc.array(fc.double({ min: 0.001, max: 5000, noNaN: true }), { minLength: 1, maxLength: 8 });

const endpoints = fc.array(
  fc
    .tuple(fc.constantFrom('GET /', 'GET /products', 'POST /search'), timesMs, fc.nat(3))
    .map(([endpoint, spent, failed]) =>
      endpointWindow(endpoint, {
        timesMs: spent,
        failed: Math.min(failed, spent.length),
        statuses: { 200: spent.length - Math.min(failed, spent.length), 500: Math.min(failed, spent.length) },
        queries: spent.length,
        queryTimeUs: spent.length * 7,
        // The most that a window may say: sums of it are more.
        responseBytes: spent.length > 6 ? 1e12 : spent.length,
      }),
    ),
  { maxLength: 4 },
);

const queries = fc.array(
  fc
    .tuple(fc.constantFrom('SELECT 1', 'SELECT 2'), fc.constantFrom('GET /', undefined), timesMs, fc.nat(30))
    .map(([fingerprint, endpoint, spent, maxPerRequest]) =>
      queryWindow(fingerprint, { timesMs: spent, maxPerRequest, ...(endpoint === undefined ? {} : { endpoint }) }),
    ),
  { maxLength: 4 },
);

const resources = fc
  .record(
    {
      cpuPercent: fc.double({ min: 0, max: 200, noNaN: true }),
      rssMb: fc.double({ min: 1, max: 2500, noNaN: true }),
      eventLoopDelayP99Ms: fc.double({ min: 0, max: 400, noNaN: true }),
      handles: fc.nat(20),
      diskReadMb: fc.constantFrom(0.5, 1e12),
      lambda: fc.record({
        invocations: fc.nat(9),
        coldStarts: fc.nat(1),
        memoryLimitMb: fc.constant(512),
        initMs: fc.constantFrom(120.5, 300),
      }),
    },
    { requiredKeys: ['cpuPercent', 'rssMb', 'eventLoopDelayP99Ms'], noNullPrototype: true },
  )
  .map(resourceWindow)
  .chain((told) =>
    fc
      .subarray([
        'heapUsedMb',
        'externalMb',
        'eventLoopUtilizationPercent',
        'eventLoopDelayP99Ms',
        'gcPauseMs',
      ] as const)
      .map(
        // A runtime that does not tell of them.
        (untold) =>
          Object.fromEntries(
            Object.entries(told).filter(([name]) => !(untold as string[]).includes(name)),
          ) as typeof told,
      ),
  );

const sketch = timesMs.map(sketchOf);

const outgoing = fc.array(
  fc.record(
    {
      target: fc.constantFrom('https://a.example', 'https://b.example'),
      method: fc.constantFrom('GET', 'POST'),
      endpoint: fc.constantFrom('GET /', 'GET /products'),
      statuses: fc.constant({ 200: 1 }),
      failed: fc.constant(0),
      responseTime: sketch,
    },
    { requiredKeys: ['target', 'method', 'statuses', 'failed', 'responseTime'] },
  ),
  { maxLength: 3 },
);

const count = fc.nat(9);
const pools = fc.array(
  fc.record(
    {
      pool: fc.constantFrom('main', 'reports'),
      system: fc.constant('postgresql'),
      size: fc.constant(8),
      open: count,
      inUse: count,
      waiting: count,
      peakInUse: count,
      peakWaiting: count,
      waitTime: sketch,
      created: count,
      closed: count,
      overflow: count,
      timeouts: count,
      errors: count,
      checks: count,
      failedChecks: count,
    },
    { noNullPrototype: true },
  ),
  { maxLength: 2 },
);

const ofMetric = { labels: fc.constantFrom<Record<string, string>>({}, { shop: 'a' }, { shop: 'b' }) };
const metrics: fc.Arbitrary<MetricWindow[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('counter' as const), name: fc.constant('orders'), value: count, ...ofMetric }),
    fc
      .record({ kind: fc.constant('gauge' as const), name: fc.constant('carts'), last: count, ...ofMetric })
      .map((gauge) => ({ ...gauge, min: gauge.last, max: gauge.last, sum: gauge.last, count: 1 })),
    fc.record({
      kind: fc.constant('histogram' as const),
      name: fc.constant('basket'),
      resolution: fc.constantFrom(0.01, 1),
      values: sketch,
      ...ofMetric,
    }),
  ),
  { maxLength: 4 },
);

const records = fc.array(
  fc
    .record({ responseTimeMs: fc.integer({ min: 0, max: 9 }), queries: fc.nat(3) })
    .map((given) => requestRecord(given)),
  { maxLength: 30 },
);

export interface Reported {
  instance: string;
  dropped: number;
  window: TelemetryWindow;
}

/** Windows as several instances may report them, within a few minutes before noon. */
export const reportedWindows: fc.Arbitrary<Reported[]> = fc.array(
  fc
    .record({
      instance: fc.constantFrom('a', 'b', 'c'),
      dropped: fc.nat(5),
      secondsAgo: fc.integer({ min: 10, max: 240 }),
      endpoints,
      queries,
      outgoing,
      pools,
      metrics,
      peakConcurrentRequests: fc.nat(20),
      resources: fc.option(resources, { nil: undefined }),
      slowRequests: records,
      failedRequests: records,
    })
    .map(({ instance, dropped, secondsAgo, resources, ...lists }) => ({
      instance,
      dropped,
      window: telemetryWindow({
        start: noon - secondsAgo * 1000,
        ...lists,
        ...(resources === undefined ? {} : { resources }),
      }),
    })),
  { maxLength: 12 },
);
