import { type Budget, burnAlerts } from '../contracts/budgets.ts';
import { type CheckFigures, checkLimitList } from '../contracts/check-limits.ts';
import type { Breach, CheckRequest } from '../contracts/checks.ts';

/** Which limits the figures break. What was not measured breaks none. */
export function breachesOf(
  { limits }: CheckRequest,
  figures: CheckFigures & { objectives: readonly Budget[] },
): Breach[] {
  const { loadTest, objectives } = figures;
  return [
    ...checkLimitList.flatMap(({ name, bound, actual }) =>
      broken(name, { bound, expected: limits[name], actual: actual(figures) }),
    ),
    // Figures of a part of the load cannot show that the whole was borne.
    ...broken('lostShards', { bound: 'at most', expected: 0, actual: loadTest?.generator.lostShards.length }),
    ...(limits.objectives ? objectives.flatMap(breachesOfObjective) : []),
  ];
}

interface Held {
  bound: 'at most' | 'at least';
  expected: number;
  actual: number | undefined;
}

function broken(limit: string, { bound, expected, actual }: Held): Breach[] {
  if (actual === undefined) return [];
  return (bound === 'at most' ? actual > expected : actual < expected) ? [{ limit, expected, actual }] : [];
}

/** A budget that is not spent yet, and soon will be if this goes on, is what a fault that was just brought in looks like. */
function breachesOfObjective({ description, status, objective, value, burnRates = [] }: Budget): Breach[] {
  if (status === 'missed') return [{ limit: description, expected: objective, actual: value ?? objective }];
  const [{ severity, factor }] = burnAlerts;
  const burn = burnRates.find((each) => each.severity === severity);
  if (burn?.fires !== true) return [];
  return [{ limit: `burn rate: ${description}`, expected: factor, actual: burn.long.burnRate ?? factor }];
}
