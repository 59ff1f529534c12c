import { randomBytes } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import type { TelemetryBatch } from '../../../lib/contracts/telemetry.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { resourceUsageOf } from '../../../lib/telemetry/resources.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import {
  endpointWindow,
  noon,
  queryWindow,
  resourceWindow,
  telemetryBatch,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let projects: ProjectService;
let telemetry: TelemetryService;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  projects = new ProjectService(parts);
  telemetry = new TelemetryService(parts, projects);
  await register({});
});

const register = (settings: { monitoringEnabled?: boolean }) =>
  projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:1', ...settings }));

const telemetryItems = async () => {
  const { Items = [] } = await parts.client.send(new ScanCommand({ TableName: parts.tableName }));
  return Items.filter(({ pk }) => String(pk).startsWith('TELEMETRY#')).sort((a, b) =>
    `${a.pk} ${a.sk}` < `${b.pk} ${b.sk}` ? -1 : 1,
  );
};

const threeMinutes = (given: Partial<TelemetryBatch> = {}): TelemetryBatch =>
  telemetryBatch({
    windows: [150, 90, 85, 30].map((secondsAgo) =>
      telemetryWindow({
        secondsAgo,
        endpoints: [endpointWindow('GET /', { requests: 10 })],
        queries: [queryWindow('SELECT 1', { endpoint: 'GET /', queries: 10 })],
        resources: resourceWindow(),
      }),
    ),
    ...given,
  });

describe('taking telemetry', () => {
  it('keeps a batch once, however often it is sent', async () => {
    expect(await telemetry.ingest('shop', threeMinutes())).toEqual({ accepted: 4, duplicate: false });
    const kept = await telemetryItems();
    expect(kept).toHaveLength(3);
    parts.time.now += 5000;
    expect(await telemetry.ingest('shop', threeMinutes())).toEqual({ accepted: 0, duplicate: true });
    expect(await telemetryItems()).toEqual(kept);
    expect((await telemetry.metrics('shop', 5)).requests?.totalRequests).toBe(40);
  });

  it('completes a batch of which a crash left only a part', async () => {
    const whole = threeMinutes();
    await telemetry.ingest('shop', { ...whole, windows: whole.windows.slice(0, 3) });
    expect(await telemetry.ingest('shop', whole)).toEqual({ accepted: 1, duplicate: false });
    expect((await telemetry.metrics('shop', 5)).requests?.totalRequests).toBe(40);
  });

  it('tells batches apart by instance and sequence', async () => {
    for (const given of [{ sequence: 0 }, { sequence: 1 }, { sequence: 0, instance: 'shop-2' }]) {
      expect(await telemetry.ingest('shop', threeMinutes(given))).toEqual({ accepted: 4, duplicate: false });
    }
    const { requests, database, instances } = await telemetry.metrics('shop', 5);
    expect([requests?.totalRequests, database?.totalQueries, instances]).toEqual([120, 120, 2]);
  });

  it('lets telemetry expire after six hours', async () => {
    await telemetry.ingest('shop', telemetryBatch());
    const [item] = await telemetryItems();
    expect(item?.expiresAt).toBe(noon / 1000 + 6 * 3600);
  });

  it('takes the largest batch there may be, although an item holds less', async () => {
    const window = telemetryWindow({
      endpoints: Array.from({ length: 15 }, (_, index) => endpointWindow(`GET /${index}`, { requests: 2 })),
      // Text that does not compress: what is measured is the worst that a service can send.
      queries: Array.from({ length: 200 }, () => queryWindow(randomBytes(1450).toString('base64'), { queries: 1 })),
    });
    const windows = [window, { ...window, start: new Date(noon - 59_000).toISOString() }];
    expect(Buffer.byteLength(JSON.stringify(windows))).toBeGreaterThan(790_000);
    expect(await telemetry.ingest('shop', telemetryBatch({ windows }))).toEqual({ accepted: 2, duplicate: false });
    expect((await telemetryItems()).length).toBeGreaterThan(2);
    const { endpoints, queries } = await telemetry.aggregate('shop', { from: noon - 300_000, to: noon });
    expect(endpoints).toHaveLength(15);
    expect(queries).toHaveLength(200);
    expect(await telemetry.ingest('shop', telemetryBatch({ windows }))).toEqual({ accepted: 0, duplicate: true });
  });

  it('names the costliest of too many endpoints, whenever they were reported, and loses no request', async () => {
    const windows = [5, 4, 3, 2].map((minutesAgo, index) =>
      telemetryWindow({
        secondsAgo: minutesAgo * 60,
        endpoints: [
          ...Array.from({ length: 290 }, (_, route) => endpointWindow(`GET /${index}/${route}`, { requests: 1 })),
          ...(index === 3 ? [endpointWindow('POST /checkout', { requests: 5, ms: 900 })] : []),
        ],
      }),
    );
    await telemetry.ingest('shop', telemetryBatch({ windows }));
    const { endpoints } = await telemetry.aggregate('shop', { from: noon - 300_000, to: noon });
    expect(endpoints).toHaveLength(1001);
    expect(endpoints.find(({ endpoint }) => endpoint === 'POST /checkout')?.responseTime.count).toBe(5);
    expect(endpoints.reduce((sum, { responseTime }) => sum + responseTime.count, 0)).toBe(4 * 290 + 5);
  });

  it('keeps nothing for a project that does not exist, or that is not monitored', async () => {
    await expect(telemetry.ingest('nobody', telemetryBatch())).rejects.toMatchObject({ code: 'not-found' });
    await expect(telemetry.metrics('nobody', 5)).rejects.toMatchObject({ code: 'not-found' });
    await register({ monitoringEnabled: false });
    expect(await telemetry.ingest('shop', telemetryBatch())).toEqual({ accepted: 0, duplicate: false });
    expect(await telemetryItems()).toEqual([]);
  });

  it('refuses what could never be merged', async () => {
    const windows = [telemetryWindow({ start: noon + 3_600_000 })];
    await expect(telemetry.ingest('shop', telemetryBatch({ windows }))).rejects.toMatchObject({
      code: 'invalid-request',
      fieldErrors: [{ path: 'body.windows.0.start' }],
    });
    expect(await telemetryItems()).toEqual([]);
  });
});

