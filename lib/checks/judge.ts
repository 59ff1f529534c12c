import { type Budget, burnAlerts } from '../contracts/budgets.ts';
import { type CheckFigures, checkLimitList } from '../contracts/check-limits.ts';
import type { Breach, CheckLimits, CheckRequest } from '../contracts/checks.ts';
import type { JudgedThreshold } from '../contracts/load-result.ts';
import { isFailure } from '../contracts/load-threshold.ts';

/** Which limits the figures break. What was not measured breaks none. */
export function breachesOf(
  { limits }: CheckRequest,
  figures: CheckFigures & { objectives: readonly Budget[] },
): Breach[] {
  return [
    ...breachesOfFigures(limits, figures),
    ...(limits.objectives ? figures.objectives.flatMap(breachesOfObjective) : []),
  ];
}

/** The same of the figures alone. @param limits what is not given is not held against */
export function breachesOfFigures(limits: Partial<CheckLimits>, figures: CheckFigures): Breach[] {
  const { loadTest } = figures;
  return [
    ...checkLimitList.flatMap(({ name, bound, actual }) =>
      broken(name, { bound, expected: limits[name], actual: actual(figures) }),
    ),
    // Figures of a part of the load cannot show that the whole was borne.
    ...broken('lostShards', { bound: 'at most', expected: 0, actual: loadTest?.generator.lostShards.length }),
    ...breachesOfThresholds(loadTest?.thresholds?.filter(isFailure) ?? []),
  ];
}

/** What the load test itself was to hold. One breach of all, since what was not measured has no figure to show. */
function breachesOfThresholds(failed: readonly JudgedThreshold[]): Breach[] {
  if (failed.length === 0) return [];
  const said = failed.map(({ threshold }) => threshold).join(', ');
  return [{ limit: `failed thresholds: ${said}`, expected: 0, actual: failed.length }];
}

interface Held {
  bound: 'at most' | 'at least';
  expected: number | undefined;
  actual: number | undefined;
}

function broken(limit: string, { bound, expected, actual }: Held): Breach[] {
  if (actual === undefined || expected === undefined) return [];
  return (bound === 'at most' ? actual > expected : actual < expected) ? [{ limit, expected, actual }] : [];
}

/** A budget that is not spent yet, and soon will be if this goes on, is what a fault that was just brought in looks like. */
function breachesOfObjective({ description, status, objective, value, burnRates = [] }: Budget): Breach[] {
  if (status === 'missed') return [{ limit: description, expected: objective, actual: value ?? objective }];
  const [{ severity, factor }] = burnAlerts;
  const burn = burnRates.find((each) => each.severity === severity);
  if (burn?.fires !== true) return [];
  return [{ limit: burnLimitOf(description), expected: factor, actual: burn.long.burnRate ?? factor }];
}

/** What a limit on how fast an objective's budget is spent is called. */
export const burnLimitOf = (description: string): string => `burn rate: ${description}`;
