import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { ChangeMessageVisibilityCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findFreePort } from '../../../lib/local/emulators/free-port.ts';
import { lambdaEnvironment } from '../../../lib/local/lambda/function-environment.ts';
import { createFunctionHost } from '../../../lib/local/lambda/function-host.ts';
import type { InvocationResult } from '../../../lib/local/lambda/hosted-instance.ts';
import { traceInvocation } from '../../../lib/local/lambda/trace.ts';
import { bundleFunction, temporaryDirectory } from '../../support/bundle-function.ts';
import { clientOf, QueueFixture, type QueueServer, startQueueServer, succeeded } from './queue-fixture.ts';

let server: QueueServer;
let queue: QueueFixture;
let queues = 0;

beforeAll(async () => {
  server = await startQueueServer();
});
beforeEach(async () => {
  queues += 1;
  queue = await QueueFixture.create(server, `work-${queues}`);
});
// At once, though a receive waits for twenty seconds.
afterEach(() => queue.stop(), 10_000);
afterAll(() => server.stop());

/** Resolves with the events once `count` messages came. */
function collect(
  count: number,
  answer: (event: SQSEvent) => InvocationResult | Promise<InvocationResult> = () => succeeded,
) {
  const events: SQSEvent[] = [];
  const { promise, resolve } = Promise.withResolvers<SQSEvent[]>();
  const invoke = async (event: unknown): Promise<InvocationResult> => {
    events.push(event as SQSEvent);
    const result = await answer(event as SQSEvent);
    if (events.flatMap(({ Records }) => Records).length >= count) resolve(events);
    return result;
  };
  return { invoke, came: promise };
}

const visible = (event: SQSEvent): Promise<unknown> =>
  Promise.all(
    event.Records.map(({ receiptHandle }) =>
      queue.client.send(
        new ChangeMessageVisibilityCommand({ QueueUrl: queue.url, ReceiptHandle: receiptHandle, VisibilityTimeout: 0 }),
      ),
    ),
  );

describe('a queue that a function reads', () => {
  it('arrives as the event of SQS', async () => {
    const before = Date.now();
    await queue.client.send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: '{"a":1}',
        MessageAttributes: {
          text: { DataType: 'String', StringValue: 'x' },
          bytes: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2]) },
        },
      }),
    );
    const { invoke, came } = collect(1);
    queue.poll(invoke);
    const [event] = await came;
    expect(event).toEqual({
      Records: [
        {
          messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          receiptHandle: expect.any(String),
          body: '{"a":1}',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: expect.stringMatching(/^\d{13}$/),
            SenderId: '000000000000',
            ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          },
          messageAttributes: {
            text: { dataType: 'String', stringValue: 'x', stringListValues: [], binaryListValues: [] },
            bytes: { dataType: 'Binary', binaryValue: 'AQI=', stringListValues: [], binaryListValues: [] },
          },
          md5OfBody: createHash('md5').update('{"a":1}').digest('hex'),
          md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
          eventSource: 'aws:sqs',
          eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:work',
          awsRegion: 'us-east-1',
        },
      ],
    });
    expect(Number(event?.Records[0]?.attributes.SentTimestamp)).toBeGreaterThanOrEqual(before);
    await expect.poll(() => queue.size()).toBe(0);
  });

  it('keeps what the function could not do, and only that', async () => {
    await queue.send('good', 'bad', 'fine');
    const { invoke, came } = collect(4, async (event) => {
      const bad = event.Records.filter(
        ({ body, attributes }) => body === 'bad' && attributes.ApproximateReceiveCount === '1',
      );
      await visible({ Records: bad });
      return { ok: true, payload: { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) } };
    });
    queue.poll(invoke);
    const records = (await came).flatMap(({ Records }) => Records);
    expect(records.map(({ body, attributes }) => [body, attributes.ApproximateReceiveCount])).toEqual([
      ['good', '1'],
      ['bad', '1'],
      ['fine', '1'],
      ['bad', '2'],
    ]);
    await expect.poll(() => queue.size()).toBe(0);
  });

  it.each([
    ['an error', { ok: false, errorType: 'Error', errorMessage: 'why' } as const],
    [
      'an answer that names an unknown message',
      { ok: true, payload: { batchItemFailures: [{ itemIdentifier: 'x' }] } } as const,
    ],
    ['an answer of a wrong shape', { ok: true, payload: { batchItemFailures: [{ id: 'x' }] } } as const],
  ])('gives a whole batch to the dead-letter queue after its last try on %s', async (_, result) => {
    await queue.send('one', 'two');
    const { invoke, came } = collect(6, async (event) => {
      await visible(event);
      return result;
    });
    queue.poll(invoke);
    await came;
    const dead: unknown[] = [];
    await expect
      .poll(async () => dead.push(...(await queue.receive(queue.deadLetterUrl)).map(({ Body }) => Body)))
      .toBe(2);
    expect(dead.toSorted()).toEqual(['one', 'two']);
  });

  it('has all its messages worked on at once where the function allows it', async () => {
    const bodies = Array.from({ length: 24 }, (_, index) => String(index));
    await queue.send(...bodies);
    let begun = 0;
    const { promise: allBegan, resolve } = Promise.withResolvers<void>();
    const { invoke, came } = collect(24, async () => {
      begun += 1;
      if (begun === 24) resolve();
      await allBegan;
      return succeeded;
    });
    queue.poll(invoke, { batchSize: 1, maxConcurrency: 64 });
    await came;
    await expect.poll(() => queue.size()).toBe(0);
  });

  it('is read no faster than its concurrency, and in batches of its size', async () => {
    await queue.send(...Array.from({ length: 12 }, (_, index) => String(index)));
    let atOnce = 0;
    let most = 0;
    const { invoke, came } = collect(12, async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setImmediate(resolve));
      atOnce -= 1;
      return succeeded;
    });
    queue.poll(invoke, { batchSize: 2, maxConcurrency: 2 });
    const events = await came;
    expect(most).toBe(2);
    expect(Math.max(...events.map(({ Records }) => Records.length))).toBe(2);
  });

  it('gets back what is not done when the runtime stops', async () => {
    await queue.send('long');
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const poller = queue.poll(() => {
      resolve();
      return new Promise(() => {});
    });
    await begun;
    await poller.stop(0);
    expect(await queue.receive(queue.url, 3)).toMatchObject([
      { Body: 'long', Attributes: { ApproximateReceiveCount: '2' } },
    ]);
  });

  it('is read again when it answers again', async () => {
    const port = await findFreePort();
    const endpoint = `http://127.0.0.1:${port}`;
    const { invoke, came } = collect(1);
    queue.poll(invoke, { queueUrl: `${endpoint}/000000000000/late`, client: clientOf(endpoint) });
    await expect.poll(() => queue.lines.length).toBe(1);
    const late = await startQueueServer(port);
    await (await QueueFixture.create(late, 'late')).send('at last');
    expect((await came)[0]?.Records[0]?.body).toBe('at last');
    await queue.stop();
    await late.stop();
  });
});

