import { z } from 'zod';
import { type QueueName, queueNames } from './messages.ts';
import { timestamp } from './names.ts';
import { queryInteger } from './query-integer.ts';

const queueName = z.enum(queueNames as [QueueName, ...QueueName[]]);
const messageId = z.string().min(1).max(100);

export const deadLetter = z.object({
  queue: queueName,
  messageId,
  body: z.string().describe('As it was sent; cut after 4,096 characters'),
  fault: z.string().optional().describe('Why it could not be read. Absent: its handling failed, however often'),
  sentAt: timestamp.optional(),
});
export type DeadLetter = z.output<typeof deadLetter>;

export const deadLetterQuery = z.object({
  queue: queueName.optional().describe('Default: all'),
  limit: queryInteger(1, 100).default(50).describe('Of each queue'),
});
export type DeadLetterQuery = z.output<typeof deadLetterQuery>;

/** No pages: a queue cannot be read from a place on. */
export const deadLetters = z
  .object({
    items: z.array(deadLetter),
    counts: z
      .record(z.string(), z.number().int())
      .describe('How many each queue has, about; queues without are left out'),
  })
  .meta({ id: 'DeadLetters' });
export type DeadLetters = z.output<typeof deadLetters>;

export const deadLetterChoice = z
  .strictObject({
    queue: queueName,
    messageIds: z.array(messageId).min(1).max(100).optional().describe('Default: all that there are, up to 1,000'),
  })
  .meta({ id: 'DeadLetterChoice' });
export type DeadLetterChoice = z.output<typeof deadLetterChoice>;

/** Of what cannot be brought back each is named. */
export const deadLetterDiscard = deadLetterChoice.required().meta({ id: 'DeadLetterDiscard' });

export const deadLettersHandled = z
  .object({
    handled: z.array(messageId),
    missing: z.array(messageId).describe('Were not found, or are being looked at by somebody else just now'),
  })
  .meta({ id: 'DeadLettersHandled' });
export type DeadLettersHandled = z.output<typeof deadLettersHandled>;
