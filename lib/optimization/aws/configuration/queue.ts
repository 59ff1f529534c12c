import type { SQSClient } from '@aws-sdk/client-sqs';
import { findQueue } from '../resources/queue.ts';
import type { Calls } from './calls.ts';
import type { QueueConfiguration } from './model.ts';

export async function readQueue(sqs: SQSClient, calls: Calls, name: string): Promise<QueueConfiguration | undefined> {
  const found = await calls.ask('sqs:GetQueueAttributes', name, () => findQueue(sqs, name));
  if (found === undefined) return undefined;
  const { arn, isManaged, attributes } = found;
  const maxReceives = maxReceivesOf(attributes.RedrivePolicy);
  return {
    name,
    isManaged,
    arn,
    visibilityTimeoutSeconds: Number(attributes.VisibilityTimeout ?? 30),
    isFifo: attributes.FifoQueue === 'true',
    ...(maxReceives === undefined ? {} : { maxReceives }),
  };
}

/** The policy is JSON in text. */
function maxReceivesOf(policy: string | undefined): number | undefined {
  const count = Number(/"maxReceiveCount"\s*:\s*"?(\d+)/.exec(policy ?? '')?.[1]);
  return Number.isNaN(count) ? undefined : count;
}
