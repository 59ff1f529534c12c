import type { RunStatus, RunStep } from '../../contracts/optimization-runs.ts';
import type { RiskLevel } from '../../contracts/optimizations.ts';
import { Badge, type Tone } from '../components/badge.tsx';

const tones: Record<RunStatus, Tone> = {
  planned: 'plain',
  'awaiting-approval': 'doubtful',
  expired: 'plain',
  queued: 'plain',
  running: 'plain',
  'rolling-back': 'doubtful',
  completed: 'good',
  'rolled-back': 'doubtful',
  failed: 'bad',
};
const ended: ReadonlySet<RunStatus> = new Set(['planned', 'expired', 'completed', 'rolled-back', 'failed']);

/** Whether something may still become of it by itself, or by an approval. */
export const isOver = ({ status }: { status: RunStatus }): boolean => ended.has(status);

export const isAtWork = ({ status }: { status: RunStatus }): boolean =>
  status === 'queued' || status === 'running' || status === 'rolling-back';

export const RunBadge = ({ status }: { status: RunStatus }) => <Badge tone={tones[status]}>{status}</Badge>;

const stepTones: Record<RunStep['status'], Tone> = {
  waiting: 'plain',
  running: 'plain',
  kept: 'good',
  'rolled-back': 'doubtful',
  skipped: 'plain',
  conflict: 'bad',
};

export const StepBadge = ({ status }: Pick<RunStep, 'status'>) => <Badge tone={stepTones[status]}>{status}</Badge>;

const risks: Record<RiskLevel, Tone> = { low: 'good', medium: 'doubtful', high: 'bad' };

export const RiskBadge = ({ risk }: { risk: RiskLevel }) => <Badge tone={risks[risk]}>{risk} risk</Badge>;
