import { z } from 'zod';
import { analysisRequest } from './analysis.ts';
import { json } from './json.ts';
import { identifier, projectName, timestamp } from './names.ts';

const taskOptions = {
  runAt: timestamp.optional().describe('Not before this time'),
  maxAttempts: z.number().int().min(1).max(10).default(3),
};

export const taskRequest = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('analysis'),
      payload: analysisRequest.extend({ project: projectName }),
      ...taskOptions,
    }),
  ])
  .meta({ id: 'TaskRequest' });
export type TaskRequest = z.output<typeof taskRequest>;

export const task = z
  .object({
    taskId: identifier,
    type: z.enum(['analysis']),
    project: projectName,
    status: z.enum(['queued', 'running', 'completed', 'failed']),
    attempts: z.number().int(),
    maxAttempts: z.number().int(),
    createdAt: timestamp,
    runAt: timestamp.optional(),
    startedAt: timestamp.optional(),
    endedAt: timestamp.optional(),
    error: z.string().optional(),
    result: z.record(z.string(), json).optional().describe('For `analysis`: `{ analysisId }`'),
  })
  .meta({ id: 'Task' });
export type Task = z.output<typeof task>;

export const taskAccepted = z.object({ taskId: identifier, status: z.literal('queued') }).meta({ id: 'TaskAccepted' });
