import { z } from 'zod';
import { optimizationId } from './analysis.ts';
import { json } from './json.ts';
import { loadTestRequest, takenLoadTestRequest } from './load.ts';
import { displayText, identifier, percent, projectName, timestamp } from './names.ts';
import { change, proposal } from './optimizations.ts';
import { profileId, targetOutcome } from './profiles.ts';
import { percentInterval, runJudgement } from './run-judgement.ts';

const even = (least: number, most: number) =>
  z.int().min(least).max(most).multipleOf(2, 'must be even: each slice before has one after');

const halves = 'Half of them before, half of them after, in random order';

const measured = {
  rounds: z.int().min(1).max(3).default(3).describe('At most: it ends as soon as the verdict is clear'),
};

/** Fewer pairs tell nothing (`lib/statistics/paired-ratio.ts`). */
const leastPairs = 6;
const hasPairs = ({ slicesPerRound, rounds }: { slicesPerRound: number; rounds: number }): boolean =>
  (slicesPerRound / 2) * rounds >= leastPairs;
const tooFewPairs = {
  path: ['slicesPerRound'],
  message: `must make ${leastPairs} pairs of slices in all rounds together: fewer tell nothing`,
};

/** How a run measures. Slices are seconds long, so that nothing that drifts falls on one side alone. */
const verification = (request: z.ZodType<z.output<typeof takenLoadTestRequest>>) =>
  z.discriminatedUnion('mode', [
    z
      .strictObject({
        mode: z.literal('load-test').describe('One load test runs all through a round, on a target that is verified'),
        loadTest: request.optional().describe('Of kind `basic`; how long it takes follows from the slices'),
        sliceSeconds: z.int().min(2).max(600).default(6),
        slicesPerRound: even(4, 100).default(40).describe(halves),
        ...measured,
      })
      .refine(hasPairs, tooFewPairs),
    z
      .strictObject({
        mode: z.literal('passive').describe('By what the service reports of its own traffic'),
        sliceSeconds: z.int().min(30).max(600).default(60),
        slicesPerRound: even(4, 100).default(40).describe(halves),
        ...measured,
      })
      .refine(hasPairs, tooFewPairs),
    z.strictObject({ mode: z.literal('none').describe('Nothing is measured, so that nothing is proven') }),
  ]);

const basicTest = loadTestRequest.refine(({ kind }) => kind === 'basic', {
  path: ['kind'],
  message: 'must be basic: its load stays the same while slices are compared',
});

const requestFields = {
  optimizations: z
    .array(z.string().min(1).max(200))
    .min(1)
    .max(50)
    .optional()
    .describe('Ids of optimizations or of single proposals. Default: all that there are'),
  profileId: profileId.optional().describe('Default: the profile of the project, where it has one'),
  dryRun: z.boolean().default(false).describe('Only the plan, at once'),
  approve: z.enum(['auto', 'manual']).default('auto').describe('`manual`: it waits for a day until it is approved'),
  costLimitUsdPerMonth: z
    .number()
    .min(0)
    .max(1_000_000)
    .optional()
    .describe(
      'How much more all of it together may cost. Default: with `manual`, what is approved; with `auto`, nothing that costs over 5 % more',
    ),
};

export const optimizationRunRequest = z
  .strictObject({ ...requestFields, verify: verification(basicTest).prefault({ mode: 'load-test' }) })
  .meta({ id: 'OptimizationRunRequest' });
export type OptimizationRunRequest = z.output<typeof optimizationRunRequest>;
export type RunVerification = OptimizationRunRequest['verify'];

/** Of a run that there is. */
export const takenRunRequest = z
  .strictObject({ ...requestFields, verify: verification(takenLoadTestRequest) })
  .meta({ id: 'OptimizationRunRequestAnswer' });

export const runStatus = z.enum([
  'planned',
  'awaiting-approval',
  'expired',
  'queued',
  'running',
  'rolling-back',
  'completed',
  'rolled-back',
  'failed',
]);
export type RunStatus = z.output<typeof runStatus>;

export const plannedOptimization = proposal.omit({ evidence: true }).meta({ id: 'PlannedOptimization' });
export type PlannedOptimization = z.output<typeof plannedOptimization>;

/** Who let it happen: the API key, by its id and name. */
export const actor = z.object({ keyId: z.string(), name: z.string() });
export type Actor = z.output<typeof actor>;

/** What was to be put back, and was not. */
export const runConflict = z.object({
  id: z.string().describe('Of the optimization'),
  change,
  expected: json.describe('What Headroom had put there'),
  found: json.optional().describe('What is there instead; absent: it could not be read'),
  detail: z.string(),
});
export type RunConflict = z.output<typeof runConflict>;

export const runStepStatus = z.enum(['waiting', 'running', 'kept', 'rolled-back', 'skipped', 'conflict']);

