import { CreateTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  type QueueAttributeName,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { queueArn } from '../lambda/account.ts';

export interface QueueDefinition {
  readonly name: string;
  readonly visibilityTimeoutSeconds: number;
  /** Beyond this many receives a message moves to the dead-letter queue, which must exist. */
  readonly redrive?: { readonly deadLetterQueueArn: string; readonly maxReceiveCount: number };
  readonly retentionSeconds?: number;
}

export interface Queue {
  readonly url: string;
  readonly arn: string;
}

/** Creates the queue, or brings an existing one to this definition. Its messages stay. */
export async function ensureQueue(sqs: SQSClient, definition: QueueDefinition): Promise<Queue> {
  const { name, redrive, retentionSeconds } = definition;
  // Without attributes: creating an existing queue with other ones is an error.
  const { QueueUrl: url } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
  if (url === undefined) throw new Error(`The queue ${name} was created without a URL.`);
  const attributes: Partial<Record<QueueAttributeName, string>> = {
    VisibilityTimeout: String(definition.visibilityTimeoutSeconds),
    // An empty policy removes the one that is there.
    RedrivePolicy: redrive
      ? JSON.stringify({ deadLetterTargetArn: redrive.deadLetterQueueArn, maxReceiveCount: redrive.maxReceiveCount })
      : '',
    ...(retentionSeconds === undefined ? {} : { MessageRetentionPeriod: String(retentionSeconds) }),
  };
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: attributes }));
  return { url, arn: queueArn(name) };
}

/** Creates the topic when it is missing. Returns its ARN. */
export async function ensureTopic(sns: SNSClient, name: string): Promise<string> {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: name }));
  if (TopicArn === undefined) throw new Error(`The topic ${name} was created without an ARN.`);
  return TopicArn;
}

/** Lets the topic deliver to the queue, in the envelope that Lambda gets as `Sns` too. */
export async function ensureSubscription(sns: SNSClient, topicArn: string, queueArn: string): Promise<void> {
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn }));
}
