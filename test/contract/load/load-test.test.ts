import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { type LoadTestRequest, loadTest, loadTestRequest } from '../../../lib/contracts/load.ts';
import { intervalItem, type StoredInterval, type StoredShard, shardItem } from '../../../lib/load/model.ts';
import { documentClient } from '../../../lib/platform/parts.ts';
import { HistoryTable } from '../../../lib/platform/table/history-table.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { type CountingTarget, startCountingTarget } from '../../support/counting-target.ts';
import type { TestParts } from '../../support/history-table.ts';
import { startLossyProxy } from '../../support/lossy-proxy.ts';
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

const request = (changes: object = {}): LoadTestRequest =>
  loadTestRequest.parse({
    users: 4,
    workers: 2,
    durationSeconds: 1,
    rampUpSeconds: 0,
    thinkTimeMs: 10,
    timeoutMs: 2000,
    scenarios: [
      { name: 'good', path: '/good' },
      { name: 'bad', path: '/status/503' },
    ],
    ...changes,
  });

const start = async (changes?: object) => (await fleet.service.start('shop', request(changes))).testId;

const resultOf = async (testId: string) => (await fleet.service.get('shop', testId)).result;

const shardsOf = async (testId: string): Promise<StoredShard[]> => {
  const shards: StoredShard[] = [];
  for await (const { value } of parts.table.all(shardItem, keys.loadShards(testId))) shards.push(value);
  return shards;
};

const intervalsOf = async (testId: string): Promise<StoredInterval[]> => {
  const intervals: StoredInterval[] = [];
  for await (const { value } of parts.table.all(intervalItem, keys.loadIntervals(testId, 0))) intervals.push(value);
  return intervals;
};

/** As if the controller had waited for the missing workers long enough. */
const endPatience = async (testId: string): Promise<void> => {
  const run = await fleet.run(testId);
  await parts.table.replace(run, { ...run.value, gatherUntilMs: Date.now() });
};

