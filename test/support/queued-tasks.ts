import type { SQSClient } from '@aws-sdk/client-sqs';
import { functionDefinition } from '../../lib/contracts/functions.ts';
import type { QueueName } from '../../lib/contracts/messages.ts';
import { deadLetterQueueOf, queues } from '../../lib/contracts/queues.ts';
import { queueArn } from '../../lib/local/lambda/account.ts';
import { ensureQueuePair, type QueuePair } from '../../lib/local/provision/queues.ts';
import { failedMessages, sqsEvent } from '../../lib/local/sources/sqs-event.ts';
import { type Poller, startPoller } from '../../lib/local/sources/sqs-poller.ts';
import type { Parts } from '../../lib/platform/parts.ts';
import { queueDoor } from '../../lib/platform/queue/door.ts';
import { messageSender } from '../../lib/platform/queue/send.ts';
import { HistoryTable } from '../../lib/platform/table/history-table.ts';
import { Outbox } from '../../lib/platform/table/outbox.ts';
import type { TaskRunners } from '../../lib/tasks/runner.ts';
import { TaskWorker } from '../../lib/tasks/worker.ts';
import { functionParts } from './function-parts.ts';
import type { TestParts } from './history-table.ts';
import { contextOf } from './invocation.ts';

export const taskQueues = ['tasks-high', 'tasks', 'tasks-low'] as const satisfies readonly QueueName[];
type TaskQueue = (typeof taskQueues)[number];

export interface QueuedTasks {
  /** With a table whose messages go to the real queues. */
  parts: Parts;
  queues: Record<TaskQueue, QueuePair>;
  /** Reads a queue as the functions of the platform do. */
  read(queue: TaskQueue, runners: TaskRunners): Poller;
}

/** As they are deployed, but for a visibility that a test can wait for. */
const visibilityTimeoutSeconds = 30;

/** The queues of tasks, and what reads them. */
export async function queuedTasks(sqs: SQSClient, base: TestParts): Promise<QueuedTasks> {
  const pairs = await Promise.all(
    taskQueues.map(async (name) => {
      const deadLetters = deadLetterQueueOf(name);
      return [
        name,
        await ensureQueuePair(sqs, { ...queues[name], name, deadLetters, visibilityTimeoutSeconds }),
      ] as const;
    }),
  );
  const found = Object.fromEntries(pairs) as Record<TaskQueue, QueuePair>;
  const urls = <Url extends 'url' | 'deadLetterUrl'>(kind: Url) =>
    Object.fromEntries(pairs.map(([name, pair]) => [name, pair[kind]]));
  const send = messageSender(sqs, urls('url'));
  const outbox = new Outbox({ client: base.client, table: base.tableName, send, clock: base.clock, log: base.log });
  const table = new HistoryTable(base.client, base.tableName, outbox, base.clock);
  const partsOf = (name: 'task-worker-high' | 'task-worker' | 'task-worker-low'): Parts => ({
    ...functionParts(
      name,
      { ...base, table, outbox, send },
      { queueUrls: urls('url'), deadLetterUrls: urls('deadLetterUrl') },
    ),
    sqs,
    log: base.log,
    meter: { count() {}, milliseconds() {}, flush() {} },
  });
  return {
    parts: partsOf('task-worker'),
    queues: found,
    read(queue, runners) {
      const name = queues[queue].consumer as Parameters<typeof partsOf>[0];
      const parts = partsOf(name);
      const worker = new TaskWorker(parts, runners);
      const handler = queueDoor(queue, parts, async (message) => {
        if (message.type === 'task.run') await worker.carryOut(message.taskId);
      });
      const { trigger } = functionDefinition(name);
      return startPoller({
        client: sqs,
        queueUrl: found[queue].url,
        deadLetterQueueUrl: found[queue].deadLetterUrl,
        functionName: name,
        batchSize: 1,
        maxConcurrency: trigger.kind === 'queue' ? (trigger.maxConcurrency ?? 1) : 1,
        recursion: 'allow',
        event: (messages) => sqsEvent(messages, queueArn(queue)),
        failed: failedMessages,
        invoke: async (event) => ({ ok: true, payload: await handler(event as never, contextOf(name)) }),
        log: () => {},
      });
    },
  };
}
