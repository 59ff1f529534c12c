import middy from '@middy/core';
import type { Context, SNSEvent } from 'aws-lambda';
import type { z } from 'zod';
import { fieldErrorsOf } from '../fields.ts';
import type { Parts } from '../parts.ts';

/**
 * The door of a function that a topic calls. A message that cannot be read, or not be handled, never keeps the others from
 * being handled; afterwards it fails the call, so that Lambda tries again and at last leaves it in the queue for what could
 * not be delivered. Only there can a person read what came.
 */
export function topicDoor<Message>(
  schema: z.ZodType<Message>,
  { log, meter }: Parts,
  handle: (message: Message) => Promise<void>,
): (event: SNSEvent, context: Context) => Promise<void> {
  return middy<SNSEvent, void>().handler(async (event) => {
    const failures: unknown[] = [];
    for (const { Sns } of event.Records) {
      const message = schema.safeParse(parseJson(Sns.Message));
      if (!message.success) {
        log.error('A notification cannot be read', { messageId: Sns.MessageId, faults: fieldErrorsOf(message.error) });
        meter.count('UnreadableMessages');
        failures.push(message.error);
        continue;
      }
      try {
        await handle(message.data);
        meter.count('Messages');
      } catch (error) {
        log.error('A notification could not be handled', { messageId: Sns.MessageId, error });
        meter.count('FailedMessages');
        failures.push(error);
      }
    }
    meter.flush();
    if (failures.length > 0) throw new AggregateError(failures, 'Some notifications could not be handled');
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
