import { networkInterfaces } from 'node:os';
import { PublishBatchCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Emulator } from '../../../lib/local/emulators/emulator.ts';
import {
  ensureQueue,
  ensureSubscription,
  ensureTopic,
  type Queue,
} from '../../../lib/local/emulators/queue-provisioning.ts';
import { startQueues } from '../../../lib/local/emulators/queues.ts';
import { temporaryDataDir } from './data-directory.ts';
import { startEmulatorProcess } from './emulator-process.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** The clients of a function that runs with this trace, as the AWS SDK behaves inside Lambda. */
function connect(endpoint: string, traceHeader?: string) {
  const sqs = new SQSClient({ endpoint, region: 'us-east-1', credentials });
  const sns = new SNSClient({ endpoint, region: 'us-east-1', credentials });
  if (traceHeader !== undefined) {
    const traced = <Args extends { request?: unknown }>(args: Args): Args => {
      Object.assign((args.request as { headers: object }).headers, { 'X-Amzn-Trace-Id': traceHeader });
      return args;
    };
    const options = { step: 'build' } as const;
    sqs.middlewareStack.add((next) => (args) => next(traced(args)), options);
    sns.middlewareStack.add((next) => (args) => next(traced(args)), options);
  }
  const receiveAll = async (queue: Queue, input: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> =>
    (
      await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queue.url,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['AWSTraceHeader', 'ApproximateReceiveCount', 'SentTimestamp'],
          ...input,
        }),
      )
    ).Messages ?? [];
  return {
    sqs,
    sns,
    send: (queue: Queue, MessageBody: string, DelaySeconds = 0) =>
      sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody, DelaySeconds })),
    receiveAll,
    receiveOne: async (queue: Queue, input?: Partial<ReceiveMessageCommandInput>): Promise<Message> => {
      const [message, ...more] = await receiveAll(queue, input);
      if (message === undefined || more.length > 0) throw new Error(`received ${more.length + (message ? 1 : 0)}`);
      return message;
    },
    setVisibility: (queue: Queue, message: Message, VisibilityTimeout: number) =>
      sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queue.url,
          ReceiptHandle: message.ReceiptHandle,
          VisibilityTimeout,
        }),
      ),
    remove: (queue: Queue, message: Message) =>
      sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle })),
    close() {
      sqs.destroy();
      sns.destroy();
    },
  };
}

const lineage = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0;Lineage=a87bd80c:4';
const receiveCount = (message: Message) => message.Attributes?.ApproximateReceiveCount;
const traceHeader = (message: Message) => message.Attributes?.AWSTraceHeader;
const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body).sort();

