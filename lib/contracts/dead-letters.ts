import { z } from 'zod';
import { type TopicName, topicNames } from './function-definition.ts';
import { type QueueName, queueNames } from './messages.ts';
import { timestamp } from './names.ts';
import { queryInteger } from './query-integer.ts';

/** Of a topic: what its function could not take. */
export type DeadLetterSource = QueueName | TopicName;
export const deadLetterSources: readonly DeadLetterSource[] = [...queueNames, ...topicNames];

const source = z
  .enum(deadLetterSources)
  .describe('The queue that it was sent to; `alarms`: the topic of what CloudWatch alarms say');
const messageId = z.string().min(1).max(100);

export const deadLetter = z.object({
  queue: source,
  messageId,
  body: z.string().describe('As it was sent; cut after 4,096 characters'),
  fault: z.string().optional().describe('Why it could not be read. Absent: its handling failed, however often'),
  sentAt: timestamp.optional(),
});
export type DeadLetter = z.output<typeof deadLetter>;

export const deadLetterQuery = z.object({
  queue: source.optional().describe('Default: all'),
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
    queue: source,
    messageIds: z.array(messageId).min(1).max(100).optional().describe('Default: all that there are, up to 1,000'),
  })
  .meta({ id: 'DeadLetterChoice' });
export type DeadLetterChoice = z.output<typeof deadLetterChoice>;

/** Of what cannot be brought back each is named. */
export const deadLetterDiscard = deadLetterChoice.required().meta({ id: 'DeadLetterDiscard' });

export const deadLettersHandled = z
  .object({
    handled: z.array(messageId),
    failed: z
      .array(z.object({ messageId, fault: z.string() }))
      .optional()
      .describe('Of `alarms`: could not be taken this time either, and stay'),
    missing: z.array(messageId).describe('Were not found, or are being looked at by somebody else just now'),
  })
  .meta({ id: 'DeadLettersHandled' });
export type DeadLettersHandled = z.output<typeof deadLettersHandled>;
