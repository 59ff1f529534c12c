import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Outgoing, QueueName } from '../../contracts/messages.ts';

export type SendMessages = (messages: readonly Outgoing[]) => Promise<void>;

/** Ten messages a call is what SQS takes. */
const batchSize = 10;

/**
 * Sends messages to the queues that a function was granted.
 * @throws when any message was not taken; some may have been, so the caller sends all of them again.
 */
export function messageSender(client: SQSClient, urls: Partial<Record<QueueName, string>>): SendMessages {
  return async (messages) => {
    const byQueue = Map.groupBy(messages, ({ queue }) => queue);
    for (const [queue, waiting] of byQueue) {
      const url = urls[queue];
      if (url === undefined) throw new Error(`This function may not send to ${queue}`);
      for (let start = 0; start < waiting.length; start += batchSize) {
        const batch = waiting.slice(start, start + batchSize);
        const { Failed = [] } = await client.send(
          new SendMessageBatchCommand({
            QueueUrl: url,
            Entries: batch.map(({ body, delaySeconds }, index) => ({
              Id: String(index),
              MessageBody: JSON.stringify(body),
              ...(delaySeconds === undefined ? {} : { DelaySeconds: delaySeconds }),
            })),
          }),
        );
        const [failure] = Failed;
        if (failure !== undefined)
          throw new Error(`${queue} did not take a message: ${failure.Message ?? failure.Code}`);
      }
    }
  };
}
