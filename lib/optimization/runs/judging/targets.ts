import type { PerformanceComparison } from '../../../contracts/optimization-runs.ts';
import type { TargetMetrics } from '../../../contracts/profiles.ts';
import type { RunJudgement } from '../../../contracts/run-judgement.ts';
import { type MeasuredTargets, meetsTargets } from '../../profiles/targets.ts';
import type { Side } from '../../sides.ts';

/** What was measured of one side, in the units of the targets. */
export const measuredOf = (
  { responseTime, throughput, errorRate, resourceUsage }: PerformanceComparison,
  side: Side,
): MeasuredTargets => ({
  responseTimeMs: side === 'before' ? responseTime.beforeMs : responseTime.afterMs,
  throughput: side === 'before' ? throughput.beforeRequestsPerSecond : throughput.afterRequestsPerSecond,
  errorRatePercent: side === 'before' ? errorRate.beforePercent : errorRate.afterPercent,
  cpuPercent: resourceUsage?.cpuPercent?.[side],
  memoryPercent: resourceUsage?.memoryPercent?.[side],
});

/** Of a figure that lies at its target: so much is chance. */
const chance = 0.03;

/** The goal of a run is what its profile is to reach: a change that loses a target which was met before is not kept, whatever it gains. */
export function heldToTargets(
  judgement: RunJudgement,
  comparison: PerformanceComparison | undefined,
  targetMetrics: TargetMetrics | undefined,
): RunJudgement {
  if (judgement.verdict !== 'keep' || comparison === undefined || targetMetrics === undefined) return judgement;
  const before = meetsTargets(measuredOf(comparison, 'before'), targetMetrics).targets;
  const after = meetsTargets(measuredOf(comparison, 'after'), targetMetrics).targets;
  const lost = after.flatMap(({ metric, target, measured, isMet }, at) => {
    const earlier = before[at];
    if (isMet !== false || measured === undefined || earlier?.measured === undefined || !earlier.isMet) return [];
    const isChance = Math.abs(measured - earlier.measured) <= chance * earlier.measured;
    return isChance
      ? []
      : [`the target ${metric} of ${target} was met (${earlier.measured}) and is missed (${measured})`];
  });
  if (lost.length === 0) return judgement;
  const { keptFor: _, ...rest } = judgement;
  return { ...rest, verdict: 'reject', reason: `${judgement.reason}; but ${lost.join(', ')}` };
}
