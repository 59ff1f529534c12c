import { z } from 'zod';
import { alertGroup, alertSubject } from './alerts.ts';
import { channelName } from './channels.ts';
import { identifier, projectName, timestamp } from './names.ts';

/**
 * What travels through the queues. Every message may come twice, late, or in any order; none carries state that is
 * not in the table, so a message is a reason to look, never a fact by itself.
 *
 * `turn` ties a message to the state that it continues: the receiver acts only when the item stands at that turn.
 */
const turn = z.number().int().min(0);

const shard = z.strictObject({
  type: z.literal('load.shard'),
  project: projectName,
  testId: identifier,
  shard: z.number().int().min(0),
  /** Which of the invocations that work on the shard one after the other; as many as the longest test can need. */
  generation: z.number().int().min(0).max(2000).default(0),
});

const taskRun = z.strictObject({ type: z.literal('task.run'), taskId: identifier });

export const messages = {
  'load-control': z.strictObject({ type: z.literal('load.control'), project: projectName, testId: identifier, turn }),
  'load-work': shard,
  /** Of tests that play a user's Artillery script. */
  'load-scripts': shard,
  checks: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('check.advance'), project: projectName, checkId: identifier, turn }),
    z.strictObject({ type: z.literal('pipeline.advance'), project: projectName, checkId: identifier, turn }),
  ]),
  /** Of deep analyses. */
  analyses: z.strictObject({
    type: z.literal('analysis.advance'),
    project: projectName,
    analysisId: identifier,
    turn,
  }),
  optimizations: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('optimization.advance'), project: projectName, runId: identifier, turn }),
    z.strictObject({ type: z.literal('memory-sweep.advance'), project: projectName, sweepId: identifier, turn }),
  ]),
  alerts: z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('alert.evaluate'),
      project: projectName,
      /** The minute in which it is asked for: those that are over by then are looked at. */
      minute: timestamp,
    }),
    /** What is shown of a subject's alert may lag behind, and it is to be announced. */
    z.strictObject({ type: z.literal('alert.changed'), about: alertSubject.strict() }),
    z.strictObject({ type: z.literal('alert.notify'), group: alertGroup }),
    z.strictObject({ type: z.literal('alert.project-deleted'), project: projectName }),
  ]),
  /** A notification of a group's alerts is to come to a channel. */
  notifications: z.strictObject({
    type: z.literal('notification.deliver'),
    group: alertGroup,
    sequence: z.number().int().min(1),
    channelId: channelName,
  }),
  /** One queue for each priority, so that each has workers of its own. */
  'tasks-high': z.discriminatedUnion('type', [
    taskRun,
    /** Headroom's check of itself: whoever reads it says that it came. */
    z.strictObject({ type: z.literal('canary.answer'), canaryId: identifier }),
  ]),
  tasks: taskRun,
  'tasks-low': taskRun,
} as const;

export type QueueName = keyof typeof messages;
export const queueNames = Object.keys(messages) as QueueName[];
export type MessageOf<Queue extends QueueName> = z.output<(typeof messages)[Queue]>;

/** A message on its way, as the outbox keeps it. */
export type Outgoing = {
  [Queue in QueueName]: { queue: Queue; body: MessageOf<Queue>; delaySeconds?: number };
}[QueueName];
