import { beforeEach, expect, it } from 'vitest';
import { loadTestRequest } from '../../../lib/contracts/load.ts';
import type { LoadTestResult } from '../../../lib/contracts/load-result.ts';
import { type StoredShard, shardItem } from '../../../lib/load/model.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { type CountingTarget, startCountingTarget } from '../../support/counting-target.ts';
import type { TestParts } from '../../support/history-table.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';
import { Fleet } from './fleet.ts';

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let target: CountingTarget;

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  target = await startCountingTarget();
  return () => target.close();
});

const shardsOf = async (testId: string): Promise<StoredShard[]> => {
  const shards: StoredShard[] = [];
  for await (const { value } of parts.table.all(shardItem, keys.loadShards(testId))) shards.push(value);
  return shards;
};

const play = async (fleet: Fleet, given: object) => {
  await fleet.register(target.port);
  const request = loadTestRequest.parse({
    rampUpSeconds: 0,
    timeoutMs: 1000,
    durationSeconds: 8,
    workers: 2,
    ...given,
  });
  const { testId } = await fleet.service.start('shop', request);
  const { status } = await fleet.untilEnded(testId);
  const { result } = await fleet.service.get('shop', testId);
  return { testId, status, result };
};

/** A break between an invocation and the next would show as seconds without requests. */
const busySeconds = (result: LoadTestResult | undefined): number[] =>
  (result?.timeline ?? []).filter(({ second, requests }) => second < 8 && requests > 0).map(({ second }) => second);

it('sends every arrival once though no invocation lives as long as the test', async () => {
  const fleet = new Fleet(parts, { invocationMs: 6000 });
  const { testId, status, result } = await play(fleet, { arrivalRate: 100 });
  expect(status).toBe('completed');
  expect(target.total()).toBe(800);
  expect(result).toMatchObject({ totalRequests: 800, generator: { lostShards: [] } });
  const shards = await shardsOf(testId);
  expect(shards.length).toBeGreaterThanOrEqual(4);
  expect(result?.generator.handOvers).toBe(shards.length - 2);
  expect(busySeconds(result)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

it('counts every request of its users once, whoever of a shard’s invocations sent it', async () => {
  const fleet = new Fleet(parts, { invocationMs: 6000, copies: 2 });
  const { status, result } = await play(fleet, { users: 20, thinkTimeMs: 100 });
  expect(status).toBe('completed');
  expect(result?.totalRequests).toBe(target.total());
  expect(result?.generator.lostShards).toEqual([]);
  expect(busySeconds(result)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

it('says what was lost where no successor comes', async () => {
  const fleet = new Fleet(parts, {
    invocationMs: 4000,
    drops: ({ queue, body }) => queue === 'load-work' && body.generation > 0,
  });
  const { status, result } = await play(fleet, { arrivalRate: 50, workers: 1 });
  expect(status).toBe('failed');
  expect(result?.totalRequests).toBe(target.total());
  expect(result?.generator.lostShards).toMatchObject([{ shard: 0, reason: 'died' }]);
});
