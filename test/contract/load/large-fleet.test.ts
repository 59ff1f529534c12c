import { beforeEach, expect, it } from 'vitest';
import { loadTestRequest } from '../../../lib/contracts/load.ts';
import { latencies } from '../../../lib/load/fold/latency.ts';
import type { StoredRun } from '../../../lib/load/model.ts';
import { Sketch } from '../../../lib/statistics/sketch.ts';
import type { TestParts } from '../../support/history-table.ts';
import { SimulatedWorker } from '../../support/simulated-worker.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';
import { Fleet } from './fleet.ts';

const dynamoDb = useTestDynamoDb();
let parts: TestParts;

beforeEach(async () => {
  parts = await dynamoDb.createParts();
});

const seconds = 4;
const timesOf = (shard: number, interval: number): number[] =>
  Array.from({ length: 20 }, (_, n) => 1000 * (1 + ((shard * 7 + interval * 13 + n * 29) % 400)));

/** Leads a test of a simulated fleet to where two of its four seconds are played. */
async function halfPlayed(workers: number) {
  const invoked: StoredRun[] = [];
  const fleet = new Fleet(parts, {
    invokeFleet: async (run) => void invoked.push(run),
    drops: ({ queue }) => queue === 'load-work',
  });
  await fleet.register(8080);
  const request = loadTestRequest.parse({ users: 10_000, workers, durationSeconds: seconds, rampUpSeconds: 0 });
  const { testId } = await fleet.service.start('shop', request);
  await fleet.until(testId, ({ phase }) => phase === 'gathering');
  const simulated = Array.from(
    { length: workers },
    (_, shard) =>
      new SimulatedWorker({
        table: parts.table,
        project: 'shop',
        testId,
        shard,
        timesUs: (_step, interval) => timesOf(shard, interval),
      }),
  );
  const all = async (act: (worker: SimulatedWorker) => Promise<void>): Promise<void> => {
    for (let at = 0; at < simulated.length; at += 25) await Promise.all(simulated.slice(at, at + 25).map(act));
  };
  await all((worker) => worker.checkIn());
  await fleet.until(testId, ({ phase }) => phase === 'running');
  await all((worker) => worker.report(0, 2));
  await expect
    .poll(
      async () => {
        await fleet.deliver();
        return (await fleet.service.get('shop', testId)).result?.totalRequests;
      },
      { timeout: 30_000 },
    )
    .toBe(workers * 2 * 20);
  return { fleet, testId, all, invoked };
}

it('plans, leads and adds up 10,000 users of 20 workers to what one worker that saw all would report', async () => {
  const { fleet, testId, all } = await halfPlayed(20);
  await all((worker) => worker.report(2, seconds));
  await all((worker) => worker.finish());
  const { status } = await fleet.untilEnded(testId);
  expect(status).toBe('completed');
  const { result } = await fleet.service.get('shop', testId);
  const whole = new Sketch();
  for (let shard = 0; shard < 20; shard++) {
    for (let interval = 0; interval < seconds; interval++) {
      for (const time of timesOf(shard, interval)) whole.record(time);
    }
  }
  expect(result?.totalRequests).toBe(20 * seconds * 20);
  expect(result?.performanceMetrics).toMatchObject(latencies(whole));
  expect(result?.timeline).toMatchObject(
    [0, 1, 2, 3].map((second) => ({ second, requests: 400, activeUsers: 10_000 })),
  );
});

it('starts more than 300 workers by invocation, and shows a running test by as many reads as of a small one', async () => {
  const readsOf = async (workers: number): Promise<number> => {
    const { fleet, testId, invoked } = await halfPlayed(workers);
    expect(invoked.length).toBe(workers > 300 ? 1 : 0);
    let reads = 0;
    const counting = Object.create(parts.table, {
      get: {
        value: (...given: Parameters<typeof parts.table.get>) => {
          reads++;
          return parts.table.get(...given);
        },
      },
      all: {
        value: () => {
          throw new Error('A look at a running test lists nothing');
        },
      },
    });
    await fleet.serviceOn(counting).get('shop', testId);
    return reads;
  };
  expect(await readsOf(320)).toBe(await readsOf(20));
});
