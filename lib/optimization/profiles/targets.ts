import type { TargetMetric, TargetMetrics, TargetOutcome } from '../../contracts/profiles.ts';

/** What a project's service came to, in the units of the targets. Absent: not measured. */
export type MeasuredTargets = { readonly [Metric in TargetMetric]?: number | undefined };

export interface TargetsJudged {
  /** Whether all that could be compared are met. Undefined: there is no target, or none was measured. */
  areMet: boolean | undefined;
  /** In the order of the targets' names. */
  targets: TargetOutcome[];
}

/** Of the others, the smaller the better. */
const largerIsBetter: ReadonlySet<TargetMetric> = new Set(['throughput']);

/** Holds what was measured against what a profile is to reach. What was not measured neither meets a target nor misses it. Pure. */
export function meetsTargets(measured: MeasuredTargets, targets: TargetMetrics): TargetsJudged {
  const outcomes = (Object.entries(targets) as [TargetMetric, number | undefined][])
    .flatMap(([metric, target]) => (target === undefined ? [] : [outcomeOf(metric, target, measured[metric])]))
    .sort((a, b) => a.metric.localeCompare(b.metric));
  const judged = outcomes.flatMap(({ isMet }) => isMet ?? []);
  return { areMet: judged.length === 0 ? undefined : judged.every(Boolean), targets: outcomes };
}

function outcomeOf(metric: TargetMetric, target: number, measured: number | undefined): TargetOutcome {
  if (measured === undefined) return { metric, target };
  return { metric, target, measured, isMet: largerIsBetter.has(metric) ? measured >= target : measured <= target };
}
