import type { CheckSummary } from '../../contracts/checks.ts';
import type { PipelineStep } from '../../contracts/pipelines.ts';
import type { PipelineKind } from '../../contracts/schedules.ts';
import type { Tone } from '../components/badge.tsx';

export const statusTones: Record<CheckSummary['status'], Tone> = {
  queued: 'plain',
  running: 'plain',
  passed: 'good',
  breached: 'bad',
  failed: 'bad',
  skipped: 'plain',
};

export const stepTones: Record<PipelineStep['status'], Tone> = {
  waiting: 'plain',
  running: 'doubtful',
  completed: 'good',
  failed: 'bad',
  skipped: 'plain',
};

/** Of the pipeline. */
export const pipelineKinds: readonly { value: PipelineKind; label: string; says: string }[] = [
  { value: 'daily', label: 'Daily', says: 'All steps, with a load test of a minute' },
  { value: 'weekly', label: 'Weekly', says: 'All steps, with a stress test' },
  { value: 'weekly-review', label: 'Weekly review', says: 'Looks back over a week, without any load' },
  { value: 'monthly-load-test', label: 'Monthly load test', says: 'Analysis, a load test, and alerts by its limits' },
  {
    value: 'quarterly-capacity',
    label: 'Quarterly capacity',
    says: 'Analysis, and a stress test for how much it bears',
  },
  { value: 'custom', label: 'Custom', says: 'All steps, by settings of its own' },
];

export const kindInWords = ({ kind, pipeline }: Pick<CheckSummary, 'kind' | 'pipeline'>): string =>
  kind === 'check' ? 'Check' : (pipelineKinds.find(({ value }) => value === pipeline)?.label ?? 'Pipeline');

export const isUnderWay = ({ endedAt }: Pick<CheckSummary, 'endedAt'>): boolean => endedAt === undefined;

/** How long something took, in seconds; undefined while it goes on. */
export const tookSeconds = (startedAt: string | undefined, endedAt: string | undefined): number | undefined =>
  startedAt === undefined || endedAt === undefined ? undefined : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
