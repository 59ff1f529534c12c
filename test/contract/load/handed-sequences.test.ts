import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { loadTestRequest } from '../../../lib/contracts/load.ts';
import { runItem, type StoredRun, shardItem } from '../../../lib/load/model.ts';
import { storedRequests } from '../../../lib/load/stored-request.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { type CountingTarget, startCountingTarget } from '../../support/counting-target.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { storedRun, storedStep, testId } from '../../support/load-run.ts';
import { Fleet } from './fleet.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let target: CountingTarget;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  parts = await dynamoDb.createParts();
  target = await startCountingTarget();
  return () => target.close();
});

const workers = 2;

/** Each request names the row that it was given, and its number. */
const scenarios = [
  {
    name: 'rows',
    path: '/{{row}}/{{seq()}}',
    data: { rows: Array.from({ length: 10_000 }, (_, row) => ({ row })) },
  },
];

/** Of what shard `shard` has taken, its own places. */
const takenBy = (shard: number, values: readonly number[]) =>
  new Set(values.filter((value) => value % workers === shard).map((value) => Math.floor(value / workers)));

const asked = () => Object.keys(target.counts).map((path) => path.split('/').slice(1).map(Number));
const rows = () => asked().map(([row = -1]) => row);
const numbers = () => asked().map(([, number = -1]) => number);

it('rows and numbers go on where a shard is handed over, none twice and none left out, with every message twice', async () => {
  const invocationMs = (generation: number) => (generation === 0 ? 2500 : 60_000);
  const fleet = new Fleet(parts, { invocationMs, copies: 2 });
  await fleet.register(target.port);
  const load = { arrivalRate: 200, rampUpSeconds: 0, durationSeconds: 30, timeoutMs: 1000 };
  const request = loadTestRequest.parse({ scenarios, workers, ...load });
  const { testId: id } = await fleet.service.start('shop', request);

  /** From where on the successors went, once they are at work. */
  const handedOver = async () => {
    const first = await Promise.all(
      Array.from({ length: workers }, (_, shard) => parts.table.get(shardItem, keys.loadShard(id, shard, 0))),
    );
    return first.map((found) => found?.value.handOver?.places);
  };
  const isFilled = (shard: number, values: readonly number[], upTo: number | undefined): boolean => {
    const taken = takenBy(shard, values);
    return upTo !== undefined && Array.from({ length: upTo + 1 }, (_, place) => place).every((own) => taken.has(own));
  };
  for (let hasAll = false; !hasAll; ) {
    await fleet.deliver();
    const places = await handedOver();
    hasAll = places.every(
      (from, shard) => isFilled(shard, rows(), from?.['0 rows']) && isFilled(shard, numbers(), from?.['seq()']),
    );
    if ((await fleet.run(id)).value.phase === 'ended') break;
    await delay(50);
  }
  expect((await fleet.run(id)).value.phase).toBe('running');
  await fleet.service.cancel('shop', id);
  await fleet.untilEnded(id);
  expect(Object.values(target.counts).every((count) => count === 1)).toBe(true);
  for (const values of [rows(), numbers()]) expect(new Set(values).size).toBe(values.length);
});

it('rows and numbers go on from step to step', async () => {
  const fleet = new Fleet(parts);
  const request = loadTestRequest.parse({ scenarios, arrivalRate: 100, durationSeconds: 1 });
  const stepOf = (index: number) =>
    storedStep({ index, startAtMs: Date.now() + 300, stages: [{ seconds: 0.3, from: 100, to: 100 }] });
  const [place] = storedRun().targets;
  if (place === undefined) throw new Error('A run has a target');
  const run = storedRun({ phase: 'running', targets: [{ ...place, port: target.port }], model: 'open', workers: 1 });
  const key = keys.loadTest('shop', testId);
  await storedRequests(parts.table).create(keys.loadRequest(testId), { kind: 'load-test', request }, Date.now() + 1e7);
  await parts.table.create(runItem, key, { ...run, step: stepOf(0) });
  const change = async (changes: Partial<StoredRun>) => {
    const found = await parts.table.get(runItem, key);
    if (found !== undefined) await parts.table.replace(found, { ...found.value, ...changes });
  };
  const shard = async () => (await parts.table.get(shardItem, keys.loadShard(testId, 0, 0)))?.value;

  const work = fleet.work({ type: 'load.shard', project: 'shop', testId, shard: 0, generation: 0 });
  await expect.poll(async () => (await shard())?.stepsDone, { timeout: 5000 }).toBe(1);
  await change({ step: stepOf(1) });
  await expect.poll(async () => (await shard())?.stepsDone, { timeout: 5000 }).toBe(2);
  await change({ phase: 'ended' });
  await work;
  const inOrder = Array.from({ length: 60 }, (_, at) => at);
  for (const values of [rows(), numbers()]) expect(values.toSorted((a, b) => a - b)).toEqual(inOrder);
  expect((await shard())?.places).toEqual({ '0 rows': 60, 'seq()': 60 });
});
