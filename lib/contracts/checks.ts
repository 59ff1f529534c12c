import { z } from 'zod';
import { completedAnalysis } from './analysis-depths.ts';
import { budget } from './budgets.ts';
import { loadTestRequest, takenLoadTestRequest } from './load.ts';
import { loadTestResult } from './load-result.ts';
import { identifier, percent, projectName, timestamp } from './names.ts';
import { pipelineKind, scheduledBy, scheduleEntryId } from './schedules.ts';

/** What a check must find for it to pass. */
export const checkLimits = z.strictObject({
  maxP95ResponseTimeMs: z.number().positive().default(1000),
  minSuccessRatePercent: percent.default(95),
  minScore: percent.default(60),
  objectives: z
    .boolean()
    .default(true)
    .describe("Whether it fails by the project's objectives: when one is missed, or its budget burns critically"),
});
export type CheckLimits = z.output<typeof checkLimits>;

const usualTest = {
  scenarios: [{ name: 'GET /health', path: '/health' }],
  durationSeconds: 60,
  rampUpSeconds: 0,
};

export const checkRequest = z
  .strictObject({
    loadTest: loadTestRequest.prefault(usualTest),
    limits: checkLimits.prefault({}),
  })
  .meta({ id: 'CheckRequest' });
export type CheckRequest = z.output<typeof checkRequest>;

/** A check by its parts, or the pipeline: of a kind with its defaults, or of an entry of the project's schedule. */
export const startCheckRequest = z
  .strictObject({
    loadTest: loadTestRequest.optional(),
    limits: checkLimits.optional(),
    pipeline: pipelineKind.optional().describe('Runs the pipeline of this kind in place of a check'),
    schedule: scheduleEntryId.optional().describe('Runs this entry of the schedule now, whether it is enabled or not'),
  })
  .superRefine((request, context) => {
    const whole = request.schedule === undefined ? 'pipeline' : 'schedule';
    if (request[whole] === undefined) return;
    for (const other of ['loadTest', 'limits', 'pipeline'] as const) {
      if (other === whole || request[other] === undefined) continue;
      context.addIssue({ code: 'custom', path: [other], message: `does not go with ${whole}, which says it itself` });
    }
  })
  .meta({ id: 'StartCheckRequest' });
export type StartCheckRequest = z.output<typeof startCheckRequest>;

/** Of a check that there is. */
export const takenCheckRequest = checkRequest
  .extend({ loadTest: takenLoadTestRequest.prefault(usualTest) })
  .meta({ id: 'CheckRequestAnswer' });

export const stepName = z.enum(['load-test', 'telemetry', 'analysis']);
export type StepName = z.output<typeof stepName>;

export const checkStep = z.object({
  name: stepName,
  status: z.enum(['waiting', 'running', 'completed', 'failed', 'skipped']),
  progressPercent: percent,
  detail: z.string().optional(),
  startedAt: timestamp.optional(),
  endedAt: timestamp.optional(),
});
export type CheckStep = z.output<typeof checkStep>;

export const breach = z.object({
  limit: z.string().describe('The name of a limit, or what an objective says'),
  expected: z.number(),
  actual: z.number(),
});
export type Breach = z.output<typeof breach>;

/** A load test, telemetry from inside the service, analysis. */
export const check = z
  .object({
    kind: z.literal('check'),
    checkId: identifier,
    project: projectName,
    status: z.enum(['queued', 'running', 'passed', 'breached', 'failed']),
    progressPercent: percent,
    createdAt: timestamp,
    endedAt: timestamp.optional(),
    reason: z.string().optional().describe('Why a check failed, that is, could not be carried out'),
    steps: z.array(checkStep),
    request: takenCheckRequest,
    testId: identifier.optional(),
    analysisId: identifier.optional(),
    loadTest: loadTestResult.omit({ timeline: true }).optional(),
    analysis: completedAnalysis.optional(),
    objectives: z.array(budget).optional().describe("The project's, at the end of the check"),
    breaches: z.array(breach),
  })
  .meta({ id: 'Check' });
export type Check = z.output<typeof check>;

export const checkSummary = check
  .pick({ checkId: true, project: true, progressPercent: true, createdAt: true, endedAt: true })
  .extend({
    kind: z.enum(['check', 'pipeline']),
    status: z.enum([...check.shape.status.options, 'skipped']),
    pipeline: pipelineKind.optional(),
    scheduledBy: scheduledBy.optional(),
  })
  .meta({ id: 'CheckSummary' });
export type CheckSummary = z.output<typeof checkSummary>;

export const checkAccepted = z
  .object({ checkId: identifier, status: z.literal('queued') })
  .meta({ id: 'CheckAccepted' });
