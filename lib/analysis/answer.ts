import type {
  AnalysisSections,
  AnalysisSummary,
  CompletedAnalysis,
  DeepStep,
  DeepStepName,
  OpenAnalysis,
} from '../contracts/analysis-depths.ts';
import type { DeepJob, StoredAnalysis, StoredCompleted } from './model.ts';

/** How much of a deep analysis' time its steps take, for the progress that is shown. */
const shareOfTime: Record<DeepStepName, number> = { recent: 15, history: 55, queries: 10, aws: 20 };

const progressOf = (steps: readonly DeepStep[]): number =>
  steps.reduce((sum, { name, progressPercent }) => sum + (shareOfTime[name] * progressPercent) / 100, 0);

export const tookTooLong = 'It took longer than it ever should.';

/** One whose messages were lost goes on for ever only in the table: whoever asks after its deadline is told that it failed. */
export function shownJob({ status, steps, deadlineMs, reason, ...job }: DeepJob, now: number): OpenAnalysis {
  const { analysisId, project, depth, createdAt } = job;
  const isLost = status !== 'failed' && now > deadlineMs;
  const why = isLost ? tookTooLong : reason;
  const isOver = isLost || status === 'failed';
  return {
    analysisId,
    project,
    depth,
    createdAt,
    status: isLost ? 'failed' : status,
    progressPercent: isOver ? 100 : progressOf(steps),
    steps,
    ...(why === undefined ? {} : { reason: why }),
  };
}

export function shownCompleted(stored: StoredCompleted, found: AnalysisSections): CompletedAnalysis {
  const lost = (stored.steps ?? []).filter(({ status }) => status === 'failed');
  const missing = [...(found.missing ?? []), ...lost.map(({ name, detail = '' }) => ({ part: name, reason: detail }))];
  return { ...stored, progressPercent: 100, ...found, ...(missing.length === 0 ? {} : { missing }) };
}

export function summaryOf(stored: StoredAnalysis, now: number): AnalysisSummary {
  const { analysisId, project, depth, createdAt } = stored;
  const named = { analysisId, project, depth, createdAt };
  if (stored.status !== 'completed') {
    const { status, progressPercent } = shownJob(stored, now);
    return { ...named, status, progressPercent };
  }
  const { status, performanceScore, band, coverage } = stored;
  return {
    ...named,
    status,
    progressPercent: 100,
    coverage,
    ...(performanceScore === undefined ? {} : { performanceScore }),
    ...(band === undefined ? {} : { band }),
  };
}
