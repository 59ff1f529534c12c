import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import middy from '@middy/core';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type MessageOf, messages, type QueueName } from '../../contracts/messages.ts';
import { queues } from '../../contracts/queues.ts';
import { fieldErrorsOf } from '../fields.ts';
import type { Parts } from '../parts.ts';
import { backoffSeconds } from './backoff.ts';

export interface Delivery {
  /** 1 for the first time. */
  receiveCount: number;
  /** Of the invocation, in milliseconds: what a handler must have finished, or handed over, by then. */
  remainingMs: () => number;
}

export type MessageHandler<Queue extends QueueName> = (message: MessageOf<Queue>, delivery: Delivery) => Promise<void>;

/**
 * The door of a function that reads a queue. A message that cannot be read goes to the dead-letter queue at once, since
 * trying it again cannot help; one whose handling failed becomes visible again after a backoff; the others of its batch
 * are done. When a message fails for the last time before it goes to the dead-letter queue, `giveUp` may bring what it was
 * about to a truthful end.
 */
export function queueDoor<Queue extends QueueName>(
  queue: Queue,
  parts: Parts,
  handle: MessageHandler<Queue>,
  { giveUp }: { giveUp?: (message: MessageOf<Queue>) => Promise<void> } = {},
): (event: SQSEvent, context: Context) => Promise<SQSBatchResponse> {
  const { log, meter } = parts;
  const url = parts.configuration.queueUrls[queue];
  const deadLetterUrl = parts.configuration.deadLetterUrls[queue];
  if (url === undefined || deadLetterUrl === undefined) throw new Error(`This function does not read ${queue}`);

  /** @returns false when it could not be put aside, so that it comes again and does not get lost. */
  const bury = async (record: SQSRecord, fault: string): Promise<boolean> => {
    try {
      await sendToDeadLetters(parts.sqs, deadLetterUrl, record, fault);
      return true;
    } catch (error) {
      log.error('A message could not be put into the dead-letter queue', { messageId: record.messageId, error });
      return false;
    }
  };

  const giveUpOn = async (message: MessageOf<Queue>): Promise<void> => {
    try {
      await giveUp?.(message);
    } catch (error) {
      log.error('What a message was about could not be given up', { body: message, error });
    }
  };

  const handleRecord = async (record: SQSRecord, context: Context): Promise<boolean> => {
    const receiveCount = Number(record.attributes.ApproximateReceiveCount);
    const message = parseMessage(queue, record.body);
    if ('fault' in message) {
      log.error('A message cannot be read and goes to the dead-letter queue', {
        messageId: record.messageId,
        ...message,
      });
      meter.count('UnreadableMessages');
      return bury(record, message.fault);
    }
    try {
      await handle(message.parsed, { receiveCount, remainingMs: () => context.getRemainingTimeInMillis() });
      meter.count('Messages');
      return true;
    } catch (error) {
      log.error('A message could not be handled and will be tried again', {
        body: message.parsed,
        receiveCount,
        error,
      });
      meter.count('FailedMessages');
      if (receiveCount >= queues[queue].maxReceives) await giveUpOn(message.parsed);
      await postpone(parts.sqs, url, record, backoffSeconds(receiveCount, parts.random()));
      return false;
    }
  };

  return middy<SQSEvent, SQSBatchResponse>().handler(async (event, context) => {
    const failures: SQSBatchResponse['batchItemFailures'] = [];
    for (const record of event.Records) {
      const done = await handleRecord(record, context);
      if (!done) failures.push({ itemIdentifier: record.messageId });
    }
    meter.flush();
    return { batchItemFailures: failures };
  });
}

function parseMessage<Queue extends QueueName>(
  queue: Queue,
  body: string,
): { parsed: MessageOf<Queue> } | { fault: string } {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return { fault: 'not JSON' };
  }
  const result = messages[queue].safeParse(json);
  if (result.success) return { parsed: result.data as MessageOf<Queue> };
  return {
    fault: fieldErrorsOf(result.error)
      .map(({ path, message }) => `${path}: ${message}`)
      .join('; '),
  };
}

const sendToDeadLetters = (sqs: SQSClient, url: string, record: SQSRecord, fault: string): Promise<unknown> =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: record.body,
      MessageAttributes: { fault: { DataType: 'String', StringValue: fault.slice(0, 1000) } },
    }),
  );

const postpone = async (sqs: SQSClient, url: string, record: SQSRecord, seconds: number): Promise<void> => {
  try {
    await sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: record.receiptHandle,
        VisibilityTimeout: seconds,
      }),
    );
  } catch {
    // Then the queue's own visibility timeout decides when the message comes back.
  }
};
