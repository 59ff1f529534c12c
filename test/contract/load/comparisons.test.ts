import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { comparisonRequest } from '../../../lib/contracts/comparisons.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { ComparisonService } from '../../../lib/load/comparisons/service.ts';
import { runItem } from '../../../lib/load/model.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { unknownConcurrency } from '../../support/load-run.ts';
import { SimulatedWorker } from '../../support/simulated-worker.ts';
import { Fleet } from './fleet.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let fleet: Fleet;
let comparisons: ComparisonService;
/** What the account runs at once. */
let concurrency: number;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  parts = await dynamoDb.createParts();
  concurrency = 1000;
  fleet = new Fleet(parts, { drops: ({ queue }) => queue === 'load-work' });
  await fleet.register(8080);
  await fleet.projects.put('next', projectSettings.parse({ baseUrl: 'http://next.example:8080' }));
  comparisons = new ComparisonService(fleet.parts, fleet.projects, async () => concurrency);
});

/** Ten slices of a second for each configuration. */
const request = (given: object = {}, projects = ['shop', 'next']) =>
  comparisonRequest.parse({
    configurations: projects.map((project, index) => ({ name: `${project} ${index}`, project })),
    durationSeconds: 10,
    sliceSeconds: 1,
    workers: 1,
    ...given,
  });

const start = async (given: object = {}, projects?: string[]) =>
  (await comparisons.start(request(given, projects), undefined)).comparisonId;

/** Plays slice after slice, each with so many requests, until the comparison has ended. */
async function play(testId: string, requests: number) {
  await fleet.until(testId, ({ phase }) => phase === 'gathering');
  const worker = new SimulatedWorker({
    table: parts.table,
    project: 'shop',
    testId,
    shard: 0,
    timesUs: () => Array.from({ length: requests }, () => 1000),
  });
  await worker.checkIn();
  for (let played = 0; ; played++) {
    const { phase, targets, step } = await fleet.until(
      testId,
      ({ phase: now, step: present }) => now === 'ended' || present?.index === played,
    );
    if (phase === 'ended') return played;
    expect(targets[step?.target ?? -1]).toBeDefined();
    await worker.report(0, 1);
    await fleet.deliver();
    await worker.finish();
  }
}

const usedBy = async (project: string) => (await fleet.service.quota(project)).requestsToday;

describe('a comparison', () => {
  it('is refused where the account could not run its workers at once', async () => {
    concurrency = 10;
    await start({ workers: 5 });
    await expect(start({ workers: 6 })).rejects.toMatchObject({
      code: 'invalid-request',
      fieldErrors: [{ path: 'body.workers', message: expect.stringContaining('enough for 5 workers; these are 6') }],
    });
  });

  it('is the same one for a request that is repeated when the day is used up', async () => {
    const started = await comparisons.start(request(), 'again');
    await fleet.service.putQuota('next', { maxRequestsPerDay: 0 });
    expect(await comparisons.start(request(), 'again')).toEqual(started);
    await expect(start()).rejects.toMatchObject({ code: 'quota-exceeded' });
  });

  it('is priced before, with what it sends in the open model, and after by what it took', async () => {
    const { cost } = await comparisons.start(request(), undefined);
    expect(cost?.estimatedUsd).toBeGreaterThan(0);
    const started = await comparisons.start(request({ arrivalRate: 100, sliceSeconds: 5 }), 'again');
    // Of 2,000 requests, by the same measure as a load test.
    expect(started.cost?.items).toContainEqual(expect.objectContaining({ name: 'transfer', usd: 0.000054 }));
    expect(await comparisons.start(request({ arrivalRate: 100, sliceSeconds: 5 }), 'again')).toEqual(started);
    await play(started.comparisonId, 10);
    const { result } = await comparisons.get(started.comparisonId);
    expect(result?.cost).toMatchObject({ estimatedUsd: started.cost?.estimatedUsd, actualUsd: expect.any(Number) });
  });

  it('counts for each project the requests that were sent to it', async () => {
    expect(await play(await start({ sliceSeconds: 5 }, ['shop', 'next', 'next']), 10)).toBe(6);
    expect([await usedBy('shop'), await usedBy('next')]).toEqual([20, 40]);
  });

  it('is refused where a project’s own share is more than it has left of the day', async () => {
    for (const project of ['shop', 'next']) await fleet.service.putQuota(project, { maxRequestsPerDay: 1000 });
    await start({ arrivalRate: 100 });
    await expect(start({ arrivalRate: 101 })).rejects.toMatchObject({ code: 'quota-exceeded' });
    await expect(start({ arrivalRate: 100 }, ['shop', 'next', 'next'])).rejects.toMatchObject({
      code: 'quota-exceeded',
      message: expect.stringContaining('The project next asks for 2000 requests; of 1000 a day 1000 are left'),
    });
  });

  it('is stopped when one of its projects has used up its own share', async () => {
    await fleet.service.putQuota('shop', { maxRequestsPerDay: 35 });
    await fleet.service.putQuota('next', { maxRequestsPerDay: 1000 });
    const testId = await start();
    await play(testId, 10);
    expect(await comparisons.get(testId)).toMatchObject({
      status: 'failed',
      reason: 'the requests that the project shop has for the day are used up: 40 by this test',
    });
    expect(await usedBy('shop')).toBe(40);
  });

  it('keeps the bound of one that began before its projects were told apart', async () => {
    const testId = await start();
    const { key, value } = await fleet.run(testId);
    const older = { ...runItem, version: 2 };
    await parts.table.delete(key);
    await parts.table.create(older, key, { ...value, requestsAllowed: 12 as never });
    expect((await fleet.run(testId)).value.requestsAllowed).toEqual({ shop: 12, next: 12 });
  });
});

describe('the list of comparisons', () => {
  const listed = (service = comparisons) => service.list({ limit: 10 }, () => true);
  const runKey = (comparisonId: string) => keys.loadTest('shop', comparisonId);

  it('leaves out one whose run was never stored: nobody was told of it', async () => {
    const [kept, lost] = [await start(), await start({ workers: 2 })];
    await parts.table.delete(runKey(lost));
    expect((await listed()).items.map(({ comparisonId }) => comparisonId)).toEqual([kept]);
  });

  it('fails where one cannot be read, and does not look complete', async () => {
    await start();
    const failing = Object.create(parts.table, {
      page: { value: parts.table.page.bind(parts.table) },
      get: { value: () => Promise.reject(new Error('the table did not answer')) },
    });
    const service = new ComparisonService({ ...fleet.parts, table: failing }, fleet.projects, unknownConcurrency);
    await expect(listed(service)).rejects.toThrow('the table did not answer');
  });
});
