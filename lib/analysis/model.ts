import { z } from 'zod';
import { analysis } from '../contracts/analysis.ts';
import { type AnalysisSections, analysisSections, deepStep } from '../contracts/analysis-depths.ts';
import type { ItemType } from '../platform/table/item.ts';

const completed = analysis.extend({
  status: z.literal('completed'),
  /** Of a deep one, as is all of `...Job`. */
  steps: z.array(deepStep).optional(),
});
export type StoredCompleted = z.output<typeof completed>;

/** A deep analysis that goes on, or came to nothing. */
const deepJob = z.object({
  ...analysis.pick({ analysisId: true, project: true, depth: true, createdAt: true }).shape,
  status: z.enum(['queued', 'running', 'failed']),
  /** How far back the score and the bottlenecks look. */
  minutes: z.number(),
  /** Grows with each step: a message acts only on the turn that it names. */
  turn: z.number().int(),
  steps: z.array(deepStep),
  /** Epoch milliseconds: after this it has failed, whatever it waits for. */
  deadlineMs: z.number(),
  startedAtMs: z.number().optional(),
  reason: z.string().optional(),
  /** What the last minutes say, once its first step is done. */
  recent: analysis.optional(),
});
export type DeepJob = z.output<typeof deepJob>;

const storedAnalysis = z.discriminatedUnion('status', [completed, deepJob]);
export type StoredAnalysis = z.output<typeof storedAnalysis>;

export const analysisItem: ItemType<StoredAnalysis> = {
  name: 'Analysis',
  version: 2,
  schema: storedAnalysis,
  // The first version knew none that were not completed at once.
  migrations: { 1: (older) => ({ ...(older as object), status: 'completed' }) },
};

/** What a step found, beside the item: large, and not for listings. */
export const partItem: ItemType<AnalysisSections> = { name: 'AnalysisPart', version: 1, schema: analysisSections };

/** A year and a month, so that a year can be looked back on. */
export const analysisRetentionMs = 400 * 24 * 60 * 60 * 1000;
