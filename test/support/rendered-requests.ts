import type { FlowRequest, Scenario } from '../../lib/contracts/load-scenario.ts';
import type { EngineRequest, EngineScenario } from '../../lib/load/engine/plan.ts';
import { Scenarios } from '../../lib/load/engine/scenarios.ts';
import { Random } from '../../lib/statistics/random.ts';

const target = { protocol: 'http:', hostname: 'shop.example', port: 80 } as const;

/**
 * The requests of a scenario's first iterations as the engine would send them.
 * @throws TemplateError where it cannot send them
 */
export function renderedRequests(scenario: Scenario, iterations = 1): string[] {
  let sequence = 0;
  const scenarios = new Scenarios(
    { target, scenarios: [engineScenario(scenario)] },
    { random: new Random(1), nextInSequence: () => sequence++ },
  );
  return Array.from({ length: iterations }, () => {
    const { feed, requests } = scenarios.draw();
    const values: string[] = [];
    feed?.fill(values);
    return requests.map(({ template }) => template.render(values));
  }).flat();
}

function engineScenario({ name, weight, method, path, headers, query, body, flow, data }: Scenario): EngineScenario {
  const requests = flow ?? [{ name, method, path, headers, query, body }];
  const rows = data?.rows;
  const columns = Object.keys(rows?.[0] ?? {});
  return {
    name,
    weight,
    requests: requests.map((request, index) => engineRequest(request, index)),
    isFlow: flow !== undefined,
    cookies: false,
    thinkTimeMs: 0,
    ...(rows === undefined
      ? {}
      : {
          data: { columns, rows: rows.map((row) => columns.map((column) => String(row[column]))), order: 'sequential' },
        }),
  };
}

function engineRequest({ name, method, path, headers, query, body }: FlowRequest, index: number): EngineRequest {
  return {
    name: name ?? `request ${index + 1}`,
    method,
    path,
    ...(headers === undefined ? {} : { headers }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body: body as NonNullable<EngineRequest['body']> }),
  };
}
