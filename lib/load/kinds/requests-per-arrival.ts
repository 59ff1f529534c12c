import type { Scenario } from '../../contracts/load-scenario.ts';

/** Of an arrival that draws this one: all its own, and what is done before by each user, since each arrival is another. */
export const requestsOf = ({ flow, before }: Pick<Scenario, 'flow' | 'before'>): number =>
  (flow?.length ?? 1) + (before?.length ?? 0);

/** How many requests an arrival makes, in the mean over the scenarios by their weights; redirects that are followed are not known. */
export function requestsPerArrival(scenarios: readonly Scenario[]): number {
  const weights = scenarios.reduce((sum, { weight }) => sum + weight, 0);
  return scenarios.reduce((sum, scenario) => sum + (scenario.weight / weights) * requestsOf(scenario), 0);
}
