import type { Comparison } from '../../contracts/comparisons.ts';
import type { LoadTest } from '../../contracts/load.ts';
import type { FlowRequest, Scenario } from '../../contracts/load-scenario.ts';

/** What may be passed around with a report: which requests were made, and how often. */
const named = ({ name, method, path }: FlowRequest) => ({ name, method, path });

const scenarioNamed = ({ weight, flow, before, thinkTimeMs, ...one }: Scenario) => ({
  ...named(one),
  weight,
  thinkTimeMs,
  flow: flow?.map(named),
  before: before?.map(named),
});

/**
 * A test without what its requests carry (headers, bodies, data, the script of Artillery), where tokens and passwords
 * stand. The result is all there.
 */
export const withoutSecrets = ({ request: { script: _, ...request }, ...test }: LoadTest) => ({
  ...test,
  request: { ...request, scenarios: request.scenarios.map(scenarioNamed) },
});

export const comparisonWithoutSecrets = ({ request, ...comparison }: Comparison) => ({
  ...comparison,
  request: { ...request, scenarios: request.scenarios.map(scenarioNamed) },
});
