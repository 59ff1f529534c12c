import fc from 'fast-check';
import type { TelemetryWindow } from '../../lib/contracts/telemetry.ts';
import {
  endpointWindow,
  noon,
  queryWindow,
  requestRecord,
  resourceWindow,
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
  .record({
    cpuPercent: fc.double({ min: 0, max: 200, noNaN: true }),
    rssMb: fc.double({ min: 1, max: 2500, noNaN: true }),
    eventLoopDelayP99Ms: fc.double({ min: 0, max: 400, noNaN: true }),
  })
  .map(resourceWindow);

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
