import { beforeEach, describe, expect, it } from 'vitest';
import { loadTestRequest } from '../../../lib/contracts/load.ts';
import { requireConcurrency } from '../../../lib/load/plan.ts';
import { LoadQuotas } from '../../../lib/load/quota.ts';
import { type CountingTarget, startCountingTarget } from '../../support/counting-target.ts';
import type { TestParts } from '../../support/history-table.ts';
import { SimulatedWorker } from '../../support/simulated-worker.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';
import { Fleet } from './fleet.ts';

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let target: CountingTarget;
let fleet: Fleet;

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  target = await startCountingTarget();
  fleet = new Fleet(parts);
  await fleet.register(target.port);
  return () => target.close();
});

const request = (given: object) =>
  loadTestRequest.parse({ rampUpSeconds: 0, durationSeconds: 2, workers: 1, ...given });

describe('the quota of a project', () => {
  it('refuses what is beyond it, naming everything that is', async () => {
    await fleet.service.putQuota('shop', { maxUsers: 5, maxDurationSeconds: 1 });
    await expect(fleet.service.start('shop', request({ users: 6 }))).rejects.toMatchObject({
      code: 'quota-exceeded',
      message: expect.stringMatching(/6 users; it may have 5, and for 2 s; it may have 1 s/),
    });
    await fleet.service.putQuota('shop', { maxRequestsPerDay: 99 });
    await expect(fleet.service.start('shop', request({ arrivalRate: 50 }))).rejects.toMatchObject({
      code: 'quota-exceeded',
    });
    expect((await fleet.service.list('shop', { limit: 10 })).items).toEqual([]);
  });

  it('counts the requests of a day once for each test, and stops the one that uses them up', async () => {
    await fleet.service.putQuota('shop', { maxRequestsPerDay: 150 });
    const { testId } = await fleet.service.start('shop', request({ users: 5, thinkTimeMs: 10, durationSeconds: 30 }));
    const { status, reason } = await fleet.untilEnded(testId);
    expect([status, reason]).toEqual(['failed', expect.stringContaining('used up')]);
    expect(await fleet.service.quota('shop')).toMatchObject({ requestsToday: target.total() });
    await expect(fleet.service.start('shop', request({ users: 1 }))).rejects.toMatchObject({ code: 'quota-exceeded' });
  });

  it('stops a test where those beside it have used up the day together with it', async () => {
    fleet = new Fleet(parts, { drops: ({ queue }) => queue === 'load-work' });
    await fleet.service.putQuota('shop', { maxRequestsPerDay: 150 });
    const begun = await Promise.all(
      [1, 2].map(async () => {
        const { testId } = await fleet.service.start('shop', request({ users: 1, durationSeconds: 60 }));
        const timesUs = () => Array.from({ length: 10 }, () => 1000);
        return new SimulatedWorker({ table: parts.table, project: 'shop', testId, shard: 0, timesUs });
      }),
    );
    const testIds = (await fleet.service.list('shop', { limit: 10 })).items.map(({ testId }) => testId);
    for (const testId of testIds) await fleet.until(testId, ({ phase }) => phase === 'gathering');
    for (const worker of begun) await worker.checkIn();
    for (const testId of testIds) await fleet.until(testId, ({ phase }) => phase === 'running');
    for (let interval = 0; interval < 10; interval++) {
      for (const worker of begun) await worker.report(interval, interval + 1);
      await fleet.deliver();
    }
    const runs = await Promise.all(testIds.map(async (testId) => (await fleet.run(testId)).value.stopReason));
    expect(runs.filter((reason) => reason !== undefined)).toEqual([
      'the requests that the project shop has for the day are used up: 200 by its tests together',
    ]);
  });

  it('never takes an older number of a test’s requests for a newer one', async () => {
    const quotas = new LoadQuotas(fleet.parts);
    const testId = parts.ids(Date.now());
    for (const requests of [10, 30, 20]) await quotas.use('shop', Date.now(), testId, requests);
    expect((await quotas.get('shop')).requestsToday).toBe(30);
  });
});

it('refuses a fleet that the account could not run at once', () => {
  expect(() => requireConcurrency(6, 10)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  requireConcurrency(5, 10);
  requireConcurrency(1000, undefined);
});
