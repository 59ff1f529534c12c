import { expect, it } from 'vitest';
import { loadTestRequest } from '../../../lib/contracts/load.ts';
import { SimulatedWorker } from '../../support/simulated-worker.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';
import { Fleet } from './fleet.ts';

const dynamoDb = useTestDynamoDb();

/** A test of an hour, of which a simulated worker tells interval by interval: 20 requests a second. */
async function played(address: string, responseBytes: number) {
  const parts = await dynamoDb.createParts();
  const fleet = new Fleet(parts, { addresses: [address], drops: ({ queue }) => queue === 'load-work' });
  await fleet.register(8080);
  const request = loadTestRequest.parse({ durationSeconds: 3_600, workers: 1, rampUpSeconds: 0 });
  const { testId } = await fleet.service.start('shop', request);
  await fleet.until(testId, ({ phase }) => phase === 'gathering');
  const timesUs = () => Array.from({ length: 20 }, () => 1_000);
  const worker = new SimulatedWorker({
    ...{ table: parts.table, project: 'shop', testId, shard: 0 },
    timesUs,
    responseBytes,
  });
  await worker.checkIn();
  await fleet.until(testId, ({ phase }) => phase === 'running');
  let told = 0;
  const { timelineSeconds } = (await fleet.run(testId)).value;
  // One at a time, as a worker tells of them.
  for (; told < 2 * timelineSeconds; told++) {
    await worker.report(told, told + 1);
    const seen = (told + 1) * 20;
    await expect
      .poll(async () => {
        await fleet.deliver();
        const { result } = await fleet.service.get('shop', testId);
        return result?.totalRequests;
      })
      .toBe(seen);
  }
  return (await fleet.run(testId)).value;
}

it('stops a test that sends and receives more than 1 Gbps over a network', async () => {
  const { cancelRequestedAtMs, stopReason } = await played('10.1.2.3', 8_000_000);
  expect(cancelRequestedAtMs).toBeDefined();
  expect(stopReason).toBe('the test sends and receives 1.28 Gbps; 1 is allowed');
});

it('lets one go on that stays below, and one within the machine', async () => {
  expect((await played('10.1.2.3', 5_000_000)).cancelRequestedAtMs).toBeUndefined();
  expect((await played('127.0.0.1', 8_000_000)).cancelRequestedAtMs).toBeUndefined();
});
