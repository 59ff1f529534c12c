import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { requestRecords } from '../../../lib/contracts/request-records.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { Pseudonyms } from '../../../lib/telemetry/records/pseudonyms.ts';
import { RequestRecordService } from '../../../lib/telemetry/records/service.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import type { TestParts } from '../../support/history-table.ts';
import { noon } from '../../support/telemetry-batches.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let projects: ProjectService;
let telemetry: TelemetryService;
let records: RequestRecordService;

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  projects = new ProjectService(parts);
  telemetry = new TelemetryService(parts, projects);
  records = service();
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' }));
});

const service = () => new RequestRecordService(parts, { projects, telemetry, pseudonyms: new Pseudonyms(parts.table) });

const sent = (given: Record<string, unknown> = {}, secondsAgo = 60) => ({
  at: new Date(noon - secondsAgo * 1000).toISOString(),
  method: 'GET',
  url: '/products/17?user=secret#x',
  status: 200,
  responseTimeMs: 12.5,
  ...given,
});

const send = (requests: unknown[], given: { instance?: string; sequence?: number; project?: string } = {}) => {
  const { project = 'shop', ...rest } = given;
  return records.ingest(project, requestRecords.parse({ instance: 'edge-1', sequence: 0, ...rest, requests }));
};

const lastHours = (hours = 6) => telemetry.aggregate('shop', { from: noon - hours * 3_600_000, to: noon + 60_000 });
const refusalOf = (result: Promise<unknown>) =>
  result.then(
    () => undefined,
    ({ code, fieldErrors }) => ({ code, paths: fieldErrors?.map(({ path }: { path: string }) => path) }),
  );

