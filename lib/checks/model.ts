import { z } from 'zod';
import { budget } from '../contracts/budgets.ts';
import { breach, checkStep, takenCheckRequest } from '../contracts/checks.ts';
import { loadTestResult } from '../contracts/load-result.ts';
import { identifier, percent, projectName, timestamp } from '../contracts/names.ts';
import { pipelineRun } from '../contracts/pipelines.ts';
import type { ItemType } from '../platform/table/item.ts';

const storedCheck = z.object({
  kind: z.literal('check'),
  checkId: identifier,
  project: projectName,
  request: takenCheckRequest,
  status: z.enum(['queued', 'running', 'passed', 'breached', 'failed']),
  /** Grows with each step: a message acts only on the turn that it names. */
  turn: z.number().int(),
  steps: z.array(checkStep),
  /** Given to what the steps make, so that a step that is taken twice makes one thing. */
  testId: identifier,
  analysisId: identifier,
  createdAt: timestamp,
  /** Epoch milliseconds: after this the check has failed, whatever its steps wait for. */
  deadlineMs: z.number(),
  endedAt: timestamp.optional(),
  reason: z.string().optional(),
  /** Absent in checks of before it was kept here. */
  performanceScore: percent.optional(),
  loadTest: loadTestResult.omit({ timeline: true }).optional(),
  objectives: z.array(budget).optional(),
  breaches: z.array(breach),
});
export type StoredCheck = z.output<typeof storedCheck>;

const storedPipeline = pipelineRun.omit({ progressPercent: true }).extend({
  turn: z.number().int(),
  testId: identifier,
  analysisId: identifier,
  deadlineMs: z.number(),
});
export type StoredPipeline = z.output<typeof storedPipeline>;

/** Both stand in one listing, because they are listed together. */
const storedRun = z.discriminatedUnion('kind', [storedCheck, storedPipeline]);
export type StoredRun = z.output<typeof storedRun>;

export const checkItem: ItemType<StoredRun> = {
  name: 'Check',
  version: 2,
  schema: storedRun,
  // Before there was a pipeline, there were checks alone.
  migrations: { 1: (older) => ({ ...(older as object), kind: 'check' }) },
};

export const retentionMs = 400 * 24 * 60 * 60 * 1000;
