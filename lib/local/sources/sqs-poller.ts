import { setTimeout as delay } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { endReceives } from '../emulators/fauxqs/end-receives.ts';
import type { InvocationResult } from '../lambda/hosted-instance.ts';
import { maxInvocationsInChain, newTrace, traceInvocation } from '../lambda/trace.ts';
import { settledWithin } from '../settled-within.ts';

export interface PollerOptions {
  client: SQSClient;
  queueUrl: string;
  deadLetterQueueUrl: string;
  functionName: string;
  batchSize: number;
  /** Batches that are worked on at once. */
  maxConcurrency: number;
  recursion: 'allow' | 'terminate';
  /** The event that the function is invoked with for a batch. */
  event: (messages: readonly Message[]) => unknown;
  /** The ids of the messages of the batch that its answer says failed. */
  failed: (answer: unknown, messageIds: readonly string[]) => readonly string[];
  invoke: (event: unknown, trace: string) => Promise<InvocationResult>;
  log: (line: string) => void;
}

export interface Poller {
  /**
   * Receives no more, and waits at most `graceMs` for the batches under way. What is left is given back to the queue.
   */
  stop(graceMs: number): Promise<void>;
}

/** Less than the client waits for an answer. */
const waitTimeSeconds = 15;
/** A receive may just be on its way when those that wait are ended. */
const endAgainMs = 50;
const mostPerReceive = 10;
const longestPauseMs = 5_000;
const deleteTries = 3;

/** Reads a queue for a function, as the event source mapping of Lambda does. */
export function startPoller(options: PollerOptions): Poller {
  const { client, queueUrl, functionName, batchSize, maxConcurrency, log } = options;
  const stopping = new AbortController();
  const batches = new Map<Promise<void>, readonly Message[]>();

  const run = async (): Promise<void> => {
    let failures = 0;
    while (!stopping.signal.aborted) {
      const free = maxConcurrency - batches.size;
      if (free <= 0) {
        await Promise.race([...batches.keys(), aborted(stopping.signal)]);
        continue;
      }
      try {
        const messages = await receive(client, queueUrl, Math.min(mostPerReceive, free * batchSize));
        failures = 0;
        for (let start = 0; start < messages.length; start += batchSize) take(messages.slice(start, start + batchSize));
      } catch (error) {
        failures += 1;
        if (failures === 1) log(`${functionName}: its queue does not answer: ${messageOf(error)}`);
        const pauseMs = Math.min(longestPauseMs, 50 * 2 ** Math.min(failures, 10));
        await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  };

  const take = (messages: readonly Message[]): void => {
    const batch = work(messages, options)
      .catch((error: unknown) => log(`${functionName}: a batch failed: ${messageOf(error)}`))
      .finally(() => batches.delete(batch));
    batches.set(batch, messages);
  };

  const running = run();
  return {
    async stop(graceMs) {
      stopping.abort();
      const ended = running.then(() => true);
      do await endReceives(queueUrl);
      while (!(await Promise.race([ended, delay(endAgainMs, false)])));
      await settledWithin(graceMs, [...batches.keys()]);
      await Promise.all([...batches.values()].flat().map((message) => giveBack(client, queueUrl, message)));
    },
  };
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

async function receive(client: SQSClient, queueUrl: string, most: number): Promise<readonly Message[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: most,
      WaitTimeSeconds: waitTimeSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages;
}

async function work(messages: readonly Message[], options: PollerOptions): Promise<void> {
  const { functionName, log } = options;
  const traced = messages.map((message) => ({
    message,
    ...traceInvocation(message.Attributes?.AWSTraceHeader ?? newTrace(Date.now()), functionName),
  }));
  const isLoop = ({ count }: { count: number }): boolean =>
    options.recursion === 'terminate' && count > maxInvocationsInChain;
  const loops = traced.filter(isLoop);
  for (const { message } of loops) await bury(message, options);

  const batch = traced.filter((one) => !isLoop(one));
  // A batch has one trace: that of the longest chain, so that batching cannot hide a loop.
  const deepest = batch.toSorted((left, right) => right.count - left.count)[0];
  if (deepest === undefined) return;
  const ids = batch.map(({ message }) => message.MessageId ?? '');
  const result = await options.invoke(options.event(batch.map(({ message }) => message)), deepest.trace);
  if (!result.ok) log(`${functionName}: ${result.errorType}: ${result.errorMessage}`);
  const failed = result.ok ? options.failed(result.payload, ids) : ids;
  const done = batch.map(({ message }) => message).filter(({ MessageId = '' }) => !failed.includes(MessageId));
  await remove(done, options);
}

async function bury(message: Message, options: PollerOptions): Promise<void> {
  const { client, deadLetterQueueUrl, functionName, log } = options;
  log(
    `${functionName}: a chain of messages invoked it ${maxInvocationsInChain} times and is taken for a loop; message ${message.MessageId} goes to the dead-letter queue`,
  );
  await client.send(
    new SendMessageCommand({
      QueueUrl: deadLetterQueueUrl,
      MessageBody: message.Body,
      MessageAttributes: message.MessageAttributes,
    }),
  );
  await remove([message], options);
}

async function remove(messages: readonly Message[], { client, queueUrl }: PollerOptions): Promise<void> {
  let left = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
  for (let tries = 1; left.length > 0; tries += 1) {
    try {
      const { Failed = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: left }));
      left = left.filter(({ Id }) => Failed.some((failure) => failure.Id === Id));
    } catch (error) {
      if (tries === deleteTries) throw error;
    }
    // What cannot be deleted comes again, which every function must bear.
    if (tries === deleteTries) return;
  }
}

/** Visible again in a second, since the function that worked on it ends now. */
const giveBack = (client: SQSClient, queueUrl: string, { ReceiptHandle }: Message): Promise<unknown> =>
  client
    .send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: 1 }))
    .catch(() => {});

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
