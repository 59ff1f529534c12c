import { z } from 'zod';
import { displayName, identifier, percent, projectName, timestamp } from './names.ts';
import { actor } from './optimization-runs.ts';

export const memorySweepRequest = z
  .strictObject({
    function: displayName(256).describe('As the project names it among its `lambdas`'),
    payload: z
      .string()
      .min(1)
      .max(100_000)
      .describe('JSON that each invocation is given: what the function does with it, it really does'),
    rounds: z.int().min(7).max(100).default(20).describe('Invocations of each size. The first one is cold'),
    maxMemoryUsedMb: z.int().min(1).max(10_240).optional().describe('No size is tried in which that would not fit'),
  })
  .meta({ id: 'MemorySweepRequest' });
export type MemorySweepRequest = z.output<typeof memorySweepRequest>;

const interval = z.object({ low: z.number(), high: z.number() }).describe('95 % confidence');

export const memorySweepPoint = z.object({
  memoryMb: z.int(),
  invocations: z.int().describe('Warm ones: of these alone is the rest'),
  coldStarts: z.int(),
  meanInitMs: z.number().optional(),
  meanDurationMs: z.number(),
  durationMs: interval,
  usdPerMillion: z.number().describe('Of a million invocations, without the price of requests'),
  costUsd: interval,
  maxMemoryUsedMb: z.number(),
});

const sizeChoice = z.object({ memoryMb: z.int(), reason: z.string() });

export const memorySweepCurve = z.object({
  curve: z.array(memorySweepPoint),
  cheapest: sizeChoice.optional().describe('Absent, as the others: fewer than two sizes were measured enough'),
  fastest: sizeChoice.optional(),
  balanced: sizeChoice.optional().describe('At the knee of the curve'),
});
export type MemorySweepCurve = z.output<typeof memorySweepCurve>;

export const memorySweepStatus = z.enum(['running', 'completed', 'failed']);

export const memorySweepSummary = z
  .object({
    sweepId: identifier,
    project: projectName,
    function: z.string(),
    status: memorySweepStatus.describe('`failed`: it was broken off. Its versions are taken away all the same'),
    progressPercent: percent,
    requestedBy: actor,
    createdAt: timestamp,
    endedAt: timestamp.optional(),
    presentMb: z.int().describe('What the function had'),
    sizesMb: z.array(z.int()),
    problems: z.array(z.string()).describe('Why it was broken off, and what could not be taken away'),
  })
  .meta({ id: 'MemorySweepSummary' });

/** A function’s time and cost by its memory. */
export const memorySweep = memorySweepSummary
  .extend({ result: memorySweepCurve.optional().describe('Of what has been measured; absent: nothing yet') })
  .meta({ id: 'MemorySweep' });
export type MemorySweep = z.output<typeof memorySweep>;
export type MemorySweepSummary = z.output<typeof memorySweepSummary>;

export const memorySweepAccepted = z
  .object({ sweepId: identifier, status: z.literal('running') })
  .meta({ id: 'MemorySweepAccepted' });