describe('a load test', () => {
  it('goes from its request to a result that counts what the target counted', async () => {
    const testId = await start();
    expect(await fleet.service.get('shop', testId)).toMatchObject({ status: 'queued', progressPercent: 0 });
    const { status, missing } = await fleet.untilEnded(testId);
    const result = await resultOf(testId);
    expect(status).toBe('completed');
    expect(missing).toEqual([]);
    expect(result?.totalRequests).toBe(target.total());
    expect(result?.scenarios.good?.requests).toBe(target.counts['/good']);
    expect(result?.scenarios.bad?.statuses).toEqual({ 503: target.counts['/status/503'] });
    expect(result?.generator).toMatchObject({ workers: 2, lostShards: [] });
    const shown = await fleet.service.get('shop', testId);
    expect(shown).toMatchObject({
      status: 'completed',
      progressPercent: 100,
      result: { totalRequests: target.total() },
    });
    expect(loadTest.parse(shown)).toEqual(shown);
    const { items } = await fleet.service.list('shop', { limit: 10 });
    expect(items).toMatchObject([{ testId, status: 'completed' }]);
    await expect(fleet.service.cancel('shop', testId)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is the same test once when every message comes three times and in reverse', async () => {
    fleet = new Fleet(parts, { copies: 3 });
    const testId = await start();
    const { status, turn } = await fleet.untilEnded(testId);
    const result = await resultOf(testId);
    expect([status, turn]).toEqual(['completed', 3]);
    expect(fleet.workers).toHaveLength(6);
    expect(result?.totalRequests).toBe(target.total());
    const shards = await shardsOf(testId);
    expect(shards.map(({ shard, state }) => `${shard} ${state}`)).toEqual(['0 done', '1 done']);
    const intervals = await intervalsOf(testId);
    expect(intervals.length).toBe(shards.reduce((sum, { lastInterval }) => sum + lastInterval + 1, 0));
    // What comes after the end finds the test ended.
    await fleet.deliver();
    await fleet.deliver(
      [0, 1, 2, 3].map((old) => ({
        queue: 'load-control',
        body: { type: 'load.control', project: 'shop', testId, turn: old },
      })),
    );
    await fleet.work({ type: 'load.shard', project: 'shop', testId, shard: 0, generation: 0 });
    expect(parts.sent).toEqual([]);
    expect(await resultOf(testId)).toEqual(result);
  });

  it('is led on when a cancellation changes it while its controller decides', async () => {
    const testId = await start({ durationSeconds: 60 });
    const [message] = parts.sent.splice(0);
    if (message?.queue !== 'load-control') throw new Error('The test should have been sent');
    const cancelling = Object.create(parts.table, {
      get: { value: parts.table.get.bind(parts.table) },
      all: { value: parts.table.all.bind(parts.table) },
      replace: {
        value: async (...write: Parameters<typeof parts.table.replace>) => {
          await fleet.service.cancel('shop', testId);
          return parts.table.replace(...write);
        },
      },
    });
    await fleet.controller({ ...fleet.parts, table: cancelling }).advance(message.body);
    const { status, phase } = await fleet.untilEnded(testId);
    expect([status, phase]).toEqual(['cancelled', 'ended']);
  });

  it('has failed when its control message could not be handled however often', async () => {
    const testId = await start({ durationSeconds: 60 });
    const controller = fleet.controller();
    await controller.giveUp({ type: 'load.control', project: 'shop', testId, turn: 7 });
    expect((await fleet.run(testId)).value.phase).toBe('dispatching');
    await controller.giveUp({ type: 'load.control', project: 'shop', testId, turn: 0 });
    expect(await fleet.service.get('shop', testId)).toMatchObject({
      status: 'failed',
      progressPercent: 100,
      reason: 'it could not be led to its end',
    });
    await fleet.deliver();
    expect(parts.sent).toEqual([]);
  });

  it('sends every arrival of an open test once', async () => {
    const testId = await start({ users: undefined, arrivalRate: 50, workers: 3 });
    await fleet.untilEnded(testId);
    const result = await resultOf(testId);
    expect(target.total()).toBe(50);
    expect(result).toMatchObject({ totalRequests: 50, generator: { workers: 3 } });
  });

  it('goes to those addresses of its target that can be reached', async () => {
    fleet = new Fleet(parts, { addresses: ['::1', '127.0.0.1'] });
    const testId = await start({ durationSeconds: 0.2 });
    await fleet.untilEnded(testId);
    const result = await resultOf(testId);
    expect(result).toMatchObject({ totalRequests: target.total(), connectionFailures: 0 });
  });

  it('tells what befalls its connections where none can be', async () => {
    await target.close();
    fleet = new Fleet(parts, { addresses: ['::1', '127.0.0.1'] });
    const testId = await start({ durationSeconds: 0.2, thinkTimeMs: 50 });
    const { status } = await fleet.untilEnded(testId);
    const result = await resultOf(testId);
    expect(status).toBe('completed');
    expect(result?.totalRequests).toBe(0);
    expect(result?.errors).toMatchObject([{ kind: 'connect-ECONNREFUSED' }]);
    expect(result?.recommendations.join()).toContain('No request could be sent');
    target = await startCountingTarget();
  });

  it('shows its figures while it runs, and stops within seconds when it is cancelled, keeping them', async () => {
    const testId = await start({ durationSeconds: 60 });
    await fleet.until(testId, ({ phase }) => phase === 'running');
    await expect
      .poll(
        async () => {
          await fleet.deliver();
          return fleet.service.get('shop', testId);
        },
        { interval: 100, timeout: 10_000 },
      )
      .toMatchObject({ status: 'running', result: { totalRequests: expect.toSatisfy((count) => count > 0) } });
    const waiting = parts.sent.length;
    await fleet.deliver([{ queue: 'load-control', body: { type: 'load.control', project: 'shop', testId, turn: 1 } }]);
    expect(parts.sent).toHaveLength(waiting);
    const asked = Date.now();
    expect(await fleet.service.cancel('shop', testId)).toEqual({ testId, status: 'running' });
    expect(await fleet.service.cancel('shop', testId)).toEqual({ testId, status: 'running' });
    const { status } = await fleet.untilEnded(testId);
    const result = await resultOf(testId);
    expect(Date.now() - asked).toBeLessThan(3000);
    expect(status).toBe('cancelled');
    expect(result?.totalRequests).toBe(target.total());
  });

  it('is cancelled before it begins without a single request', async () => {
    const testId = await start();
    await fleet.service.cancel('shop', testId);
    expect(await fleet.untilEnded(testId)).toMatchObject({ status: 'cancelled', turn: 1 });
    expect(target.total()).toBe(0);
  });

  it('goes on without a worker that does not come, who may not begin later', async () => {
    const testId = await start();
    await fleet.deliver();
    const [first, second, ...rest] = parts.sent.splice(0);
    if (first === undefined || second?.queue !== 'load-work') throw new Error('Two shards should have been sent');
    await fleet.deliver([first, ...rest]);
    await expect.poll(() => shardsOf(testId)).toHaveLength(1);
    await endPatience(testId);
    await fleet.until(testId, ({ phase }) => phase === 'running');
    await fleet.work(second.body);
    const { status, missing } = await fleet.untilEnded(testId);
    const result = await resultOf(testId);
    expect([status, missing]).toEqual(['completed', [1]]);
    expect((await shardsOf(testId)).map(({ state }) => state)).toEqual(['done', 'late']);
    expect(result).toMatchObject({
      totalRequests: target.total(),
      generator: { verdict: expect.stringContaining('limited'), lostShards: [{ shard: 1, reason: 'late' }] },
    });
  });

  it('fails when no worker comes', async () => {
    const testId = await start();
    await fleet.deliver();
    parts.sent.splice(0, 2);
    await endPatience(testId);
    expect(await fleet.untilEnded(testId)).toMatchObject({ status: 'failed', reason: 'no worker started' });
  });

  it('is told to have been interrupted when its workers died, and keeps what they stored', async () => {
    const testId = await start({ workers: 1, durationSeconds: 30 });
    const running = await fleet.until(testId, ({ phase }) => phase === 'running');
    await expect.poll(() => intervalsOf(testId), { interval: 100, timeout: 10_000 }).not.toEqual([]);
    // The worker is cut off from the table: it is as good as dead, and its lease runs out.
    const shard = await parts.table.get(shardItem, keys.loadShard(testId, 0, 0));
    if (shard === undefined) throw new Error('The shard was claimed');
    await parts.table.delete(shard.key);
    await parts.table.create(shardItem, shard.key, { ...shard.value, state: 'running', leaseUntilMs: Date.now() });
    const { status, reason } = await fleet.until(testId, ({ phase }) => phase === 'ended');
    const result = await resultOf(testId);
    expect([status, reason]).toEqual(['failed', 'interrupted']);
    expect(result?.totalRequests).toBeGreaterThan(0);
    expect(result?.generator.lostShards).toMatchObject([{ shard: 0, reason: 'died' }]);
    expect(running.startAtMs).toBeDefined();
    await Promise.all(fleet.workers);
  });

  it('loses no figure when the table does not answer for a while', async () => {
    const proxy = await startLossyProxy(dynamoDb.endpoint);
    const client = new DynamoDBClient({
      endpoint: proxy.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    const table = new HistoryTable(documentClient(client), parts.tableName, parts.outbox, parts.clock);
    fleet = new Fleet(parts, { workerParts: { ...parts, table } });
    const testId = await start({ durationSeconds: 4, workers: 1 });
    await fleet.until(testId, ({ phase }) => phase === 'running');
    await expect.poll(() => intervalsOf(testId), { interval: 50, timeout: 10_000 }).not.toEqual([]);
    proxy.isDown = true;
    const before = target.total();
    const stored = await intervalsOf(testId);
    await expect.poll(() => target.total(), { interval: 50, timeout: 10_000 }).toBeGreaterThan(before + 200);
    expect(await intervalsOf(testId)).toEqual(stored);
    proxy.isDown = false;
    const { status } = await fleet.untilEnded(testId);
    const result = await resultOf(testId);
    expect(status).toBe('completed');
    expect(result?.totalRequests).toBe(target.total());
    expect(result?.timeline.map(({ second }) => second)).toEqual(result?.timeline.map((_, second) => second));
    client.destroy();
    await proxy.close();
  });
});

it('has no dead worker where a write came through and its answer did not', async () => {
  let lost = 0;
  const forgetful: HistoryTable = Object.create(parts.table, {
    get: { value: parts.table.get.bind(parts.table) },
    create: { value: parts.table.create.bind(parts.table) },
    replace: {
      value: async (...given: Parameters<HistoryTable['replace']>) => {
        const written = await parts.table.replace(...given);
        if (lost++ < 2) throw new Error('The answer was lost');
        return written;
      },
    },
  });
  fleet = new Fleet(parts, { workerParts: { ...parts, table: forgetful } });
  const testId = await start({ durationSeconds: 0.2, workers: 1 });
  const { status } = await fleet.untilEnded(testId);
  const result = await resultOf(testId);
  expect(lost).toBeGreaterThan(2);
  expect([status, result?.generator.lostShards]).toEqual(['completed', []]);
});

describe('starting', () => {
  it('makes one test of a request that is repeated, by its key or by the id given', async () => {
    const keyed = await Promise.all(
      [1, 2].map(() => fleet.service.start('shop', request(), { idempotencyKey: 'again' })),
    );
    expect(keyed[0]).toEqual(keyed[1]);
    const testId = parts.ids(Date.now());
    for (let i = 0; i < 2; i++) await fleet.service.start('shop', request(), { testId });
    expect((await fleet.service.list('shop', { limit: 10 })).items).toHaveLength(2);
    expect(parts.sent).toHaveLength(2);
  });

  it('answers a repeated request with the test that it made, whatever has changed since', async () => {
    const options = { idempotencyKey: 'again' };
    const started = await fleet.service.start('shop', request(), options);
    await fleet.service.putQuota('shop', { maxRequestsPerDay: 0 });
    const { service } = fleet;
    expect(await service.start('shop', request(), options)).toEqual(started);
    await expect(service.start('shop', request({ users: 5 }), options)).rejects.toMatchObject({ code: 'conflict' });
    await expect(service.start('shop', request())).rejects.toMatchObject({ code: 'quota-exceeded' });
  });

  it('refuses what cannot be run, and stores nothing of it', async () => {
    const scenarios = [{ name: 'bad', path: '/{{nothing()}}' }];
    await expect(start({ scenarios })).rejects.toMatchObject({
      code: 'invalid-request',
      fieldErrors: [{ path: 'body.scenarios.0' }],
    });
    const looksAhead = { name: 'looks ahead', checks: [{ bodyMatches: 'a(?=b)' }] };
    await expect(start({ scenarios: [{ name: 'good' }, looksAhead] })).rejects.toMatchObject({
      code: 'invalid-request',
      fieldErrors: [{ path: 'body.scenarios.1', message: expect.stringContaining('which has no look-ahead') }],
    });
    await expect(start({ protocol: 'http2' })).rejects.toMatchObject({
      code: 'invalid-request',
      fieldErrors: [{ path: 'body.protocol', message: expect.stringContaining('TLS') }],
    });
    await expect(start({ users: 2000, workers: 2 })).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(fleet.service.start('none', request())).rejects.toMatchObject({ code: 'not-found' });
    expect((await fleet.service.list('shop', { limit: 10 })).items).toEqual([]);
    await expect(fleet.service.get('shop', parts.ids(0))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('takes the largest request that it allows', async () => {
    const large = { scenarios: [{ name: 'large', method: 'POST', body: 'ä'.repeat(1_000_000) }], workers: 1 };
    const testId = await start(large);
    expect((await fleet.service.get('shop', testId)).status).toBe('queued');
  });
});
