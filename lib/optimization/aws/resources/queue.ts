import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { asking } from '../../../platform/aws-failure.ts';
import { resourceName } from '../../../telemetry/aws/resource-name.ts';
import { isManaged } from '../managed-tag.ts';
import { requireAccount, requireRegion } from './place.ts';

export interface FoundQueue {
  url: string;
  arn: string;
  isManaged: boolean;
  /** As SQS tells them: all are text. */
  attributes: Readonly<Record<string, string>>;
}

/**
 * @param name as a project may call it: a name, a URL or an ARN
 * @throws DomainError not-found, forbidden, unavailable
 */
export async function findQueue(sqs: SQSClient, name: string): Promise<FoundQueue> {
  return asking(`the queue ${name}`, async () => {
    await requireRegion(sqs, name);
    // Always by its name: a URL that somebody typed is no place to send signed requests to.
    const { QueueUrl = '' } = await sqs.send(new GetQueueUrlCommand({ QueueName: resourceName(name) }));
    const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    const { QueueArn = '' } = Attributes;
    requireAccount(name, QueueArn);
    const { Tags } = await sqs.send(new ListQueueTagsCommand({ QueueUrl }));
    return { url: QueueUrl, arn: QueueArn, isManaged: isManaged(Tags), attributes: Attributes };
  });
}
