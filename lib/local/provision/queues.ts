import type { SQSClient } from '@aws-sdk/client-sqs';
import { type QueueName, queueNames } from '../../contracts/messages.ts';
import { deadLetterQueueOf, queues } from '../../contracts/queues.ts';
import { ensureQueue, type Queue } from '../emulators/queue-provisioning.ts';

export interface QueuePair extends Queue {
  deadLetterUrl: string;
}

/** As on AWS: time enough to find out what is wrong with a message. */
const retentionSeconds = 14 * 24 * 60 * 60;
const deadLetterVisibilitySeconds = 30;

/** A queue and its dead-letter queue. */
export async function ensureQueuePair(
  sqs: SQSClient,
  queue: { name: string; deadLetters: string; visibilityTimeoutSeconds: number; maxReceives: number },
): Promise<QueuePair> {
  const deadLetters = await ensureQueue(sqs, {
    name: queue.deadLetters,
    visibilityTimeoutSeconds: deadLetterVisibilitySeconds,
    retentionSeconds,
  });
  const { url, arn } = await ensureQueue(sqs, {
    name: queue.name,
    visibilityTimeoutSeconds: queue.visibilityTimeoutSeconds,
    redrive: { deadLetterQueueArn: deadLetters.arn, maxReceiveCount: queue.maxReceives },
  });
  return { url, arn, deadLetterUrl: deadLetters.url };
}

/** The queues of the contracts, which functions read and send to. */
export async function ensureQueues(sqs: SQSClient): Promise<Record<QueueName, QueuePair>> {
  const pairs = await Promise.all(
    queueNames.map(async (name): Promise<[QueueName, QueuePair]> => {
      const deadLetters = deadLetterQueueOf(name);
      return [name, await ensureQueuePair(sqs, { name, deadLetters, ...queues[name] })];
    }),
  );
  return Object.fromEntries(pairs) as Record<QueueName, QueuePair>;
}