describe('SQS and SNS', () => {
  const dataDir = temporaryDataDir();
  let queues: Emulator;
  let client: ReturnType<typeof connect>;
  let traced: ReturnType<typeof connect>;
  let count = 0;
  const newQueue = (maxReceiveCount?: number, deadLetterQueueArn = '') => {
    count += 1;
    return ensureQueue(client.sqs, {
      name: `queue-${count}`,
      visibilityTimeoutSeconds: 30,
      ...(maxReceiveCount === undefined ? {} : { redrive: { deadLetterQueueArn, maxReceiveCount } }),
    });
  };

  /** When a later request is answered, what was sent before it has arrived. */
  const answered = (queue: Queue) =>
    client.sqs.send(new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['QueueArn'] }));

  beforeAll(async () => {
    queues = await startQueues({ dataDir });
    client = connect(queues.endpoint);
    traced = connect(queues.endpoint, lineage);
  });
  afterAll(async () => {
    client.close();
    traced.close();
    await queues.stop();
    await queues.stop();
  });

  it('listens on the loopback address alone', async () => {
    const addresses = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4');
    for (const { address } of addresses) {
      const { port } = new URL(queues.endpoint);
      await expect(fetch(`http://${address}:${port}/health`)).rejects.toThrow();
    }
    expect((await fetch(`${queues.endpoint}/health`)).status).toBe(200);
  });

  it('brings an existing queue to another definition and keeps its messages', async () => {
    const dead = await newQueue();
    const definition = { name: 'defined', visibilityTimeoutSeconds: 60 };
    const queue = await ensureQueue(client.sqs, definition);
    await client.send(queue, 'kept');
    const redrive = { deadLetterQueueArn: dead.arn, maxReceiveCount: 3 };
    expect(await ensureQueue(client.sqs, { ...definition, visibilityTimeoutSeconds: 90, redrive })).toEqual(queue);
    const { Attributes } = await client.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({
      QueueArn: queue.arn,
      VisibilityTimeout: '90',
      ApproximateNumberOfMessages: '1',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 3 }),
    });
  });

  it('ends a long poll when a message comes', async () => {
    const queue = await newQueue();
    const poll = client.receiveOne(queue, { WaitTimeSeconds: 20 });
    await answered(queue);
    const sentAt = performance.now();
    await client.send(queue, 'hello');
    expect((await poll).Body).toBe('hello');
    expect(performance.now() - sentAt).toBeLessThan(1_000);
  });

  it('ends a long poll when a delayed message is due, and not before', async () => {
    const queue = await newQueue();
    await client.send(queue, 'later', 1);
    expect(await client.receiveAll(queue)).toEqual([]);
    const message = await client.receiveOne(queue, { WaitTimeSeconds: 20 });
    const sentTimestamp = Number(message.Attributes?.SentTimestamp);
    expect(Date.now() - sentTimestamp).toBeGreaterThanOrEqual(1_000);
    expect(Date.now() - sentTimestamp).toBeLessThan(3_000);
  });

  it('gives no message to a poll that was given up', async () => {
    const queue = await newQueue();
    const abort = new AbortController();
    const receive = new ReceiveMessageCommand({ QueueUrl: queue.url, WaitTimeSeconds: 20 });
    const poll = client.sqs.send(receive, { abortSignal: abort.signal });
    await answered(queue);
    abort.abort();
    await expect(poll).rejects.toThrow();
    await answered(queue);
    await answered(queue);
    await client.send(queue, 'not lost');
    expect((await client.receiveOne(queue)).Body).toBe('not lost');
  });

  it('hides a received message until its visibility ends, and counts receives', async () => {
    const queue = await newQueue();
    await client.send(queue, 'work');
    const first = await client.receiveOne(queue, { VisibilityTimeout: 1 });
    expect(receiveCount(first)).toBe('1');
    expect(await client.receiveAll(queue)).toEqual([]);
    const second = await client.receiveOne(queue, { WaitTimeSeconds: 20 });
    expect([second.MessageId, receiveCount(second)]).toEqual([first.MessageId, '2']);
    await client.remove(queue, second);
    expect(await client.receiveAll(queue)).toEqual([]);
  });

  it('returns a message at once when its visibility is set to 0', async () => {
    const queue = await newQueue();
    await client.send(queue, 'again');
    const first = await client.receiveOne(queue);
    await client.setVisibility(queue, first, 100);
    await client.setVisibility(queue, first, 0);
    const second = await client.receiveOne(queue);
    expect([second.MessageId, receiveCount(second)]).toEqual([first.MessageId, '2']);
    const Entries = [{ Id: 'a', ReceiptHandle: second.ReceiptHandle, VisibilityTimeout: 0 }];
    const batch = await client.sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue.url, Entries }));
    expect(batch.Failed ?? []).toEqual([]);
    expect(receiveCount(await client.receiveOne(queue))).toBe('3');
  });

  it('moves a message to the dead-letter queue after its last receive, with its trace', async () => {
    const dead = await newQueue();
    const queue = await newQueue(2, dead.arn);
    await traced.send(queue, 'poison');
    for (const expected of ['1', '2']) {
      const message = await client.receiveOne(queue);
      expect(receiveCount(message)).toBe(expected);
      await client.setVisibility(queue, message, 0);
    }
    expect(await client.receiveAll(queue)).toEqual([]);
    const message = await client.receiveOne(dead);
    expect([message.Body, traceHeader(message)]).toEqual(['poison', lineage]);
  });

  describe('the trace header of a function', () => {
    it('comes with the message, single and in a batch, when it is asked for', async () => {
      const queue = await newQueue();
      await traced.send(queue, 'single');
      await traced.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: queue.url,
          Entries: ['one', 'two'].map((text) => ({ Id: text, MessageBody: text })),
        }),
      );
      const messages = await client.receiveAll(queue, { MessageSystemAttributeNames: ['AWSTraceHeader'] });
      expect(bodies(messages)).toEqual(['one', 'single', 'two']);
      for (const { Attributes } of messages) expect(Attributes).toEqual({ AWSTraceHeader: lineage });
    });

    it('is not made up, and not told when nobody asks', async () => {
      const queue = await newQueue();
      await client.send(queue, 'without');
      expect(traceHeader(await client.receiveOne(queue))).toBeUndefined();
      await traced.send(queue, 'with');
      const { Attributes } = await client.receiveOne(queue, { MessageSystemAttributeNames: ['SentTimestamp'] });
      expect(Object.keys(Attributes ?? {})).toEqual(['SentTimestamp']);
    });

    it("gives way to the message's own attribute", async () => {
      const queue = await newQueue();
      const AWSTraceHeader = { DataType: 'String', StringValue: 'Root=1-own' } as const;
      await traced.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: queue.url,
          Entries: [
            { Id: 'a', MessageBody: 'own', MessageSystemAttributes: { AWSTraceHeader } },
            { Id: 'b', MessageBody: 'function' },
          ],
        }),
      );
      const messages = await client.receiveAll(queue);
      expect(Object.fromEntries(messages.map((message) => [message.Body, traceHeader(message)]))).toEqual({
        own: 'Root=1-own',
        function: lineage,
      });
    });

    it('comes through a topic', async () => {
      const queue = await newQueue();
      const TopicArn = await ensureTopic(client.sns, 'alarms');
      await ensureSubscription(client.sns, TopicArn, queue.arn);
      // Both again, as every start does: still one subscription, one message.
      expect(await ensureTopic(client.sns, 'alarms')).toBe(TopicArn);
      await ensureSubscription(client.sns, TopicArn, queue.arn);
      await traced.sns.send(new PublishCommand({ TopicArn, Subject: 'ALARM', Message: '{"AlarmName":"a"}' }));
      const message = await client.receiveOne(queue);
      expect(traceHeader(message)).toBe(lineage);
      expect(JSON.parse(message.Body ?? '')).toMatchObject({
        Type: 'Notification',
        TopicArn,
        Subject: 'ALARM',
        Message: '{"AlarmName":"a"}',
      });
      const PublishBatchRequestEntries = [{ Id: '1', Message: 'batched' }];
      await traced.sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
      expect(traceHeader(await client.receiveOne(queue))).toBe(lineage);
    });
  });

  it('takes and gives back message attributes and texts as they are', async () => {
    const queue = await newQueue();
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'shard' } };
    const MessageBody = JSON.stringify({ text: 'Grüße 漢字 🚀 <&>"' });
    await traced.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody, MessageAttributes }));
    const message = await client.receiveOne(queue, { MessageAttributeNames: ['All'] });
    expect([message.Body, message.MessageAttributes]).toMatchObject([MessageBody, MessageAttributes]);
    for (const invalid of ['\u0000', '\u001b', '\uD83D']) {
      await expect(client.send(queue, invalid)).rejects.toThrow('Invalid characters found');
    }
    await client.sqs.send(new PurgeQueueCommand({ QueueUrl: queue.url }));
    expect(await client.receiveAll(queue)).toEqual([]);
  });

  it('has everything after kill -9, under the URL of its new port', async () => {
    const directory = temporaryDataDir();
    const process = await startEmulatorProcess('queues', directory);
    const before = connect(process.endpoint, lineage);
    const dead = await ensureQueue(before.sqs, { name: 'dead', visibilityTimeoutSeconds: 30 });
    const definition = {
      name: 'work',
      visibilityTimeoutSeconds: 30,
      redrive: { deadLetterQueueArn: dead.arn, maxReceiveCount: 2 },
    };
    const queue = await ensureQueue(before.sqs, definition);
    await ensureSubscription(before.sns, await ensureTopic(before.sns, 'topic'), queue.arn);
    await before.send(queue, 'tried twice');
    await before.setVisibility(queue, await before.receiveOne(queue), 0);
    await before.setVisibility(queue, await before.receiveOne(queue), 0);
    await before.send(queue, 'in flight');
    expect(bodies(await before.receiveAll(queue))).toContain('in flight');
    await before.send(queue, 'waiting');
    await before.send(queue, 'delayed', 1);
    await process.kill();
    before.close();

    const restarted = await startQueues({ dataDir: directory });
    const after = connect(restarted.endpoint);
    const same = await ensureQueue(after.sqs, definition);
    expect(same).toEqual({ url: `${restarted.endpoint}/000000000000/work`, arn: queue.arn });
    const found = [...(await after.receiveAll(same)), ...(await after.receiveAll(same, { WaitTimeSeconds: 5 }))];
    // Visible at once: who worked on it ended with the emulator.
    expect(bodies(found)).toEqual(['delayed', 'in flight', 'waiting']);
    expect(found.map(traceHeader)).toEqual([lineage, lineage, lineage]);
    const deadAgain = await ensureQueue(after.sqs, { name: 'dead', visibilityTimeoutSeconds: 30 });
    expect(bodies(await after.receiveAll(deadAgain))).toEqual(['tried twice']);
    const TopicArn = await ensureTopic(after.sns, 'topic');
    await after.sns.send(new PublishCommand({ TopicArn, Message: 'published' }));
    expect(await after.receiveAll(same)).toHaveLength(1);
    after.close();
    await restarted.stop();
    await expect(fetch(restarted.endpoint)).rejects.toThrow();
  });
});
