import { beforeEach, describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import type { TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import {
  type HistoryQuery,
  historiesQuery,
  historyMetrics,
  historyQuery,
} from '../../../lib/contracts/telemetry-history.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { TelemetryHistory } from '../../../lib/telemetry/history/service.ts';
import { Rollups } from '../../../lib/telemetry/rollups/service.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import type { TestParts } from '../../support/history-table.ts';
import {
  endpointWindow,
  noon,
  outgoingWindow,
  queryWindow,
  resourceWindow,
  sketchOf,
  telemetryBatch,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let telemetry: TelemetryService;
let rollups: Rollups;
let history: TelemetryHistory;
let sequence = 0;

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  const projects = new ProjectService(parts);
  telemetry = new TelemetryService(parts, projects);
  rollups = new Rollups(parts, projects);
  history = new TelemetryHistory(telemetry, projects, parts.clock);
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' }));
});

const report = (...windows: TelemetryWindow[]) =>
  telemetry.ingest('shop', telemetryBatch({ sequence: sequence++, windows }));

const ask = (query: Partial<Record<keyof HistoryQuery, string>>) => history.of('shop', historyQuery.parse(query));
const valuesOf = async (query: Parameters<typeof ask>[0]) => (await ask(query)).points.map(({ value }) => value);

const iso = (epochMs: number): string => new Date(epochMs).toISOString();
const at = (minutesAgo: number): number => noon - minutesAgo * minuteMs;

describe('a figure over time', () => {
  it('is told by the minute, the newest of them from what came just now', async () => {
    await report(
      telemetryWindow({ start: at(10), endpoints: [endpointWindow('GET /', { requests: 6, ms: 10 })] }),
      telemetryWindow({ start: at(10) + 10_000, endpoints: [endpointWindow('GET /', { requests: 2, ms: 50 })] }),
    );
    parts.time.now += 5 * minuteMs;
    expect(await rollups.drawDue()).toBe(1);
    await report(telemetryWindow({ start: noon, endpoints: [endpointWindow('GET /', { requests: 3, ms: 30 })] }));
    expect(await ask({ metric: 'avgResponseTimeMs' })).toEqual({
      metric: 'avgResponseTimeMs',
      unit: 'ms',
      resolution: 'minute',
      from: iso(noon - 55 * minuteMs),
      to: iso(noon + 5 * minuteMs),
      points: [
        { at: iso(at(10)), value: 20 },
        { at: iso(noon), value: 30 },
      ],
    });
    expect(await valuesOf({ metric: 'requests' })).toEqual([8, 3]);
    expect(await valuesOf({ metric: 'requestsPerSecond' })).toEqual([0.133, 0.05]);
    expect(await valuesOf({ metric: 'maxResponseTimeMs' })).toEqual([50, 30]);
  });

  it('is 0 for what was asked, and nothing for times, where instances told and nobody asked', async () => {
    await report(telemetryWindow({ start: at(10), endpoints: [] }));
    for (const metric of ['requests', 'requestsPerSecond', 'failedRequests']) {
      expect(await valuesOf({ metric })).toEqual([0]);
    }
    for (const metric of ['avgResponseTimeMs', 'errorRatePercent']) expect(await valuesOf({ metric })).toEqual([]);
  });

  it('is told by the hour and the day, which hold what their minutes hold, also before they are over', async () => {
    for (const minutesAgo of [130, 100, 90, 20]) {
      parts.time.now = at(minutesAgo) + minuteMs;
      await report(
        telemetryWindow({
          start: at(minutesAgo),
          endpoints: [endpointWindow('GET /', { requests: minutesAgo, ms: 1 })],
        }),
      );
      parts.time.now = at(minutesAgo) + 5 * minuteMs;
      await rollups.drawDue();
    }
    parts.time.now = noon - minuteMs;
    await rollups.drawDue();
    const from = iso(noon - 3 * hourMs);
    expect(await valuesOf({ metric: 'requests', from, resolution: 'hour' })).toEqual([130, 190, 20]);
    expect(await valuesOf({ metric: 'requests', from, resolution: 'day' })).toEqual([340]);
    expect((await ask({ metric: 'requests', from: iso(noon - 20 * hourMs) })).resolution).toBe('hour');
    expect((await ask({ metric: 'requests', from: iso(noon - 60 * 24 * hourMs) })).resolution).toBe('day');
  });

  it('is the same beside others, which are told together', async () => {
    await report(
      telemetryWindow({
        start: at(10),
        endpoints: [endpointWindow('GET /', { requests: 6, ms: 10 })],
        resources: resourceWindow(),
      }),
    );
    const metrics = ['requests', 'memoryMb', 'avgQueryTimeMs'] as const;
    const query = historiesQuery.parse({ metrics: metrics.join(',') });
    const { series, ...range } = await history.several('shop', query);
    expect(series.map(({ points }) => points.length)).toEqual([1, 1, 0]);
    for (const { metric, ...one } of series) expect({ metric, ...one, ...range }).toEqual(await ask({ metric }));
    expect(series.map(({ metric }) => metric)).toEqual(metrics);
    for (const wrong of ['', 'requests,', 'requests,unknown']) {
      expect(historiesQuery.safeParse({ metrics: wrong }).success).toBe(false);
    }
  });

  it('may be of one endpoint, of queries, of other services, or of the processes', async () => {
    await report(
      telemetryWindow({
        start: at(3),
        endpoints: [
          endpointWindow('GET /a', { requests: 4, ms: 10, failed: 1 }),
          endpointWindow('GET /b', { requests: 4, ms: 90 }),
        ],
        queries: [queryWindow('SELECT 1', { queries: 7, ms: 2 })],
        outgoing: [outgoingWindow('https://a.example', { timesMs: [10, 30] })],
        resources: resourceWindow({ cpuPercent: 50, cpuCores: 2 }),
        peakConcurrentRequests: 5,
      }),
    );
    expect(await valuesOf({ metric: 'p95ResponseTimeMs', endpoint: 'GET /b' })).toEqual([90]);
    expect(await valuesOf({ metric: 'errorRatePercent', endpoint: 'GET /a' })).toEqual([25]);
    expect(await valuesOf({ metric: 'queries' })).toEqual([7]);
    expect(await valuesOf({ metric: 'avgOutgoingTimeMs' })).toEqual([20]);
    expect(await valuesOf({ metric: 'cpuPercent' })).toEqual([25]);
    expect(await valuesOf({ metric: 'peakConcurrentRequests' })).toEqual([5]);
    // What was sustained for five minutes takes five minutes to be known.
    const { sustainedRequestsPerSecond: _, ...known } = historyMetrics;
    for (const metric of Object.keys(known)) expect(await valuesOf({ metric }), metric).toHaveLength(1);
    expect(await valuesOf({ metric: 'requests', endpoint: 'GET /none' })).toEqual([]);
  });

  it("may be a metric of the service's own, with some labels or all together", async () => {
    const counted = (shop: string, value: number) =>
      ({ kind: 'counter', name: 'orders', labels: { shop, kind: 'book' }, value }) as const;
    await report(
      telemetryWindow({
        start: at(3),
        metrics: [
          counted('berlin', 30),
          counted('rome', 60),
          { kind: 'gauge', name: 'carts', labels: {}, last: 4, min: 1, max: 9, sum: 15, count: 3 },
          { kind: 'histogram', name: 'basket.value', labels: {}, resolution: 0.01, values: sketchOf([1, 2, 3]) },
        ],
      }),
    );
    expect(await valuesOf({ metric: 'custom:orders' })).toEqual([1.5]);
    expect(await valuesOf({ metric: 'custom:orders', statistic: 'sum', labels: 'shop=rome,kind=book' })).toEqual([60]);
    expect(await valuesOf({ metric: 'custom:orders', labels: 'shop=oslo' })).toEqual([]);
    expect(await valuesOf({ metric: 'custom:carts' })).toEqual([5]);
    expect(await valuesOf({ metric: 'custom:carts', statistic: 'last' })).toEqual([4]);
    expect(await valuesOf({ metric: 'custom:basket.value', statistic: 'max' })).toEqual([30]);
  });

  it.each([
    [{ metric: 'requests', from: iso(noon + 1) }, 'query.from'],
    [{ metric: 'requests', from: iso(noon - 48 * hourMs), resolution: 'minute' }, 'query.resolution'],
    [{ metric: 'cpuPercent', endpoint: 'GET /' }, 'query.endpoint'],
    [{ metric: 'requests', statistic: 'sum' }, 'query.statistic'],
    [{ metric: 'requests', labels: 'a=b' }, 'query.labels'],
    [{ metric: 'custom:orders', endpoint: 'GET /' }, 'query.endpoint'],
  ])('refuses what makes no sense: %j', async (query, field) => {
    await expect(ask(query)).rejects.toMatchObject({ code: 'invalid-request', fieldErrors: [{ path: field }] });
  });

  it('names what there is to whoever asks for something else', () => {
    expect(() => historyQuery.parse({ metric: 'speed' })).toThrow('avgResponseTimeMs');
  });
});
