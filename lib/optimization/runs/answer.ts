import type { OptimizationRun, OptimizationRunSummary, RunStep } from '../../contracts/optimization-runs.ts';
import { isoTime } from '../../platform/clock.ts';
import { unitAt } from './course.ts';
import { hasEnded, type StoredRun, type Unit } from './model.ts';

export function summaryOf(run: StoredRun, now: number): OptimizationRunSummary {
  const { runId, project, requestedBy, approvedBy, createdAt, approveByMs, startedAtMs, endedAtMs, reason } = run;
  const detail = detailOf(run);
  return {
    runId,
    project,
    status: shownStatus(run, now),
    progressPercent: progressOf(run, now),
    ...(detail === undefined ? {} : { detail }),
    dryRun: run.request.dryRun,
    requestedBy,
    ...(approvedBy === undefined ? {} : { approvedBy }),
    createdAt,
    ...(approveByMs === undefined ? {} : { approveBy: isoTime(approveByMs) }),
    ...(startedAtMs === undefined ? {} : { startedAt: isoTime(startedAtMs) }),
    ...(endedAtMs === undefined ? {} : { endedAt: isoTime(endedAtMs) }),
    ...(reason === undefined ? {} : { reason }),
  };
}

export const runOf = (run: StoredRun, now: number): Omit<OptimizationRun, 'drifted'> => ({
  ...summaryOf(run, now),
  request: run.request,
  ...(run.profileId === undefined ? {} : { profileId: run.profileId }),
  marginPercent: run.marginPercent,
  plannedOptimizations: run.plannedOptimizations,
  leftOut: run.leftOut,
  ...(run.leftOutBeyond === undefined ? {} : { leftOutBeyond: run.leftOutBeyond }),
  ...(run.expectedPerformanceGainPercent === undefined
    ? {}
    : { expectedPerformanceGainPercent: run.expectedPerformanceGainPercent }),
  estimatedDurationSeconds: run.estimatedDurationSeconds,
  steps: run.plannedOptimizations.flatMap(({ id, name }, index): RunStep[] => {
    const unit = run.units[index];
    if (unit === undefined) return [];
    const { status, detail, judgement } = unit;
    return [
      {
        id,
        name,
        status,
        ...(detail === undefined ? {} : { detail }),
        ...(judgement === undefined ? {} : { judgement }),
      },
    ];
  }),
  conflicts: run.conflicts,
  ...(run.result === undefined ? {} : { result: run.result }),
});

/** One that nobody approved in time waits no longer. */
export const shownStatus = ({ status, approveByMs = 0 }: StoredRun, now: number): OptimizationRun['status'] =>
  status === 'awaiting-approval' && now >= approveByMs ? 'expired' : status;

/** `Compress answers (2 of 3): measuring, round 1` */
function detailOf(run: StoredRun): string | undefined {
  const index = unitAt(run.at);
  if (hasEnded(run) || index === undefined) return undefined;
  const name = run.plannedOptimizations[index]?.name;
  const detail = run.units[index]?.detail;
  const place = `${name} (${index + 1} of ${run.units.length})`;
  return detail === undefined ? place : `${place}: ${detail}`;
}

/** By how many of its optimizations it is through, and how far the present one is measured. */
function progressOf(run: StoredRun, now: number): number {
  if (hasEnded(run) || run.status === 'planned') return 100;
  if (run.units.length === 0 || run.startedAtMs === undefined) return 0;
  const done = run.units.reduce((sum, unit) => sum + shareOf(unit, run, now), 0) / run.units.length;
  // 100 is for what has ended.
  return Math.round(Math.min(0.99, done) * 1_000) / 10;
}

function shareOf({ status, round }: Unit, { request: { verify } }: StoredRun, now: number): number {
  if (status !== 'waiting' && status !== 'running') return 1;
  if (round === undefined || verify.mode === 'none') return 0;
  const seconds = round.stretches.reduce((sum, stretch) => sum + stretch.seconds, 0);
  const startsAt = round.experiment === undefined ? round.stretchFromMs : Date.parse(round.experiment.startsAt);
  const past = round.experiment === undefined ? round.stretches.slice(0, round.stretch) : [];
  const pastSeconds = past.reduce((sum, stretch) => sum + stretch.seconds, 0);
  const present = startsAt === undefined ? 0 : Math.max(0, (now - startsAt) / 1_000);
  return (round.number + Math.min(1, (pastSeconds + present) / seconds)) / verify.rounds;
}
