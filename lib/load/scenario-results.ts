import type { ScenarioResult } from '../contracts/load-result.ts';
import type { Scenario } from '../contracts/load-scenario.ts';
import type { ScenarioFigures } from './engine/report.ts';
import { addFigures, emptyFigures } from './fold/figures.ts';
import { latencies, rounded } from './fold/latency.ts';

/** What stands between a scenario's name and that of one of its requests; neither can contain it. */
const separator = ' > ';

/**
 * The figures of each scenario; of a flow also those of its requests. A scenario of which nothing was sent is there with
 * zeros, and what Artillery names by itself is too.
 */
export function scenarioResults(
  scenarios: readonly Scenario[],
  figures: ReadonlyMap<string, ScenarioFigures>,
  seconds: number,
): Record<string, ScenarioResult> {
  const sums = new Map(scenarios.map(({ name }) => [name, emptyFigures()]));
  const flows = new Map<string, Record<string, ScenarioResult>>();
  for (const [key, each] of figures) {
    const at = key.indexOf(separator);
    const name = at < 0 ? key : key.slice(0, at);
    const sum = sums.get(name) ?? emptyFigures();
    sums.set(name, sum);
    addFigures(sum, each);
    if (at < 0) continue;
    const flow = flows.get(name) ?? {};
    flow[key.slice(at + separator.length)] = resultOf(each, seconds);
    flows.set(name, flow);
  }
  return Object.fromEntries(
    [...sums].map(([name, sum]): [string, ScenarioResult] => {
      const flow = flows.get(name);
      return [name, { ...resultOf(sum, seconds), ...(flow === undefined ? {} : { flow }) }];
    }),
  );
}

const resultOf = (sum: ScenarioFigures, seconds: number): ScenarioResult => ({
  requests: sum.requests,
  successfulRequests: sum.successful,
  failedRequests: sum.failed,
  ...successRate(sum),
  requestsPerSecond: seconds > 0 ? rounded(sum.requests / seconds) : 0,
  statuses: sum.statuses,
  ...latencies(sum.responseTime),
});

export const successRate = ({
  requests,
  successful,
}: Pick<ScenarioFigures, 'requests' | 'successful'>): { successRatePercent?: number } =>
  requests === 0 ? {} : { successRatePercent: rounded((successful / requests) * 100) };
