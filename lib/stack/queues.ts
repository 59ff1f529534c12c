import { Duration, Stack, Validations } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption, type QueueProps, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type QueueName, queueNames } from '../contracts/messages.ts';
import { deadLetterQueueOf, queues as definitions } from '../contracts/queues.ts';
import { resourceName } from './naming.ts';

/** The longest that SQS keeps anything: a dead letter waits for a person. */
const deadLetterRetention = Duration.days(14);
const retention = Duration.days(4);

/** Data keys are asked for anew once in so long, and not for every message. */
const dataKeyReuse = Duration.hours(1);

const secured = (key: IKey | undefined): QueueProps => ({
  enforceSSL: true,
  ...(key === undefined
    ? { encryption: QueueEncryption.SQS_MANAGED }
    : { encryption: QueueEncryption.KMS, encryptionMasterKey: key, dataKeyReuse }),
});

export interface QueuePair {
  queue: Queue;
  deadLetters: Queue;
}

/** Each queue of the contracts, with a queue of its own for the messages that could not be handled. */
export class Queues extends Construct {
  readonly pairs: Readonly<Record<QueueName, QueuePair>>;

  constructor(scope: Construct, id: string, { stage, key }: { stage: string; key: IKey | undefined }) {
    super(scope, id);
    const pair = (name: QueueName): QueuePair => {
      const queueName = resourceName(stage, name);
      // By name, because the two would otherwise refer to each other.
      const source = Queue.fromQueueArn(
        this,
        `${name}-source`,
        Stack.of(this).formatArn({ service: 'sqs', resource: queueName }),
      );
      const deadLetters = new Queue(this, deadLetterQueueOf(name), {
        ...secured(key),
        queueName: resourceName(stage, deadLetterQueueOf(name)),
        retentionPeriod: deadLetterRetention,
        redriveAllowPolicy: { redrivePermission: RedrivePermission.BY_QUEUE, sourceQueues: [source] },
      });
      const { visibilityTimeoutSeconds, maxReceives } = definitions[name];
      const queue = new Queue(this, name, {
        ...secured(key),
        queueName,
        retentionPeriod: retention,
        visibilityTimeout: Duration.seconds(visibilityTimeoutSeconds),
        deadLetterQueue: { queue: deadLetters, maxReceiveCount: maxReceives },
      });
      return { queue, deadLetters };
    };
    this.pairs = Object.fromEntries(queueNames.map((name) => [name, pair(name)])) as Record<QueueName, QueuePair>;
  }
}

/** Where a service (SNS, EventBridge, Lambda's own retries) leaves what it could not deliver. No queue redrives to it. */
export function undeliveredQueue(scope: Construct, id: string, queueName: string, key: IKey | undefined): Queue {
  const queue = new Queue(scope, id, {
    ...secured(key),
    queueName,
    retentionPeriod: deadLetterRetention,
    redriveAllowPolicy: { redrivePermission: RedrivePermission.DENY_ALL },
  });
  Validations.of(queue).acknowledge({
    id: 'AwsSolutions-SQS3',
    reason: 'It is itself a dead-letter queue, of a rule or a subscription.',
  });
  return queue;
}
