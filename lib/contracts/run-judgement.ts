import { z } from 'zod';

export const percentInterval = z.object({ lowPercent: z.number(), highPercent: z.number() });

export const guardrailName = z.enum(['p50-response-time', 'p95-response-time', 'error-rate', 'cost']);
export type GuardrailName = z.output<typeof guardrailName>;

/** What must not become worse, whatever the gain. */
export const guardrail = z.object({
  name: guardrailName,
  state: z.enum(['holds', 'unsettled', 'broken']).describe('`unsettled`: more slices may tell'),
  harm: z.number().describe('By how much it became worse: percent, of errors percentage points; negative: better'),
  limit: z.number(),
  low: z.number().optional().describe('The least harm that the slices allow, as `high` is the most'),
  high: z.number().optional(),
});
export type Guardrail = z.output<typeof guardrail>;

/** What the slices say of a change, with all that it rests on. */
export const runJudgement = z
  .object({
    verdict: z.enum(['keep', 'reject', 'inconclusive']),
    reason: z.string(),
    keptFor: z
      .enum(['gain', 'saving'])
      .optional()
      .describe('Why it is kept: `gain`: faster by more than the margin; `saving`: it saves, and is not slower'),
    rounds: z.int().describe('That were measured'),
    marginPercent: z.number().describe('The gain that must be shown'),
    improvementPercent: z.number().optional().describe('Of the mean response time'),
    interval: percentInterval.optional().describe('Of the improvement'),
    confidencePercent: z
      .number()
      .describe('Of each look at the interval: so that after all looks together, 95 % are left'),
    pairs: z.int().describe('Of a slice before and one after, of one worker or instance'),
    workers: z.int().describe('Or instances'),
    effectSize: z.number().optional(),
    mannWhitneyP: z.number().optional(),
    guardrails: z.array(guardrail),
  })
  .meta({ id: 'RunJudgement' });
export type RunJudgement = z.output<typeof runJudgement>;
