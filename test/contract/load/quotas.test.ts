import { beforeEach, describe, expect, it } from 'vitest';
import { loadTestRequest } from '../../../lib/contracts/load.ts';
import { requireConcurrency } from '../../../lib/load/plan.ts';
import { LoadQuotas } from '../../../lib/load/quota.ts';
import { type CountingTarget, startCountingTarget } from '../../support/counting-target.ts';
import type { TestParts } from '../../support/history-table.ts';
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
