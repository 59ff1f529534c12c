import type { CheckSummary } from '../../contracts/checks.ts';
import type { PipelineRun } from '../../contracts/pipelines.ts';
import type { StoredPipeline } from '../model.ts';

export const shownPipeline = (run: StoredPipeline): PipelineRun => {
  const { turn: _, deadlineMs: __, testId: ___, analysisId: ____, ...shown } = run;
  return { ...shown, progressPercent: progressOf(run) };
};

export const pipelineSummary = (run: StoredPipeline): CheckSummary => {
  const { kind, checkId, project, pipeline, status, createdAt, endedAt, scheduledBy } = run;
  return {
    kind,
    checkId,
    project,
    pipeline,
    status,
    progressPercent: progressOf(run),
    createdAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(scheduledBy === undefined ? {} : { scheduledBy }),
  };
};

/** By steps: how long each takes is not known before it was taken. */
function progressOf({ endedAt, steps }: StoredPipeline): number {
  if (endedAt !== undefined) return 100;
  const done = steps.filter(({ status }) => status !== 'waiting' && status !== 'running').length;
  return Math.round((1000 * done) / steps.length) / 10;
}
