import { z } from 'zod';
import { analysisRequest } from './analysis.ts';
import { cacheNamespace, cacheWarmRequest, projectOfNamespace } from './cache.ts';
import { comparisonRequest } from './comparisons.ts';
import { json } from './json.ts';
import { displayText, identifier, percent, projectName, timestamp } from './names.ts';
import { pageQuery } from './page.ts';
import { historyMetrics, resolutions } from './telemetry-history.ts';

export const taskPriority = z.enum(['high', 'normal', 'low']);
export type TaskPriority = z.output<typeof taskPriority>;

const taskOptions = {
  priority: taskPriority.default('normal').describe('Each has workers of its own: none waits for another'),
  runAt: timestamp.optional().describe('Not before this time'),
  maxAttempts: z.number().int().min(1).max(10).default(3),
};

const historyMetric = z.enum(Object.keys(historyMetrics) as [keyof typeof historyMetrics]);

/** Not `fromTopKeys`: that fills the memory of the process that answers, and this is another one. */
const warmPayload = z
  .strictObject({
    namespace: cacheNamespace,
    entries: cacheWarmRequest.shape.entries,
    urls: cacheWarmRequest.shape.urls,
  })
  .refine(({ entries, urls }) => (entries === undefined) !== (urls === undefined), 'needs either `entries` or `urls`');

const exportPayload = z.strictObject({
  project: projectName,
  metrics: z.array(historyMetric).min(1).max(10).describe('A column each'),
  from: timestamp.optional().describe('Default: an hour before `to`'),
  to: timestamp.optional().describe('Default: when the task is carried out'),
  resolution: z.enum(resolutions).optional().describe('Default: the finest with at most some hundred points'),
  format: z.enum(['csv', 'json']).default('csv'),
});
/** What an export has of one time: each of its metrics of which something is known. */
export const exportedRow = z.object({ at: timestamp }).catchall(z.number());
export type ExportPayload = z.output<typeof exportPayload>;

const webhookPayload = z.strictObject({
  project: projectName,
  url: z.url({ protocol: /^https?$/ }).max(2000),
  body: json.default({}).describe('Given to your service as `payload`'),
  secret: displayText(200).min(16).describe('Signs the request; never shown again'),
  timeoutSeconds: z.number().int().min(1).max(120).default(30),
});
export type WebhookPayload = z.output<typeof webhookPayload>;

export const taskRequest = z
  .discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('analysis'),
      payload: analysisRequest.extend({ project: projectName }),
      ...taskOptions,
    }),
    z.strictObject({
      type: z.literal('cache-warm'),
      payload: warmPayload,
      ...taskOptions,
    }),
    z.strictObject({
      type: z.literal('cache-maintenance'),
      payload: z.strictObject({ namespace: cacheNamespace }),
      ...taskOptions,
    }),
    z.strictObject({
      type: z.literal('report'),
      payload: z.strictObject({
        project: projectName,
        days: z.number().int().min(1).max(400).default(7).describe('Of which it tells'),
      }),
      ...taskOptions,
    }),
    z.strictObject({ type: z.literal('comparison'), payload: comparisonRequest, ...taskOptions }),
    z.strictObject({ type: z.literal('export'), payload: exportPayload, ...taskOptions }),
    z.strictObject({ type: z.literal('webhook'), payload: webhookPayload, ...taskOptions }),
  ])
  .meta({ id: 'TaskRequest' });
export type TaskRequest = z.output<typeof taskRequest>;
export type TaskType = TaskRequest['type'];

export const taskTypes = [
  'analysis',
  'cache-warm',
  'cache-maintenance',
  'report',
  'comparison',
  'export',
  'webhook',
] as const satisfies readonly TaskType[];

/** The first is the one that the task is listed under. */
export function projectsOfTask(request: TaskRequest): [string, ...string[]] {
  if (request.type === 'cache-warm' || request.type === 'cache-maintenance') {
    return [projectOfNamespace(request.payload.namespace)];
  }
  if (request.type !== 'comparison') return [request.payload.project];
  const [first, ...others] = new Set(request.payload.configurations.map(({ project }) => project));
  return [first ?? '', ...others];
}

export const taskStatus = z.enum(['queued', 'running', 'completed', 'failed', 'cancelled']);
export type TaskStatus = z.output<typeof taskStatus>;

export const task = z
  .object({
    taskId: identifier,
    type: z.enum(taskTypes),
    project: projectName,
    priority: taskPriority,
    status: taskStatus,
    progressPercent: percent.optional().describe('Where what it does tells how far it is'),
    attempts: z.number().int(),
    maxAttempts: z.number().int(),
    createdAt: timestamp,
    runAt: timestamp.optional(),
    startedAt: timestamp.optional(),
    notBefore: timestamp.optional().describe('After an attempt that failed: when the next is made'),
    endedAt: timestamp.optional(),
    error: z.string().optional().describe('Why it failed, or why the attempt before did'),
    result: z.record(z.string(), json).optional().describe('By the type; for `analysis`: `{ analysisId }`'),
  })
  .meta({ id: 'Task' });
export type Task = z.output<typeof task>;

export const taskAccepted = z.object({ taskId: identifier, status: z.literal('queued') }).meta({ id: 'TaskAccepted' });
export const taskStanding = z.object({ taskId: identifier, status: taskStatus }).meta({ id: 'TaskStanding' });

export const taskQuery = pageQuery.extend({
  project: projectName.optional(),
  status: taskStatus.optional(),
  type: z.enum(taskTypes).optional(),
  priority: taskPriority.optional(),
});
export type TaskQuery = z.output<typeof taskQuery>;

const count = z.number().int();

export const tasksStatus = z
  .object({
    timestamp,
    priorities: z.array(
      z.object({
        priority: taskPriority,
        depth: count.describe('Those that are due and wait for a worker'),
        scheduled: count.describe('Those whose time has not come'),
        running: count,
        workers: count.describe('So many are carried out at once, at the most'),
        oldestAgeSeconds: z.number().optional().describe('How long the one that waits longest is due'),
      }),
    ),
    ended: z.object({ completed: count, failed: count, cancelled: count }).describe('Of the newest 200 tasks'),
    successRatePercent: percent.optional().describe('Completed, of the completed and failed among these'),
  })
  .meta({ id: 'TasksStatus' });
export type TasksStatus = z.output<typeof tasksStatus>;