describe('the trace of a batch', () => {
  const sendWithTrace = (body: string, trace: string): Promise<unknown> =>
    queue.client.send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: body,
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: trace } },
      }),
    );
  /** The trace of the so many-th invocation of `worker` in a chain. */
  const traceAfter = (invocations: number): string =>
    Array.from({ length: invocations }).reduce<string>((trace) => traceInvocation(trace, 'worker').trace, 'Root=1-2-3');

  it('is that of its longest chain, and takes one that loops out', async () => {
    await sendWithTrace('young', traceAfter(2));
    await sendWithTrace('old', traceAfter(9));
    await sendWithTrace('looping', traceAfter(16));
    const { promise, resolve } = Promise.withResolvers<[unknown, string]>();
    queue.poll(async (event, trace) => {
      resolve([event, trace]);
      return succeeded;
    });
    const [event, trace] = await promise;
    expect((event as SQSEvent).Records.map(({ body }) => body)).toEqual(['young', 'old']);
    expect(trace).toMatch(/Lineage=[0-9a-f]{8}:10$/);
    expect(await queue.receive(queue.deadLetterUrl)).toMatchObject([{ Body: 'looping' }]);
    await expect.poll(() => queue.size()).toBe(0);
  });
});

describe('a function that sends itself messages', () => {
  let bundleDirectory = '';
  beforeAll(async () => {
    bundleDirectory = await bundleFunction(new URL('./functions/recursive-sender.ts', import.meta.url));
  });
  afterAll(() => rmSync(bundleDirectory, { recursive: true }));

  it.each([
    ['terminate', 16],
    ['allow', 20],
  ] as const)('with recursion %s is invoked %i times of 20', async (recursion, times) => {
    const unused = 'http://127.0.0.1:9';
    const endpoints = { dynamodb: unused, sqs: server.endpoint, sns: unused, cloudwatch: unused, lambda: unused };
    const turns: string[] = [];
    const host = createFunctionHost({
      name: 'worker',
      definition: { host: 'thread', memoryMb: 128, timeoutSeconds: 20 },
      bundleDirectory,
      environment: {
        ...lambdaEnvironment('worker', { memoryMb: 128, network: 'public' }, bundleDirectory, endpoints),
        QUEUE: queue.url,
      },
      runDirectory: temporaryDirectory(),
      onLog: (line) => line.startsWith('turn ') && turns.push(line),
    });
    await queue.send(JSON.stringify({ turn: 1, limit: 20 }));
    queue.poll((event, trace) => host.invoke(event, { trace }), { batchSize: 1, recursion });

    if (recursion === 'terminate') {
      await expect
        .poll(() => queue.receive(queue.deadLetterUrl))
        .toMatchObject([{ Body: JSON.stringify({ turn: 17, limit: 20 }) }]);
      expect(queue.lines).toEqual([
        expect.stringMatching(/^worker: .* taken for a loop; message .* dead-letter queue$/),
      ]);
    }
    await expect.poll(() => turns.length).toBe(times);
    await expect.poll(() => queue.size()).toBe(0);
    await host.stop();
  });
});
