import { z } from 'zod';
import { channelName, channelTrouble } from './channels.ts';
import { timestamp } from './names.ts';

export const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

export const partStatus = z.object({
  name: z.string(),
  state: z.enum(['up', 'down']),
  latencyMs: z.number().optional().describe('Of its last answer; of a function, as its calls took lately on average'),
  version: z
    .string()
    .optional()
    .describe('Of Headroom, where it reports by itself: it may be another one during an update'),
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
  oldestAgeSeconds: z
    .number()
    .optional()
    .describe('The most that the oldest message waited in the last five minutes. Absent: none was there'),
  deadLetters: count.describe('Could not be handled: see `GET /v1/dead-letters`'),
});
export type QueueStatus = z.output<typeof queueStatus>;

/** Of the last five minutes. */
export const functionStatus = z.object({
  name: z.string(),
  invocations: count,
  errors: count,
  throttles: count,
  errorRatePercent: z.number().optional(),
  avgDurationMs: z.number().optional(),
  maxDurationMs: z.number().optional(),
});
export type FunctionStatus = z.output<typeof functionStatus>;

export const platformStatus = z
  .object({
    status: z.enum(['up', 'degraded']),
    version: z.string(),
    timestamp,
    parts: z.array(partStatus),
    queues: z.array(queueStatus).describe('About; SQS does not count exactly'),
    functions: z
      .array(functionStatus)
      .describe('Those that were called in the last five minutes, as CloudWatch has them'),
    failingChannels: z
      .array(channelTrouble.extend({ channelId: channelName }))
      .describe('Of alerts: what goes through them waits, and nothing else does'),
    deadNotifications: count.describe('Of alerts, given up at some channel; 100 stands for all above'),
  })
  .meta({ id: 'PlatformStatus' });
export type PlatformStatus = z.output<typeof platformStatus>;
