import { z } from 'zod';
import { identifier, projectName, timestamp } from '../contracts/names.ts';
import { taskRequest } from '../contracts/tasks.ts';
import type { ItemType } from '../platform/table/item.ts';

const storedTask = z.object({
  taskId: identifier,
  project: projectName,
  request: taskRequest,
  /** Given to what the task makes, so that carrying it out twice makes one thing. */
  productId: identifier,
  status: z.enum(['queued', 'running', 'completed', 'failed']),
  attempts: z.number().int(),
  createdAt: timestamp,
  startedAt: timestamp.optional(),
  /** While a worker is at it, epoch milliseconds. */
  leaseUntilMs: z.number().optional(),
  endedAt: timestamp.optional(),
  error: z.string().optional(),
  result: z.record(z.string(), z.json()).optional(),
});
export type StoredTask = z.output<typeof storedTask>;

export const taskItem: ItemType<StoredTask> = { name: 'Task', version: 1, schema: storedTask };

export const retentionMs = 30 * 24 * 60 * 60 * 1000;
