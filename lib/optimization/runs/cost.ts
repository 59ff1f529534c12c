import type { PerformanceComparison, PlannedOptimization } from '../../contracts/optimization-runs.ts';
import { rounded } from '../../telemetry/resources.ts';
import { placeOf } from '../sides.ts';
import type { Unit } from './model.ts';

interface Kept {
  planned: Pick<PlannedOptimization, 'changes'>;
  unit: Pick<Unit, 'comparison'>;
}

/**
 * What was kept costs together, in US dollars a month. By how much each changes that adds up; what a resource costs before does not,
 * where several have changed it: each was told what it is for itself, and the largest of them holds the others.
 */
export function costOf(kept: readonly Kept[]): Pick<PerformanceComparison, 'cost'> {
  const baseOf = new Map<string, number>();
  let added = 0;
  for (const { planned, unit } of kept) {
    const cost = unit.comparison?.cost;
    if (cost === undefined) continue;
    const resources = [...new Set(planned.changes.map(resourceOf))].sort().join(' ');
    baseOf.set(resources, Math.max(baseOf.get(resources) ?? 0, cost.beforeUsdPerMonth));
    added += cost.afterUsdPerMonth - cost.beforeUsdPerMonth;
  }
  if (baseOf.size === 0) return {};
  const before = [...baseOf.values()].reduce((sum, base) => sum + base, 0);
  return { cost: { beforeUsdPerMonth: rounded(before), afterUsdPerMonth: rounded(Math.max(0, before + added)) } };
}

const resourceOf = (change: PlannedOptimization['changes'][number]): string =>
  change.kind === 'aws' ? `${change.service} ${change.resource}` : placeOf(change);
