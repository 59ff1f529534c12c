import { z } from 'zod';
import { identifier, percent, projectName, timestamp } from '../contracts/names.ts';
import { taskPriority, taskRequest, taskStatus, taskTypes } from '../contracts/tasks.ts';
import type { ItemType } from '../platform/table/item.ts';

const storedTask = z.object({
  taskId: identifier,
  project: projectName,
  request: taskRequest,
  /** Given to what the task makes, so that carrying it out twice makes one thing. */
  productId: identifier,
  status: taskStatus,
  attempts: z.number().int(),
  /** How often somebody had it carried out once more. */
  retries: z.number().int().default(0),
  progressPercent: percent.optional(),
  /** What it began goes on by itself: it is running, and no worker is at it. */
  waits: z.boolean().optional(),
  createdAt: timestamp,
  startedAt: timestamp.optional(),
  /** While a worker is at it, epoch milliseconds. */
  leaseUntilMs: z.number().optional(),
  /** Epoch milliseconds: the next attempt is not made before. */
  notBeforeMs: z.number().optional(),
  endedAt: timestamp.optional(),
  error: z.string().optional(),
  result: z.record(z.string(), z.json()).optional(),
});
export type StoredTask = z.output<typeof storedTask>;

export const taskItem: ItemType<StoredTask> = { name: 'Task', version: 1, schema: storedTask };

const openTask = z.object({
  taskId: identifier,
  project: projectName,
  type: z.enum(taskTypes),
  priority: taskPriority,
  /** Epoch milliseconds, as all that ends in `Ms`. */
  createdMs: z.number(),
  dueMs: z.number(),
  /** When it was last sent on because nobody seemed to be at it. */
  wokenMs: z.number().optional(),
});
export type OpenTask = z.output<typeof openTask>;

/** Written before its task and removed after its end: what is cut off between the two is cleaned up by the tick. */
export const openTaskItem: ItemType<OpenTask> = { name: 'OpenTask', version: 1, schema: openTask };

export const retentionMs = 30 * 24 * 60 * 60 * 1000;

/** Longer than the function that carries tasks out may run, shorter than its messages are invisible. Who falls silent loses it before. */
export const leaseMs = 310_000;

export const isOver = ({ status }: Pick<StoredTask, 'status'>): boolean =>
  status === 'completed' || status === 'failed' || status === 'cancelled';