describe('asking for telemetry', () => {
  it('gives each window to exactly one of two periods that adjoin', async () => {
    await telemetry.ingest('shop', threeMinutes());
    const requestsIn = async (from: number, to: number) =>
      (await telemetry.aggregate('shop', { from, to })).endpoints[0]?.responseTime.count ?? 0;
    for (const split of [noon - 120_000, noon - 90_000, noon - 89_999, noon - 30_000]) {
      const [before, after] = [await requestsIn(noon - 300_000, split), await requestsIn(split, noon)];
      expect(before + after).toBe(40);
    }
    expect(await requestsIn(noon - 90_000, noon - 89_999)).toBe(10);
  });

  it('sees the last minutes only, and nothing of other projects', async () => {
    await projects.put('other', projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' }));
    await telemetry.ingest('other', threeMinutes());
    await telemetry.ingest('shop', threeMinutes());
    expect((await telemetry.metrics('shop', 1)).requests?.totalRequests).toBe(10);
    expect((await telemetry.metrics('shop', 60)).requests?.totalRequests).toBe(40);
    parts.time.now += 2 * 3_600_000;
    expect(await telemetry.metrics('shop', 5)).toEqual({
      timestamp: '2026-01-31T14:00:00.000Z',
      periodMinutes: 5,
      instances: 0,
    });
  });

  it('tells a load test what the service used, by every window that reaches into its time', async () => {
    const use = (secondsAgo: number, cpuPercent: number) =>
      telemetryWindow({ secondsAgo, resources: resourceWindow({ cpuPercent }) });
    await telemetry.ingest('shop', telemetryBatch({ windows: [use(80, 200), use(65, 100), use(50, 40)] }));
    const used = async (from: number, to: number) =>
      resourceUsageOf(await telemetry.resourceSamples('shop', { from, to }));
    expect(await used(noon - 60_000, noon - 45_000)).toEqual({
      peakCpuPercent: 50,
      avgCpuPercent: 35,
      peakMemoryPercent: 5,
      avgMemoryPercent: 5,
    });
    expect(await used(noon - 20_000, noon)).toBeUndefined();
  });
});
