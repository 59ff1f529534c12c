import {
  ChangeMessageVisibilityCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSBatchResponse } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MessageOf } from '../../../lib/contracts/messages.ts';
import { queues as definitions } from '../../../lib/contracts/queues.ts';
import { queueArn } from '../../../lib/local/lambda/account.ts';
import { ensureQueuePair, type QueuePair } from '../../../lib/local/provision/queues.ts';
import { sqsEvent } from '../../../lib/local/sources/sqs-event.ts';
import type { Parts } from '../../../lib/platform/parts.ts';
import { type MessageHandler, queueDoor } from '../../../lib/platform/queue/door.ts';
import { messageSender } from '../../../lib/platform/queue/send.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { contextOf } from '../../support/invocation.ts';
import { type QueueServer, startQueueServer } from '../local-runtime/queue-fixture.ts';

let server: QueueServer;
let dynamoDb: TestDynamoDb;
let base: TestParts;
let parts: Parts;
let queue: QueuePair;
let queues = 0;
let lines: string[];

beforeAll(async () => {
  [server, dynamoDb] = await Promise.all([startQueueServer(), startTestDynamoDb()]);
  base = await dynamoDb.createParts();
});
afterAll(() => Promise.all([server.stop(), dynamoDb.stop()]));

beforeEach(async () => {
  queues += 1;
  const name = `tasks-${queues}`;
  queue = await ensureQueuePair(server.client, {
    name,
    deadLetters: `${name}-dead-letters`,
    visibilityTimeoutSeconds: 300,
    maxReceives: definitions.tasks.maxReceives,
  });
  parts = {
    ...functionParts('task-worker', base, {
      queueUrls: { tasks: queue.url },
      deadLetterUrls: { tasks: queue.deadLetterUrl },
    }),
    sqs: server.client,
    // The whole backoff, 4 s after the first receive: less would be over before it can be seen.
    random: () => 0.99,
  };
  lines = [];
});

const taskId = (count: number): string => `01JD2V8Q6Y${String(count).padStart(16, '0')}`;
const bodyOf = (count: number): string => JSON.stringify({ type: 'task.run', taskId: taskId(count) });

const send = (body: string) => server.client.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: body }));

const receive = async (url: string): Promise<Message[]> => {
  const { Messages = [] } = await server.client.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages;
};

/** Gives all that waits to the function, as one batch. */
async function deliver(
  handle: MessageHandler<'tasks'>,
  door: Parts = parts,
  options: Parameters<typeof queueDoor<'tasks'>>[3] = {},
): Promise<SQSBatchResponse & { ids: string[] }> {
  const messages = await receive(queue.url);
  let response: SQSBatchResponse = { batchItemFailures: [] };
  lines = await outputOf(async () => {
    const call = queueDoor('tasks', door, handle, options);
    response = await call(sqsEvent(messages, queueArn('tasks')), contextOf('task-worker'));
  });
  return { ...response, ids: messages.map(({ MessageId = '' }) => MessageId) };
}

describe('a batch', () => {
  it('is handed over message by message, with what is left of the time', async () => {
    await Promise.all([1, 2, 3].map((count) => send(bodyOf(count))));
    const seen: MessageOf<'tasks'>[] = [];
    const { batchItemFailures } = await deliver(async (message, { receiveCount, remainingMs }) => {
      seen.push(message);
      expect([receiveCount, remainingMs()]).toEqual([1, 29_000]);
    });
    expect(batchItemFailures).toEqual([]);
    expect(seen.map((message) => message.taskId).toSorted()).toEqual([taskId(1), taskId(2), taskId(3)]);
  });

  it('is done but for the message that failed, which comes again after the backoff', async () => {
    await Promise.all([1, 2, 3].map((count) => send(bodyOf(count))));
    const done: string[] = [];
    const { batchItemFailures, ids } = await deliver(async (message) => {
      if (message.taskId === taskId(2)) throw new Error('It is not ready');
      done.push(message.taskId);
    });
    expect(done.toSorted()).toEqual([taskId(1), taskId(3)]);
    expect(batchItemFailures).toHaveLength(1);
    expect(ids).toContain(batchItemFailures[0]?.itemIdentifier);
    // Nothing was acknowledged here, as that is the event source's part: the two others wait out the 300 s of the queue.
    expect(await receive(queue.url)).toEqual([]);
    const { Messages = [] } = await server.client.send(
      new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: 6, MessageSystemAttributeNames: ['All'] }),
    );
    expect(Messages.map(({ Body }) => Body)).toEqual([bodyOf(2)]);
    expect(Messages[0]?.Attributes?.ApproximateReceiveCount).toBe('2');
  });

  it('is given up when a message fails for the last time, and still goes to the dead letters', async () => {
    const failing: MessageHandler<'tasks'> = async () => {
      throw new Error('It never will be');
    };
    const givenUp: string[] = [];
    const options = { giveUp: async (message: MessageOf<'tasks'>) => void givenUp.push(message.taskId) };
    const again = { ...parts, random: () => 0 };
    await send(bodyOf(1));
    for (let receives = 1; receives < definitions.tasks.maxReceives; receives++) {
      const [message] = await receive(queue.url);
      if (message?.ReceiptHandle === undefined) throw new Error('The message should be there');
      const { ReceiptHandle } = message;
      await server.client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: queue.url, ReceiptHandle, VisibilityTimeout: 0 }),
      );
    }
    const { batchItemFailures } = await deliver(failing, again, options);
    expect(givenUp).toEqual([taskId(1)]);
    expect(batchItemFailures).toHaveLength(1);
    await send(bodyOf(2));
    await deliver(failing, again, options);
    expect(givenUp).toEqual([taskId(1)]);
  });

  it('logs what failed with the message, and counts it', async () => {
    await Promise.all([1, 2].map((count) => send(bodyOf(count))));
    await deliver(async (message) => {
      if (message.taskId === taskId(2)) throw new Error('It is not ready');
    });
    const logged = lines.map((line) => JSON.parse(line));
    expect(logged.find(({ level }) => level === 'ERROR')).toMatchObject({
      message: 'A message could not be handled and will be tried again',
      body: { type: 'task.run', taskId: taskId(2) },
      receiveCount: 1,
      error: { message: 'It is not ready' },
    });
    expect(logged.filter(({ level }) => level === 'WARN')).toEqual([]);
    expect(logged.find((line) => '_aws' in line)).toMatchObject({ Messages: 1, FailedMessages: 1 });
  });
});

