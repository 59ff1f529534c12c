import { parse } from 'csv-parse/sync';
import type { DataFeed, FlowRequest, Scenario, ThinkTimeMs } from '../contracts/load-scenario.ts';
import { scenarioNameOf } from '../contracts/scenario-name.ts';
import { DomainError } from '../platform/errors.ts';
import { Random } from '../statistics/random.ts';
import type { EngineData, EngineRequest, EngineScenario, EngineTarget } from './engine/plan.ts';
import { Scenarios } from './engine/scenarios.ts';
import { TemplateError } from './engine/template.ts';

interface Given {
  scenarios: readonly Scenario[];
  thinkTimeMs: ThinkTimeMs;
}

/**
 * @param basePath of the target, which every path follows
 * @param target its number: each one gets the rows of data in their order
 */
export const engineScenarios = ({ scenarios, thinkTimeMs }: Given, basePath: string, target = 0): EngineScenario[] =>
  scenarios.map((scenario) => engineScenario(scenario, basePath, thinkTimeMs, target));

function engineScenario(
  scenario: Scenario,
  basePath: string,
  thinkTimeMs: ThinkTimeMs,
  target: number,
): EngineScenario {
  const { name, weight, flow, before, data, cookies } = scenario;
  const taken = new Set<string>();
  const requests = (flow ?? [{ ...scenario, thinkTimeMs: undefined }]).map((request) =>
    engineRequest(request, basePath, taken),
  );
  const first = before?.map((request) => engineRequest(request, basePath, taken));
  return {
    name,
    weight,
    requests,
    isFlow: flow !== undefined || before !== undefined,
    ...(first === undefined ? {} : { before: first }),
    ...(data === undefined ? {} : { data: { ...engineData(data), sequence: `${target} ${name}` } }),
    cookies: cookies ?? (flow !== undefined || before !== undefined),
    thinkTimeMs: scenario.thinkTimeMs ?? thinkTimeMs,
  };
}

function engineRequest(request: FlowRequest, basePath: string, taken: Set<string>): EngineRequest {
  const { method, path, headers, query, body, checks, captures, followRedirects, thinkTimeMs } = request;
  return {
    name: unique(request.name ?? scenarioNameOf({ method, path }), taken),
    method,
    path: `${basePath}${path}`,
    ...(headers === undefined ? {} : { headers }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
    ...(checks === undefined ? {} : { checks }),
    ...(captures === undefined ? {} : { captures }),
    ...(followRedirects === undefined ? {} : { followRedirects }),
    ...(thinkTimeMs === undefined ? {} : { thinkTimeMs }),
  };
}

/** The same request may come several times in a flow: its figures are told apart. */
function unique(name: string, taken: Set<string>): string {
  let unused = name;
  for (let again = 2; taken.has(unused); again++) unused = `${name} ${again}`;
  taken.add(unused);
  return unused;
}

function engineData({ csv, rows, order }: DataFeed): EngineData {
  const all: Record<string, string | number | boolean>[] = csv === undefined ? (rows ?? []) : csvRows(csv);
  const columns = Object.keys(all[0] ?? {});
  return { columns, order, rows: all.map((row) => columns.map((column) => String(row[column] ?? ''))) };
}

const csvRows = (csv: string): Record<string, string>[] =>
  parse(csv, { columns: true, skip_empty_lines: true, trim: true, bom: true });

/**
 * Compiles every scenario as a worker would, so that a wrong template is told to who sent it.
 * @throws DomainError invalid-request naming the scenario
 */
export function requireSendable(given: Given, target: EngineTarget, basePath: string): void {
  const source = { random: new Random(0), nextInSequence: () => 0 };
  for (const [index, scenario] of given.scenarios.entries()) {
    try {
      const scenarios = engineScenarios({ ...given, scenarios: [scenario] }, basePath);
      if (scenarios.some(({ data }) => data !== undefined && data.rows.length === 0))
        throw new TemplateError('its data has no rows');
      new Scenarios({ target, scenarios }, source);
    } catch (error) {
      if (!(error instanceof Error) || !(error instanceof TemplateError || 'code' in error)) throw error;
      throw new DomainError('invalid-request', error.message, {
        fieldErrors: [{ path: `body.scenarios.${index}`, message: error.message }],
        cause: error,
      });
    }
  }
}
