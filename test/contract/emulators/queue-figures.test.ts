import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureQueue } from '../../../lib/local/emulators/queue-provisioning.ts';
import { QueueMetrics } from '../../../lib/local/sources/queue-metrics.ts';
import { type QueueServer, startQueueServer } from '../local-runtime/queue-fixture.ts';

let server: QueueServer;
beforeAll(async () => {
  server = await startQueueServer();
});
afterAll(() => server.stop());

it('tells CloudWatch what SQS tells it of queues that hold something, and once that they hold nothing any more', async () => {
  const { url } = await ensureQueue(server.client, { name: 'busy', visibilityTimeoutSeconds: 30 });
  await ensureQueue(server.client, { name: 'idle', visibilityTimeoutSeconds: 30 });
  const metrics = new QueueMetrics(server.endpoint);
  const measured = async () => {
    await metrics.sample(Date.now());
    return Object.fromEntries(
      metrics.drain().map(({ MetricName, Dimensions, values }) => {
        expect(Dimensions).toEqual([{ Name: 'QueueName', Value: 'busy' }]);
        return [MetricName, values[0]?.value];
      }),
    );
  };
  expect(await measured()).toEqual({});
  const send = (more: object) =>
    server.client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: '{}', ...more }));
  await send({});
  await send({});
  await send({ DelaySeconds: 60 });
  const { Messages = [] } = await server.client.send(
    new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 1 }),
  );
  expect(Messages).toHaveLength(1);
  const found = await measured();
  expect(found).toMatchObject({
    ApproximateNumberOfMessagesVisible: 1,
    ApproximateNumberOfMessagesNotVisible: 1,
    ApproximateNumberOfMessagesDelayed: 1,
  });
  expect(found.ApproximateAgeOfOldestMessage).toBeLessThan(30);
  await expect.poll(async () => (await measured()).ApproximateAgeOfOldestMessage, { interval: 200 }).toBeGreaterThan(0);
});