/** One optimization of the plan on its way. */
export const runStep = z.object({
  id: z.string(),
  name: z.string(),
  status: runStepStatus.describe('`conflict`: a part of it could not be put back'),
  detail: z.string().optional().describe('What it is at, or why it was not kept'),
  judgement: runJudgement.optional(),
});
export type RunStep = z.output<typeof runStep>;

const beforeAfterMs = z.object({ beforeMs: z.number(), afterMs: z.number() });
const usage = (unit: string) => z.object({ before: z.number(), after: z.number() }).describe(unit).optional();

/** Both sides as they were measured: the first before, and the last after. What was not measured is absent. */
export const performanceComparison = z.object({
  responseTime: beforeAfterMs.describe('Mean'),
  p95ResponseTime: beforeAfterMs,
  slices: z
    .object({ beforeMs: z.array(z.number()).min(1), afterMs: z.array(z.number()).min(1) })
    .optional()
    .describe('Mean response times of slices, the shortest first: at 0, 5, 10, ... 100 % of them'),
  throughput: z.object({ beforeRequestsPerSecond: z.number(), afterRequestsPerSecond: z.number() }),
  errorRate: z.object({ beforePercent: z.number(), afterPercent: z.number() }),
  resourceUsage: z
    .object({ cpuPercent: usage('Of all cores'), memoryMb: usage('Resident'), memoryPercent: usage('Of the limit') })
    .optional(),
  cost: z.object({ beforeUsdPerMonth: z.number(), afterUsdPerMonth: z.number() }).optional(),
});
export type PerformanceComparison = z.output<typeof performanceComparison>;

const outcome = z.object({
  id: z.string(),
  name: z.string(),
  changes: z.array(change),
  proven: z.boolean().describe('By measuring'),
  improvementPercent: z.number().optional(),
  detail: z.string(),
});

export const runResult = z.object({
  success: z.boolean().describe('It came to its end, and whatever was not kept is as it was before'),
  error: z.string().optional(),
  optimizationDurationSeconds: z.number(),
  appliedOptimizations: z.array(outcome),
  rolledBackOptimizations: z.array(outcome),
  performanceImprovementPercent: z.number().optional().describe('Of all that was kept and measured, together'),
  interval: percentInterval.optional(),
  performanceComparison: performanceComparison.optional(),
  targetsMet: z.boolean().optional().describe('All of them that were measured. Absent: there are none'),
  targets: z.array(targetOutcome).optional().describe('Of the profile, against what was measured last'),
});
export type RunResult = z.output<typeof runResult>;

export const drift = z.object({
  id: z.string().describe('Of the optimization'),
  change,
  found: json.optional().describe('What is there now; absent: it could not be read'),
  detail: z.string(),
});
export type Drift = z.output<typeof drift>;

export const optimizationRunSummary = z
  .object({
    runId: identifier,
    project: projectName,
    status: runStatus,
    progressPercent: percent,
    detail: z.string().optional().describe('What it is at'),
    dryRun: z.boolean(),
    requestedBy: actor,
    approvedBy: actor.optional(),
    createdAt: timestamp,
    approveBy: timestamp.optional().describe('Until then it waits for approval'),
    startedAt: timestamp.optional(),
    endedAt: timestamp.optional(),
    reason: z.string().optional().describe('Why it failed'),
  })
  .meta({ id: 'OptimizationRunSummary' });
export type OptimizationRunSummary = z.output<typeof optimizationRunSummary>;

export const optimizationRun = optimizationRunSummary
  .extend({
    request: takenRunRequest,
    profileId: z.string().optional(),
    marginPercent: z.number().describe('The gain that must be shown'),
    plannedOptimizations: z.array(plannedOptimization),
    leftOut: z
      .array(z.object({ id: z.string(), optimizationId, name: z.string(), reason: z.string() }))
      .describe('What was found, too, and is not for a run'),
    leftOutBeyond: z.int().optional().describe('How many more there are, which are not listed'),
    expectedPerformanceGainPercent: percent.optional(),
    estimatedDurationSeconds: z.number().describe('At most'),
    steps: z.array(runStep),
    conflicts: z.array(runConflict),
    result: runResult.optional(),
    drifted: z.array(drift).optional().describe('Of what was kept: what is there no more. Absent: nothing was kept'),
  })
  .meta({ id: 'OptimizationRun' });
export type OptimizationRun = z.output<typeof optimizationRun>;

export const optimizationRunAccepted = z
  .object({ runId: identifier, status: runStatus })
  .meta({ id: 'OptimizationRunAccepted' });

export const rollbackRequest = z
  .strictObject({
    force: z.boolean().default(false).describe('Also what somebody else has changed since'),
    reason: displayText(500).optional(),
  })
  .meta({ id: 'RollbackRequest' });
export type RollbackRequest = z.output<typeof rollbackRequest>;
