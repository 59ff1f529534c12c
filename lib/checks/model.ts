import { z } from 'zod';
import { budget } from '../contracts/budgets.ts';
import { breach, checkStep, takenCheckRequest } from '../contracts/checks.ts';
import { loadTestResult } from '../contracts/load-result.ts';
import { identifier, projectName, timestamp } from '../contracts/names.ts';
import type { ItemType } from '../platform/table/item.ts';

const storedCheck = z.object({
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
  loadTest: loadTestResult.omit({ timeline: true }).optional(),
  objectives: z.array(budget).optional(),
  breaches: z.array(breach),
});
export type StoredCheck = z.output<typeof storedCheck>;

export const checkItem: ItemType<StoredCheck> = { name: 'Check', version: 1, schema: storedCheck };

export const retentionMs = 400 * 24 * 60 * 60 * 1000;
