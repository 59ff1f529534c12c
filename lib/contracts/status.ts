import { z } from 'zod';
import { timestamp } from './names.ts';

export const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

export const partStatus = z.object({
  name: z.string(),
  state: z.enum(['up', 'down']),
  latencyMs: z.number().optional().describe('Of its last answer'),
  breaker: z.enum(['closed', 'open', 'half-open']).optional().describe('Open: it is not asked for a while'),
  seenAt: timestamp.optional().describe('When it was last heard of, where it is not asked now'),
  detail: z.string().optional(),
});
export type PartStatus = z.output<typeof partStatus>;

const count = z.number().int();

export const queueStatus = z.object({
  queue: z.string(),
  waiting: count.optional().describe('Absent for `alarms`: Lambda does not tell how much of a topic waits'),
  delayed: count.optional(),
  inFlight: count.optional().describe('Being worked on'),
  deadLetters: count.describe('Could not be handled: see `GET /v1/dead-letters`'),
});
export type QueueStatus = z.output<typeof queueStatus>;

export const platformStatus = z
  .object({
    status: z.enum(['up', 'degraded']),
    version: z.string(),
    timestamp,
    parts: z.array(partStatus),
    queues: z.array(queueStatus).describe('About; SQS does not count exactly'),
  })
  .meta({ id: 'PlatformStatus' });
export type PlatformStatus = z.output<typeof platformStatus>;
