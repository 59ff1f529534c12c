import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { type TopicName, topicNames } from '../../contracts/function-definition.ts';
import { type FunctionName, functionDefinition, functionNames } from '../../contracts/functions.ts';
import { ensureSubscription, ensureTopic } from '../emulators/queue-provisioning.ts';
import { topicTries } from '../sources/topics.ts';
import { ensureQueuePair, type QueuePair } from './queues.ts';

/** Beyond the function's timeout, so that an event is not tried again while it is worked on. */
const visibilityMarginSeconds = 5;

export interface ProvisionedTopics {
  arns: Record<TopicName, string>;
  /** For each topic, the URL of the queue of what its function could not take. */
  undeliveredUrls: Record<TopicName, string>;
  /** For each function that a topic triggers, the queue that its events wait in. */
  inboxes: Partial<Record<FunctionName, QueuePair>>;
}

export async function ensureTopics(sns: SNSClient, sqs: SQSClient): Promise<ProvisionedTopics> {
  const arns = Object.fromEntries(
    await Promise.all(topicNames.map(async (name) => [name, await ensureTopic(sns, name)])),
  ) as Record<TopicName, string>;
  const inboxes: ProvisionedTopics['inboxes'] = {};
  const undelivered: Partial<Record<TopicName, string>> = {};
  for (const name of functionNames) {
    const { trigger, timeoutSeconds } = functionDefinition(name);
    if (trigger.kind !== 'topic') continue;
    const inbox = await ensureQueuePair(sqs, {
      name: `${name}-inbox`,
      deadLetters: `${name}-undelivered`,
      visibilityTimeoutSeconds: timeoutSeconds + visibilityMarginSeconds,
      maxReceives: topicTries,
    });
    await ensureSubscription(sns, arns[trigger.topic], inbox.arn);
    inboxes[name] = inbox;
    undelivered[trigger.topic] = inbox.deadLetterUrl;
  }
  return { arns, undeliveredUrls: undelivered as Record<TopicName, string>, inboxes };
}