describe('single requests', () => {
  it('have a method that is short in upper case too', () => {
    const isTaken = (method: string) =>
      requestRecords.safeParse({ instance: 'edge-1', sequence: 0, requests: [sent({ method })] }).success;
    expect(['x'.repeat(20), 'ß'.repeat(10), 'ß'.repeat(11), ''].map(isTaken)).toEqual([true, true, false, false]);
  });

  it('are counted by their route, or by that made of their URL, with what is told of them', async () => {
    const requests = [
      sent({ requestBytes: 10, responseBytes: 100, queries: 2, queryTimeMs: 1.5 }),
      sent({ url: 'https://shop.example/products/4711', status: 503 }),
      sent({ route: '/products/{id}', method: 'get' }),
      sent({ url: 'no slash', status: 0, responseTimeMs: 30 }),
    ];
    expect(await send(requests)).toEqual({ accepted: 4, duplicate: false });
    const { endpoints, instances, failedRequests, slowRequests } = await lastHours();
    expect(instances).toEqual(['edge-1.records']);
    const figures = endpoints.map(({ endpoint, statuses, failed, responseTime, ...rest }) => {
      const { requestBytes, responseBytes, queries, queryTimeUs } = rest;
      return [endpoint, statuses, failed, responseTime.sum, requestBytes, responseBytes, queries, queryTimeUs];
    });
    expect(figures).toEqual([
      ['GET /no slash', {}, 1, 30_000, 0, 0, 0, 0],
      ['GET /products/:id', { 200: 1, 503: 1 }, 1, 25_000, 10, 100, 2, 1500],
      ['GET /products/{id}', { 200: 1 }, 0, 12_500, 0, 0, 0, 0],
    ]);
    expect(failedRequests.map(({ status, url }) => [status, url])).toEqual(
      expect.arrayContaining([
        [503, '/products/4711'],
        [0, '/no slash'],
      ]),
    );
    expect(slowRequests[0]).toMatchObject({ status: 0, responseTimeMs: 30 });
    expect(JSON.stringify(slowRequests)).not.toContain('secret');
  });

  it('are kept whole where they were slowest or failed, in each ten seconds', async () => {
    const requests = Array.from({ length: 100 }, (_, index) =>
      sent({ responseTimeMs: index, status: index < 40 ? 500 : 200, cpuMs: 1, memoryMb: 50 }, index < 50 ? 60 : 30),
    );
    await send(requests);
    const { slowRequests, failedRequests } = await lastHours();
    expect(slowRequests.map(({ responseTimeMs }) => responseTimeMs)).toEqual([
      ...Array.from({ length: 10 }, (_, index) => 99 - index),
      ...Array.from({ length: 10 }, (_, index) => 49 - index),
    ]);
    expect(slowRequests[0]).toMatchObject({ cpuMs: 1, memoryMb: 50 });
    expect(failedRequests).toHaveLength(20);
  });

  it('keep who sent them as a hash, the same in every process and for one project only', async () => {
    const hash = 'A'.repeat(64);
    const who = [sent({ user: 'ada@example.com', address: '192.0.2.7' }), sent({ user: hash }, 30)];
    await projects.put('other', projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' }));
    const others = service();
    await Promise.all([
      send(who),
      others.ingest('shop', requestRecords.parse({ instance: 'edge-2', sequence: 0, requests: who })),
    ]);
    await send(who, { project: 'other' });
    const of = async (project: string) =>
      (await telemetry.aggregate(project, { from: noon - 300_000, to: noon })).slowRequests;
    const shop = await of('shop');
    expect(JSON.stringify(shop)).not.toMatch(/ada|192/);
    expect(new Set(shop.map(({ user }) => user))).toEqual(
      new Set([expect.stringMatching(/^[0-9a-f]{32}$/), hash.toLowerCase()]),
    );
    expect(new Set(shop.flatMap(({ user, address }) => [user, address])).size).toBe(4);
    const users = new Set(shop.map(({ user }) => user));
    expect((await of('other')).filter(({ user }) => users.has(user))).toHaveLength(1);
  });

  it('count once, however often and in whatever order they are sent, also over many batches', async () => {
    const requests = Array.from({ length: 1300 }, (_, index) =>
      sent({ url: `/${'long-name/'.repeat(6)}p${index % 97}x`, responseTimeMs: index % 50 }, 30 + (index % 130) * 10),
    );
    const calls = [send(requests), send(requests.slice(0, 10), { sequence: 1 }), send(requests)];
    const answers = await Promise.all(calls);
    expect(answers[1]).toEqual({ accepted: 10, duplicate: false });
    expect(await send(requests)).toEqual({ accepted: 0, duplicate: true });
    const { endpoints } = await lastHours();
    expect(endpoints.reduce((sum, { responseTime }) => sum + responseTime.count, 0)).toBe(1310);
  }, 60_000);

  it('are refused where the clock is wrong, or all are too old, and left out where some are', async () => {
    expect(await refusalOf(send([sent(), sent({}, -21)]))).toEqual({
      code: 'invalid-request',
      paths: ['body.requests.1.at'],
    });
    expect(await send([sent({}, -19)])).toEqual({ accepted: 1, duplicate: false });
    const old = sent({}, 7 * 3600);
    expect(await refusalOf(send([old]))).toEqual({ code: 'invalid-request', paths: ['body.requests'] });
    expect(await send([old, sent()], { sequence: 1 })).toEqual({ accepted: 1, duplicate: false });
  });

  it('need a project, and leave nothing where it is not monitored', async () => {
    expect(await refusalOf(send([sent()], { project: 'nobody' }))).toMatchObject({ code: 'not-found' });
    await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:1', monitoringEnabled: false }));
    expect(await send([sent()])).toEqual({ accepted: 0, duplicate: false });
  });
});

it('is not counted twice nor lost, whatever is sent', async () => {
  const request = fc.record({
    secondsAgo: fc.integer({ min: 0, max: 600 }),
    url: fc.oneof(fc.webUrl(), fc.webPath(), fc.string({ minLength: 1, maxLength: 50, unit: 'binary' })),
    method: fc.string({ minLength: 1, maxLength: 20 }),
    status: fc.oneof(fc.constant(0), fc.integer({ min: 100, max: 999 })),
    responseTimeMs: fc.double({ min: 0, max: 100_000, noNaN: true }),
  });
  let sequence = 0;
  let total = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 40 }), async (drawn) => {
      const requests = drawn.map(({ secondsAgo, ...rest }) =>
        sent({ ...rest, url: rest.url || '/' }, secondsAgo + 100),
      );
      const own = sequence++;
      expect(await send(requests, { sequence: own })).toEqual({ accepted: requests.length, duplicate: false });
      expect(await send(requests, { sequence: own })).toEqual({ accepted: 0, duplicate: true });
      total += requests.length;
    }),
    { numRuns: 8 },
  );
  const { endpoints } = await lastHours();
  expect(endpoints.reduce((sum, { responseTime }) => sum + responseTime.count, 0)).toBe(total);
}, 60_000);
