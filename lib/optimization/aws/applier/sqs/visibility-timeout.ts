import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { findQueue } from '../../resources/queue.ts';
import type { AwsProperty } from '../property.ts';

/** In seconds. SQS takes up to a minute until all of it heeds a new value; messages that were received before keep the old one. */
export const visibilityTimeout: AwsProperty = {
  service: 'sqs',
  path: 'visibilityTimeout',
  value: z.int().min(0).max(43_200),
  async open({ sqs }, resource) {
    const { url: QueueUrl, arn, isManaged } = await findQueue(sqs, resource);
    return {
      isManaged,
      arn,
      async read() {
        const { attributes } = await findQueue(sqs, resource);
        return { value: Number(attributes.VisibilityTimeout) };
      },
      async change(value) {
        await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { VisibilityTimeout: String(value) } }));
      },
    };
  },
};