describe('a message that cannot be read', () => {
  it.each([
    ['not JSON', '{"type":', 'not JSON'],
    ['of another type', '{"type":"task.stop","taskId":"x"}', 'type: '],
    ['with more than it should have', bodyOf(1).replace('}', ',"admin":true}'), 'admin'],
  ])('goes to the dead-letter queue at once when it is %s, with what is wrong', async (_, body, fault) => {
    await send(body);
    await send(bodyOf(2));
    const handled: string[] = [];
    const { batchItemFailures } = await deliver(async (message) => {
      handled.push(message.taskId);
    });
    expect(batchItemFailures).toEqual([]);
    expect(handled).toEqual([taskId(2)]);
    const [dead, ...more] = await receive(queue.deadLetterUrl);
    expect(more).toEqual([]);
    expect(dead?.Body).toBe(body);
    expect(dead?.MessageAttributes?.fault?.StringValue).toContain(fault);
    expect(lines.map((line) => JSON.parse(line)).find((line) => '_aws' in line)).toMatchObject({
      UnreadableMessages: 1,
    });
  });

  it('comes again when the dead-letter queue cannot be reached, and the others are done', async () => {
    await send('nonsense');
    await send(bodyOf(2));
    const unreachable = new SQSClient({
      region: 'us-east-1',
      endpoint: 'http://127.0.0.1:9',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    const handled: string[] = [];
    const { batchItemFailures } = await deliver(
      async (message) => {
        handled.push(message.taskId);
      },
      { ...parts, sqs: unreachable },
    );
    expect(batchItemFailures).toHaveLength(1);
    expect(handled).toEqual([taskId(2)]);
  });
});

describe('sending', () => {
  it('takes any number of messages, ten to a call, each with its delay', async () => {
    const sender = messageSender(server.client, { tasks: queue.url });
    const count = 23;
    await sender(
      Array.from({ length: count }, (_, i) => ({ queue: 'tasks', body: { type: 'task.run', taskId: taskId(i) } })),
    );
    await sender([{ queue: 'tasks', body: { type: 'task.run', taskId: taskId(99) }, delaySeconds: 900 }]);
    const bodies: unknown[] = [];
    for (let call = 0; call < 3; call++) bodies.push(...(await receive(queue.url)).map(({ Body }) => Body));
    expect(bodies.toSorted()).toEqual(Array.from({ length: count }, (_, i) => bodyOf(i)).toSorted());
  });

  it('fails when one message of a batch is not taken, though the others were', async () => {
    const small = { QueueUrl: queue.url, Attributes: { MaximumMessageSize: '1024' } };
    await server.client.send(new SetQueueAttributesCommand(small));
    const sender = messageSender(server.client, { tasks: queue.url });
    const run = (id: string) => ({ queue: 'tasks', body: { type: 'task.run', taskId: id } }) as const;
    const messages = [run(taskId(1)), run('x'.repeat(2000)), run(taskId(2))];
    await expect(sender(messages)).rejects.toThrow(/^tasks did not take a message: .*1024/);
    const taken = await receive(queue.url);
    expect(taken.map(({ Body }) => Body).toSorted()).toEqual([bodyOf(1), bodyOf(2)]);
  });

  it('refuses a queue that the function was not granted', async () => {
    const sender = messageSender(server.client, {});
    const message = { queue: 'tasks', body: { type: 'task.run', taskId: taskId(1) } } as const;
    await expect(sender([message])).rejects.toThrow('This function may not send to tasks');
  });

  it('fails when the queue is gone', async () => {
    const sender = messageSender(server.client, { tasks: `${queue.url}-gone` });
    const message = { queue: 'tasks', body: { type: 'task.run', taskId: taskId(1) } } as const;
    await expect(sender([message])).rejects.toThrow();
  });
});
