import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import type { TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import { endpointOrder, outgoingOrder, queryOrder } from '../../../lib/contracts/telemetry-views.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import { TelemetryViews } from '../../../lib/telemetry/views/service.ts';
import { startTestDynamoDb, type TestDynamoDb } from '../../support/history-table.ts';
import {
  endpointWindow,
  noon,
  outgoingWindow,
  poolWindow,
  queryWindow,
  requestRecord,
  resourceWindow,
  sketchOf,
  telemetryBatch,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';

let dynamoDb: TestDynamoDb;
let telemetry: TelemetryService;
let views: TelemetryViews;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  const parts = await dynamoDb.createParts({ now: noon });
  const projects = new ProjectService(parts);
  telemetry = new TelemetryService(parts, projects);
  views = new TelemetryViews(telemetry, projects, parts.clock);
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' }));
});

const report = (windows: TelemetryWindow[], instance = 'one') =>
  telemetry.ingest('shop', telemetryBatch({ instance, windows }));
const asked = { minutes: 5, limit: 50 };

/** All pages of a list, one item each. */
async function onePerPage<Item>(
  list: (query: {
    minutes: number;
    limit: number;
    cursor?: string;
  }) => Promise<{ items: Item[]; nextCursor?: string | undefined }>,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await list({ minutes: 5, limit: 1, ...(cursor === undefined ? {} : { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(1);
    items.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === undefined) return items;
  }
}

describe('the endpoints of a service', () => {
  const endpoints = [
    endpointWindow('GET /', { requests: 100, ms: 10, responseBytes: 5_000 }),
    endpointWindow('GET /slow', { requests: 2, ms: 400, failed: 1, statuses: { 200: 1, 500: 1 } }),
    endpointWindow('POST /orders', { requests: 8, ms: 25, queries: 16, requestBytes: 90_000 }),
    endpointWindow('GET /idle', { requests: 0 }),
  ];
  const namesBy = async (sort: (typeof endpointOrder.options)[number]) =>
    (await views.endpoints('shop', { ...asked, sort })).items.map(({ endpoint }) => endpoint);

  it('are told with what they took, over all instances', async () => {
    await report([telemetryWindow({ endpoints })]);
    await report([telemetryWindow({ endpoints: endpoints.slice(0, 1) })], 'two');
    const { items, ...list } = await views.endpoints('shop', { ...asked, sort: 'time' });
    expect(list).toEqual({ timestamp: '2026-01-31T12:00:00.000Z', periodMinutes: 5 });
    expect(items.map(({ endpoint }) => endpoint)).toEqual(['GET /', 'GET /slow', 'POST /orders']);
    expect(items[1]).toEqual({
      endpoint: 'GET /slow',
      method: 'GET',
      route: '/slow',
      requests: 2,
      requestsPerSecond: 0.2,
      failedRequests: 1,
      errorRatePercent: 50,
      statuses: { 200: 1, 500: 1 },
      avgResponseTimeMs: 400,
      minResponseTimeMs: 400,
      maxResponseTimeMs: 400,
      p50ResponseTimeMs: 400,
      p95ResponseTimeMs: 400,
      p99ResponseTimeMs: 400,
      timeSharePercent: 26.67,
      requestBytes: 0,
      responseBytes: 0,
      queriesPerRequest: 0,
    });
    expect(items[0]).toMatchObject({ requests: 200, requestsPerSecond: 20, responseBytes: 10_000 });
    expect(items[2]).toMatchObject({ queriesPerRequest: 2, requestBytes: 90_000 });
  });

  it('come in the order that was asked for, page by page', async () => {
    await report([telemetryWindow({ endpoints })]);
    expect(await namesBy('requests')).toEqual(['GET /', 'POST /orders', 'GET /slow']);
    expect(await namesBy('p95')).toEqual(['GET /slow', 'POST /orders', 'GET /']);
    expect(await namesBy('errors')).toMatchObject({ 0: 'GET /slow' });
    expect(await namesBy('bytes')).toEqual(['POST /orders', 'GET /', 'GET /slow']);
    for (const sort of endpointOrder.options) {
      const paged = await onePerPage((query) => views.endpoints('shop', { ...query, sort }));
      expect(paged.map(({ endpoint }) => endpoint)).toEqual(await namesBy(sort));
    }
  });

  it('go on below the last one, whatever has come meanwhile; a cursor of another order is refused', async () => {
    await report([telemetryWindow({ endpoints })]);
    const { nextCursor: cursor = '' } = await views.endpoints('shop', { minutes: 5, limit: 2, sort: 'requests' });
    await report([telemetryWindow({ endpoints: [endpointWindow('GET /new', { requests: 50 })] })], 'two');
    const { items } = await views.endpoints('shop', { ...asked, sort: 'requests', cursor });
    expect(items.map(({ endpoint }) => endpoint)).toEqual(['GET /slow']);
    for (const wrong of [cursor, 'garbage']) {
      const refused = views.endpoints('shop', { ...asked, sort: 'p95', cursor: wrong });
      await expect(refused).rejects.toMatchObject({ code: 'invalid-request' });
    }
  });

  it('are none where nothing was reported, and unknown for an unknown project', async () => {
    expect(await views.endpoints('shop', { ...asked, sort: 'time' })).toMatchObject({ items: [] });
    await expect(views.endpoints('nobody', { ...asked, sort: 'time' })).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('the queries of a service', () => {
  const endpoints = [endpointWindow('GET /', { requests: 10 }), endpointWindow('GET /list', { requests: 10 })];
  const queries = [
    queryWindow('SELECT a', { endpoint: 'GET /', queries: 10, ms: 2, rows: 30 }),
    queryWindow('SELECT a', { endpoint: 'GET /list', queries: 200, ms: 1, maxPerRequest: 20 }),
    queryWindow('SELECT a', { queries: 5, ms: 1, maxPerRequest: 0 }),
    queryWindow('SELECT a', { system: 'postgresql', endpoint: 'GET /', queries: 1, ms: 500 }),
  ];

  it('are told once for each kind, with who sends them and where they repeat', async () => {
    await report([telemetryWindow({ endpoints, queries })]);
    const { items } = await views.queries('shop', { ...asked, sort: 'time' });
    expect(items.map(({ system, queries }) => [system, queries])).toEqual([
      ['postgresql', 1],
      ['sqlite', 215],
    ]);
    expect(items[1]).toMatchObject({
      fingerprint: 'SELECT a',
      totalQueryTimeMs: 225,
      timeSharePercent: 31.03,
      rows: 235,
      maxPerRequest: 20,
      isRepeated: true,
      callers: [
        { endpoint: 'GET /list', queries: 200, queriesPerRequest: 20, maxPerRequest: 20, isRepeated: true },
        { endpoint: 'GET /', queries: 10, queriesPerRequest: 1, isRepeated: false },
        { queries: 5, isRepeated: false },
      ],
    });
    expect(items[1]?.callers[2]).not.toHaveProperty('endpoint');
    for (const sort of queryOrder.options) {
      const paged = await onePerPage((query) => views.queries('shop', { ...query, sort }));
      expect(paged).toEqual((await views.queries('shop', { ...asked, sort })).items);
    }
  });
});

describe('the requests of a service that were kept whole', () => {
  it('are the slowest first, and of the failed ones the latest, alike or not', async () => {
    const slow = [30, 10, 20, 20].map((responseTimeMs) => requestRecord({ responseTimeMs }));
    const failed = [1, 3, 2].map((second) =>
      requestRecord({ status: 503, at: new Date(noon - 60_000 + second * 1_000).toISOString() }),
    );
    await report([telemetryWindow({ slowRequests: slow, failedRequests: failed })]);
    const slowest = await onePerPage((query) => views.slowRequests('shop', query));
    expect(slowest.map(({ responseTimeMs }) => responseTimeMs)).toEqual([30, 20, 20, 10]);
    const latest = await onePerPage((query) => views.errorRequests('shop', query));
    expect(latest.map(({ at }) => at.slice(17, 19))).toEqual(['03', '02', '01']);
  });
});

describe('the resources of a service', () => {
  it('are told for each instance, with what it said last', async () => {
    const use = (secondsAgo: number, cpuPercent: number) =>
      telemetryWindow({ secondsAgo, resources: resourceWindow({ cpuPercent, gcPauseMs: 2 }) });
    await report([use(60, 100), use(40, 40)], 'one');
    await report([use(20, 10)], 'two');
    const items = await onePerPage((query) => views.resources('shop', query));
    expect(items).toMatchObject([
      { instance: 'two', lastReportAt: '2026-01-31T11:59:50.000Z', maxCpuPercent: 5 },
      {
        instance: 'one',
        current: { cpuPercent: 40 },
        avgCpuPercent: 35,
        maxCpuPercent: 50,
        avgMemoryPercent: 5,
        maxEventLoopDelayP99Ms: 12,
        gcPauseMs: 4,
      },
    ]);
  });
});

describe('the requests of a service to others', () => {
  it('are told once for each that was asked, with who asks', async () => {
    await report([
      telemetryWindow({
        outgoing: [
          outgoingWindow('https://slow.example', { endpoint: 'GET /a', timesMs: [100, 300], failed: 1 }),
          outgoingWindow('https://slow.example', { timesMs: [200] }),
          outgoingWindow('https://quick.example', { timesMs: [1, 1, 1, 1] }),
        ],
      }),
    ]);
    const { items } = await views.outgoing('shop', { ...asked, sort: 'time' });
    expect(items).toMatchObject([
      {
        target: 'https://slow.example',
        requests: 3,
        failedRequests: 1,
        errorRatePercent: 33.333,
        avgResponseTimeMs: 200,
        maxResponseTimeMs: 300,
        statuses: { 200: 3 },
        callers: [{ endpoint: 'GET /a', requests: 2 }, { requests: 1 }],
      },
      { target: 'https://quick.example', requests: 4 },
    ]);
    for (const sort of outgoingOrder.options) {
      const paged = await onePerPage((query) => views.outgoing('shop', { ...query, sort }));
      expect(paged, sort).toEqual((await views.outgoing('shop', { ...asked, sort })).items);
    }
    expect((await telemetry.metrics('shop', 5)).outgoing).toEqual({
      totalRequests: 7,
      avgResponseTimeMs: 86.286,
      p95ResponseTimeMs: 300,
      errorRatePercent: 14.286,
    });
  });
});

describe('the pools of a service', () => {
  it('are told over all instances, beside what queries took', async () => {
    const pool = (given: Parameters<typeof poolWindow>[0]) =>
      telemetryWindow({ pools: [poolWindow(given)], queries: [queryWindow('SELECT 1', { queries: 5, ms: 4 })] });
    await report([pool({ open: 10, inUse: 10, peakInUse: 10, peakWaiting: 3, waitTime: sketchOf([1, 9]) })], 'one');
    await report([pool({ open: 2, inUse: 0, peakInUse: 1, timeouts: 1, oldestConnectionSeconds: 60 })], 'two');
    expect(await views.database('shop', 5)).toMatchObject({
      periodMinutes: 5,
      queries: { totalQueries: 10, avgQueryTimeMs: 4 },
      pools: [
        {
          pool: 'main',
          size: 10,
          avgOpen: 6,
          peakOpen: 10,
          avgInUse: 5,
          usedPercent: 50,
          fullPercent: 50,
          peakWaiting: 3,
          requested: 2,
          avgWaitMs: 5,
          maxWaitMs: 9,
          timeouts: 1,
          oldestConnectionSeconds: 60,
          advice: [{ finding: 'held-too-long' }, { finding: 'callers-gave-up' }],
        },
      ],
    });
  });
});

describe("the metrics of a service's own", () => {
  it('are told by name and labels, of all instances together', async () => {
    const orders = (value: number, shop: string) =>
      ({ kind: 'counter', name: 'orders', labels: { shop }, value }) as const;
    const basket = { kind: 'histogram', name: 'basket', labels: {}, unit: 'EUR', resolution: 0.01 } as const;
    await report([telemetryWindow({ metrics: [orders(2, 'a'), orders(5, 'b')] })], 'one');
    await report([telemetryWindow({ metrics: [orders(8, 'a'), { ...basket, values: sketchOf([5, 7]) }] })], 'two');
    expect((await views.customMetrics('shop', asked)).items).toEqual([
      { name: 'orders', kind: 'counter', labels: { shop: 'a' }, sum: 10, perSecond: 1 },
      { name: 'orders', kind: 'counter', labels: { shop: 'b' }, sum: 5, perSecond: 0.5 },
      {
        ...{ name: 'basket', kind: 'histogram', labels: {}, unit: 'EUR', count: 2, sum: 120, avg: 60 },
        ...{ min: 50, max: 70, p50: 50, p95: 70, p99: 70 },
      },
    ]);
    const paged = await onePerPage((query) => views.customMetrics('shop', { ...query, name: 'orders' }));
    expect(paged).toHaveLength(2);
  });
});

describe('what a service bears', () => {
  it('is told as current, peak and sustained throughput, and as requests at a time', async () => {
    const busy = (secondsAgo: number, requests: number, peakConcurrentRequests: number) =>
      telemetryWindow({
        secondsAgo,
        endpoints: [endpointWindow('GET /', { requests, ms: 100 })],
        peakConcurrentRequests,
      });
    // Six minutes at 1/s with ten seconds of 10/s, by two instances.
    for (const instance of ['one', 'two']) {
      await report(
        Array.from({ length: 36 }, (_, index) => busy(360 - index * 10, index === 9 ? 50 : 5, index === 9 ? 7 : 1)),
        instance,
      );
    }
    expect((await telemetry.metrics('shop', 6)).traffic).toEqual({
      currentRequestsPerSecond: 1,
      peakRequestsPerSecond: 10,
      sustainedRequestsPerSecond: 1.3,
      avgConcurrentRequests: 0.125,
      peakConcurrentRequests: 14,
    });
  });
});
