import { afterAll, expect, it } from 'vitest';
import { loadTestRequest } from '../../../lib/contracts/load.ts';
import type { LoadTestResult } from '../../../lib/contracts/load-result.ts';
import { type StoredShard, shardItem } from '../../../lib/load/model.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { type CountingTarget, startCountingTarget } from '../../support/counting-target.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';
import { Fleet, type FleetOptions } from './fleet.ts';

const dynamoDb = useTestDynamoDb();
const targets: CountingTarget[] = [];
afterAll(() => Promise.all(targets.map((target) => target.close())));

/** Plays a test of 8 s by a fleet of its own on a target of its own: all are played at the same time. */
const play = async (options: FleetOptions, given: object) => {
  const parts = await dynamoDb.createParts();
  const target = await startCountingTarget();
  targets.push(target);
  const fleet = new Fleet(parts, options);
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
  const shards: StoredShard[] = [];
  for await (const { value } of parts.table.all(shardItem, keys.loadShards(testId))) shards.push(value);
  return { status, result, shards, counted: target.total() };
};

/** A break between an invocation and the next would show as seconds without requests. */
const busySeconds = (result: LoadTestResult | undefined): number[] =>
  (result?.timeline ?? []).filter(({ second, requests }) => second < 8 && requests > 0).map(({ second }) => second);

it.concurrent('sends every arrival once though no invocation lives as long as the test', async () => {
  const { status, result, shards, counted } = await play({ invocationMs: 6000 }, { arrivalRate: 100 });
  expect(status).toBe('completed');
  expect(counted).toBe(800);
  expect(result).toMatchObject({ totalRequests: 800, generator: { lostShards: [] } });
  expect(shards.length).toBeGreaterThanOrEqual(4);
  expect(result?.generator.handOvers).toBe(shards.length - 2);
  expect(busySeconds(result)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

it.concurrent('counts every request of its users once, whoever of a shard’s invocations sent it', async () => {
  const options = { invocationMs: 6000, copies: 2 };
  const { status, result, counted } = await play(options, { users: 20, thinkTimeMs: 100 });
  expect(status).toBe('completed');
  expect(result?.totalRequests).toBe(counted);
  expect(result?.generator.lostShards).toEqual([]);
  expect(busySeconds(result)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

it.concurrent('says what was lost where no successor comes', async () => {
  const options: FleetOptions = {
    invocationMs: 4000,
    drops: ({ queue, body }) => queue === 'load-work' && body.generation > 0,
  };
  const { status, result, counted } = await play(options, { arrivalRate: 50, workers: 1 });
  expect(status).toBe('failed');
  expect(result?.totalRequests).toBe(counted);
  expect(result?.generator.lostShards).toMatchObject([{ shard: 0, reason: 'died' }]);
});
