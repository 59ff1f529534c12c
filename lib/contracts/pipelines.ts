import { z } from 'zod';
import { budget } from './budgets.ts';
import { breach } from './checks.ts';
import { anomalies } from './history-analysis/anomalies.ts';
import { capacityAnswer } from './history-analysis/capacity.ts';
import { changePoints } from './history-analysis/change-points.ts';
import { course } from './history-analysis/course.ts';
import { peaks } from './history-analysis/peaks.ts';
import { trends } from './history-analysis/trends.ts';
import { identifier, percent, projectName, timestamp } from './names.ts';
import { pipelineKind, pipelineStepName, resolvedSettings, scheduledBy } from './schedules.ts';

export const pipelineStep = z.object({
  name: pipelineStepName,
  status: z.enum(['waiting', 'running', 'completed', 'failed', 'skipped']),
  detail: z.string().optional().describe('What it came to, or why it did not take place'),
  startedAt: timestamp.optional(),
  endedAt: timestamp.optional(),
});
export type PipelineStep = z.output<typeof pipelineStep>;

/** What the steps found, in figures, and where the rest of it is. */
export const pipelineFindings = z.object({
  analysisId: identifier.optional(),
  performanceScore: percent.optional(),
  cacheHitRatePercent: percent.optional(),
  optimizationRunId: identifier.optional().describe('A plan, or a run that was applied'),
  testId: identifier.optional(),
  p95ResponseTimeMs: z.number().optional().describe('Of the load test'),
  successRatePercent: percent.optional().describe('Of the load test'),
  regressions: z.int().optional().describe('Figures whose level changed to the worse of late'),
});
export type PipelineFindings = z.output<typeof pipelineFindings>;

export const pipelineStatus = z.enum(['queued', 'running', 'passed', 'breached', 'failed', 'skipped']);
export type PipelineStatus = z.output<typeof pipelineStatus>;

/** The pipeline, once: by a schedule, or because somebody asked for it. */
export const pipelineRun = z
  .object({
    kind: z.literal('pipeline'),
    checkId: identifier,
    project: projectName,
    pipeline: pipelineKind,
    scheduledBy: scheduledBy.optional().describe('Absent: somebody asked for it'),
    status: pipelineStatus.describe('`skipped`: the run before it still went on'),
    progressPercent: percent,
    createdAt: timestamp,
    endedAt: timestamp.optional(),
    reason: z.string().optional().describe('Why it failed, or was skipped'),
    steps: z.array(pipelineStep),
    settings: resolvedSettings,
    findings: pipelineFindings,
    breaches: z.array(breach),
  })
  .meta({ id: 'PipelineRun' });
export type PipelineRun = z.output<typeof pipelineRun>;

/** What a run came to, and what the project's history says of the time that it reports of. */
export const pipelineReport = pipelineRun
  .pick({
    checkId: true,
    project: true,
    pipeline: true,
    scheduledBy: true,
    createdAt: true,
    steps: true,
    findings: true,
    breaches: true,
  })
  .extend({
    status: pipelineStatus.exclude(['queued', 'running', 'skipped']),
    from: timestamp,
    to: timestamp,
    course: course.optional().describe('How the usual figures went; absent in reports of before it was kept'),
    trends,
    peaks,
    anomalies,
    changePoints,
    capacity: capacityAnswer,
    budgets: z.array(budget),
  })
  .meta({ id: 'PipelineReport' });
export type PipelineReport = z.output<typeof pipelineReport>;
