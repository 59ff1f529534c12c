import { type LoadTestRequest, loadLimits } from '../contracts/load.ts';
import type { Scenario, ThinkTimeMs } from '../contracts/load-scenario.ts';
import { DomainError } from '../platform/errors.ts';
import { Random } from '../statistics/random.ts';
import type { EnginePlan, EngineRequest, EngineScenario } from './engine/plan.ts';
import { Scenarios } from './engine/scenarios.ts';
import { TemplateError } from './engine/template.ts';
import type { StoredRun } from './model.ts';

/** Lambda gives a process 1,024 descriptors; the rest is for the platform's own connections. */
export const socketsPerWorker = 950;
const usersPerWorker = 500;
const arrivalsPerSecondPerWorker = 2000;

export const defaultUsers = 10;

/** Work is not handed from one invocation to the next: a test must fit into one, with its gathering and its drain. */
const longestSeconds = 840;

/** The request is kept with its result in one item, which DynamoDB takes up to 400 KB; the timeline needs half of it. */
const largestRequestBytes = 150_000;

export const usersOf = ({ users, arrivalRate }: LoadTestRequest): number | undefined =>
  arrivalRate === undefined ? (users ?? defaultUsers) : undefined;

/** @param preferred of the deployment; 0: by users or rate */
export function workersOf(request: LoadTestRequest, preferred: number): number {
  const users = usersOf(request);
  const needed =
    users === undefined
      ? Math.ceil((request.arrivalRate ?? 0) / arrivalsPerSecondPerWorker)
      : Math.ceil(users / usersPerWorker);
  const wanted = request.workers ?? Math.max(needed, preferred);
  // A worker without a user, or without an arrival, would only be waited for.
  const useful = users ?? Math.max(1, Math.floor((request.arrivalRate ?? 0) * request.durationSeconds));
  return Math.max(1, Math.min(wanted, useful, loadLimits.workers));
}

/** A result is summed up from so many figures (of one scenario in one interval of one shard) within seconds. */
const mostFigures = 20_000;
const mostIntervals = 600;

/** A second for small tests; wider for large ones, so that their intervals can be read and shown as one. */
export function intervalSecondsOf(
  { rampUpSeconds, durationSeconds, scenarios }: LoadTestRequest,
  workers: number,
): number {
  const intervals = Math.min(mostIntervals, mostFigures / (workers * scenarios.length));
  return Math.max(1, Math.ceil((rampUpSeconds + durationSeconds) / intervals));
}

/** @throws DomainError invalid-request, naming every field by which the test is too large */
export function requireFits(request: LoadTestRequest, workers: number): void {
  const { rampUpSeconds, durationSeconds, timeoutMs } = request;
  const seconds = rampUpSeconds + durationSeconds + timeoutMs / 1000;
  const users = usersOf(request) ?? 0;
  const bytes = Buffer.byteLength(JSON.stringify(request));
  const faults = [
    ...(seconds > longestSeconds
      ? [
          {
            path: 'body.durationSeconds',
            message: `rampUpSeconds, durationSeconds and the timeout may be at most ${longestSeconds} s together; these are ${seconds} s`,
          },
        ]
      : []),
    ...(users > workers * socketsPerWorker
      ? [
          {
            path: 'body.workers',
            message: `must be at least ${Math.ceil(users / socketsPerWorker)}: a worker has connections for ${socketsPerWorker} users`,
          },
        ]
      : []),
    ...(bytes > largestRequestBytes
      ? [
          {
            path: 'body.scenarios',
            message: `must take at most ${largestRequestBytes} bytes as JSON; these are ${bytes}`,
          },
        ]
      : []),
  ];
  const [first] = faults;
  if (first !== undefined)
    throw new DomainError('invalid-request', `${first.path}: ${first.message}`, { fieldErrors: faults });
}

/** Compiles every scenario as a worker would, so that a wrong template is told to who sent it. */
export function requireSendable(run: StoredRun): void {
  const { target, scenarios, seed } = enginePlanOf(run, 0);
  const source = { random: new Random(seed), nextInSequence: () => 0 };
  for (const [index, scenario] of scenarios.entries()) {
    try {
      new Scenarios({ target, scenarios: [scenario] }, source);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      throw new DomainError('invalid-request', error.message, {
        fieldErrors: [{ path: `body.scenarios.${index}`, message: error.message }],
        cause: error,
      });
    }
  }
}

/** What one worker has to do. The parts of all workers are the whole test. */
export function enginePlanOf(run: StoredRun, shard: number): EnginePlan {
  const { request, target, workers } = run;
  const { protocol, hostname, port } = target;
  const users = usersOf(request);
  const level = users ?? request.arrivalRate ?? 0;
  return {
    target: { protocol, hostname, port },
    scenarios: request.scenarios.map((scenario) => engineScenarioOf(scenario, target.basePath, request.thinkTimeMs)),
    model: users === undefined ? 'open' : 'closed',
    stages: [
      { seconds: request.rampUpSeconds, from: 0, to: level },
      { seconds: request.durationSeconds, from: level, to: level },
    ],
    worker: shard,
    workers,
    maxConnections: socketsPerWorker,
    timeoutMs: request.timeoutMs,
    intervalMs: run.intervalSeconds * 1000,
    seed: seedOf(run.testId, shard),
    sequence: { first: shard, step: workers },
  };
}

function engineScenarioOf(scenario: Scenario, basePath: string, thinkTimeMs: ThinkTimeMs): EngineScenario {
  const { name, weight, method, path, headers, query, body } = scenario;
  const request: EngineRequest = {
    name,
    method,
    path: `${basePath}${path}`,
    ...(headers === undefined ? {} : { headers }),
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body }),
  };
  return { name, weight, requests: [request], isFlow: false, cookies: false, thinkTimeMs };
}

/** FNV-1a: each shard draws other random values, and the same ones when a test is replayed. */
function seedOf(testId: string, shard: number): number {
  let hash = 0x811c9dc5;
  for (const character of `${testId}#${shard}`) {
    hash ^= character.charCodeAt(0);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
