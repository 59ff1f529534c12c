import type { PerformanceComparison, RunResult } from '../../contracts/optimization-runs.ts';
import type { TargetOutcome } from '../../contracts/profiles.ts';
import { gainPercent } from '../../statistics/paired-ratio.ts';
import { rounded } from '../../telemetry/resources.ts';
import { type MeasuredTargets, meetsTargets } from '../profiles/targets.ts';
import { costOf } from './cost.ts';
import { measuredOf } from './judging/targets.ts';
import type { StoredRun, Unit } from './model.ts';

interface Done {
  planned: StoredRun['plannedOptimizations'][number];
  unit: Unit;
}

/** What became of a run that has ended. Pure. */
export function resultOf(run: StoredRun): RunResult {
  const { status, reason, startedAtMs, endedAtMs, targetMetrics } = run;
  const done = run.plannedOptimizations.flatMap((planned, index): Done[] => {
    const unit = run.units[index];
    return unit === undefined ? [] : [{ planned, unit }];
  });
  const applied = done.filter(({ unit }) => unit.status === 'kept');
  const comparison = comparisonOf(applied);
  const [first, last] = measuredEnds(done, comparison);
  const before = targetMetrics && meetsTargets(first, targetMetrics).targets;
  const reached = targetMetrics && meetsTargets(last, targetMetrics);
  const targets = (reached?.targets ?? []).map((outcome, at): TargetOutcome => {
    const beforehand = before?.[at]?.measured;
    return { ...outcome, ...(beforehand === undefined ? {} : { before: beforehand }) };
  });
  return {
    success: status !== 'failed',
    ...(reason === undefined ? {} : { error: reason }),
    optimizationDurationSeconds: Math.max(0, ((endedAtMs ?? 0) - (startedAtMs ?? endedAtMs ?? 0)) / 1_000),
    appliedOptimizations: applied.map(outcomeOf),
    rolledBackOptimizations: done
      .filter(({ unit }) => unit.status === 'rolled-back' || unit.status === 'conflict')
      .map(outcomeOf),
    ...togetherOf(applied),
    ...(comparison === undefined ? {} : { performanceComparison: comparison }),
    ...(targets.length === 0 ? {} : { targets }),
    ...(reached?.areMet === undefined ? {} : { targetsMet: reached.areMet }),
  };
}

/** How the service was, and how it is: where nothing was kept, as it was when it was last measured without what was tried. */
function measuredEnds(
  done: readonly Done[],
  kept: PerformanceComparison | undefined,
): [first: MeasuredTargets, last: MeasuredTargets] {
  const all = done.flatMap(({ unit }) => unit.comparison ?? []);
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) return [{}, {}];
  return [measuredOf(first, 'before'), kept === undefined ? measuredOf(last, 'before') : measuredOf(kept, 'after')];
}

const outcomeOf = ({ planned, unit }: Done): RunResult['appliedOptimizations'][number] => ({
  id: planned.id,
  name: planned.name,
  changes: planned.changes,
  proven: unit.status === 'kept' && unit.judgement?.verdict === 'keep',
  ...(unit.judgement?.improvementPercent === undefined
    ? {}
    : { improvementPercent: unit.judgement.improvementPercent }),
  detail: unit.detail ?? '',
});

/**
 * Gains that were measured one after the other, each on top of those before it: their logarithms add up, and since each was measured
 * by itself, so do the squares of what they are unsure by.
 */
function togetherOf(applied: readonly Done[]): Pick<RunResult, 'performanceImprovementPercent' | 'interval'> {
  const measured = applied.flatMap(({ unit: { judgement } }) => {
    if (judgement?.improvementPercent === undefined || judgement.interval === undefined) return [];
    const [gain, low, high] = [
      judgement.improvementPercent,
      judgement.interval.lowPercent,
      judgement.interval.highPercent,
    ].map((percent) => -Math.log1p(-percent / 100)) as [number, number, number];
    return [{ gain, below: gain - low, above: high - gain }];
  });
  if (measured.length === 0) return {};
  const total = measured.reduce((sum, { gain }) => sum + gain, 0);
  const unsure = (side: 'below' | 'above'): number => Math.hypot(...measured.map((each) => each[side]));
  return {
    performanceImprovementPercent: rounded(gainPercent(total)),
    interval: {
      lowPercent: rounded(gainPercent(total - unsure('below'))),
      highPercent: rounded(gainPercent(total + unsure('above'))),
    },
  };
}

/** Before the first that was kept, and with the last. */
function comparisonOf(applied: readonly Done[]): RunResult['performanceComparison'] {
  const measured = applied.flatMap(({ unit }) => unit.comparison ?? []);
  const [first, last] = [measured[0], measured.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const usage = first.resourceUsage && last.resourceUsage;
  return {
    responseTime: { beforeMs: first.responseTime.beforeMs, afterMs: last.responseTime.afterMs },
    ...(first.slices === undefined || last.slices === undefined
      ? {}
      : { slices: { beforeMs: first.slices.beforeMs, afterMs: last.slices.afterMs } }),
    p95ResponseTime: { beforeMs: first.p95ResponseTime.beforeMs, afterMs: last.p95ResponseTime.afterMs },
    throughput: {
      beforeRequestsPerSecond: first.throughput.beforeRequestsPerSecond,
      afterRequestsPerSecond: last.throughput.afterRequestsPerSecond,
    },
    errorRate: { beforePercent: first.errorRate.beforePercent, afterPercent: last.errorRate.afterPercent },
    ...(usage === undefined
      ? {}
      : {
          resourceUsage: {
            cpuPercent: spanned(first.resourceUsage?.cpuPercent, usage.cpuPercent),
            memoryMb: spanned(first.resourceUsage?.memoryMb, usage.memoryMb),
            memoryPercent: spanned(first.resourceUsage?.memoryPercent, usage.memoryPercent),
          },
        }),
    ...costOf(applied),
  };
}

const spanned = (
  first: { before: number } | undefined,
  last: { after: number } | undefined,
): { before: number; after: number } | undefined => first && last && { before: first.before, after: last.after };
