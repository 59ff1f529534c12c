import { type LoadTestRequest, loadLimits } from '../contracts/load.ts';
import type { Scenario } from '../contracts/load-scenario.ts';
import { DomainError } from '../platform/errors.ts';
import type { PlannedScript } from './artillery/planned-script.ts';
import type { FleetUse } from './cost.ts';
import type { EnginePlan, EngineTarget } from './engine/plan.ts';
import type { Places } from './engine/sequences.ts';
import { engineScenarios } from './engine-scenarios.ts';
import { requestsOf } from './kinds/requests-per-arrival.ts';
import { type PlannedRequest, peakLevelOf, plannedSecondsOf } from './kinds/sequence.ts';
import { modelOf, settingsOf } from './kinds/settings.ts';
import { mostSteps } from './kinds/stress-levels.ts';
import type { RunTarget, StepPlan, StoredRun } from './model.ts';

/** Lambda gives a process 1,024 descriptors; the rest is for the platform's own connections. */
export const socketsPerWorker = 950;
const usersPerWorker = 500;
const arrivalsPerSecondPerWorker = 2000;

/** As JSON, with data feeds and scripts. */
const largestRequestBytes = 4_000_000;

export interface Demand {
  model: 'closed' | 'open';
  /** The most users, or arrivals per second, at any time. */
  peak: number;
  /** How many scenarios, or requests of flows, are told apart. */
  names: number;
  plannedSeconds: number;
}

export const demandOf = (request: PlannedRequest): Demand => ({
  model: modelOf(request),
  peak: peakLevelOf(request),
  names: namesOf(request.scenarios),
  plannedSeconds: plannedSecondsOf(request),
});

/** Artillery's engine takes more of a core for a request than ours. */
const scriptArrivalsPerWorker = 50;

export const demandOfScript = ({ seconds, peakArrivalsPerSecond, scenarios }: PlannedScript): Demand => ({
  model: 'open',
  peak: Math.max(1, (peakArrivalsPerSecond * arrivalsPerSecondPerWorker) / scriptArrivalsPerWorker),
  names: scenarios,
  plannedSeconds: Math.max(1, seconds),
});

export const namesOf = (scenarios: readonly Scenario[]): number =>
  scenarios.reduce((sum, scenario) => sum + requestsOf(scenario), 0);

/**
 * @param asked of the request
 * @param preferred of the deployment; 0: by users or rate
 */
export function workersOf(
  { model, peak }: Pick<Demand, 'model' | 'peak'>,
  asked: number | undefined,
  preferred: number,
): number {
  const needed = Math.ceil(peak / (model === 'closed' ? usersPerWorker : arrivalsPerSecondPerWorker));
  // A machine that prefers few has so many cores; descriptors are another matter.
  const least = model === 'closed' ? Math.ceil(peak / socketsPerWorker) : 1;
  const wanted = asked ?? (preferred > 0 ? Math.max(preferred, least) : needed);
  // A worker without a user would only be waited for.
  const useful = model === 'closed' ? peak : Number.POSITIVE_INFINITY;
  return Math.max(1, Math.min(wanted, useful, loadLimits.workers));
}

/** So many items a second may a test write, and so many figures can its controller add up. */
const mostItemsPerSecond = 500;
const mostFiguresPerSecond = 3000;

/** A second for small fleets; wider for large ones. */
export const intervalSecondsOf = ({ names }: Pick<Demand, 'names'>, workers: number): number =>
  Math.max(1, Math.ceil(workers / mostItemsPerSecond), Math.ceil((workers * names) / mostFiguresPerSecond));

const mostPoints = 600;

/** Points of a timeline that a page can draw and an item can hold; a multiple of the interval. */
export const timelineSecondsOf = ({ plannedSeconds }: Demand, intervalSeconds: number): number =>
  intervalSeconds * Math.max(1, Math.ceil(plannedSeconds / mostPoints / intervalSeconds));

/** @throws DomainError invalid-request, naming every field by which the test is too large */
export function requireFits(request: LoadTestRequest, demand: Demand, workers: number): void {
  const bytes = Buffer.byteLength(JSON.stringify(request));
  const { startLevel, maxLevel, levelStep } = settingsOf(request);
  const faults = [
    ...(demand.plannedSeconds > loadLimits.durationSeconds
      ? [
          {
            path: 'body.durationSeconds',
            message: `the test may take at most ${loadLimits.durationSeconds} s; this one would take ${Math.round(demand.plannedSeconds)} s`,
          },
        ]
      : []),
    ...(demand.model === 'closed' && demand.peak > workers * socketsPerWorker
      ? [
          {
            path: 'body.workers',
            message: `must be at least ${Math.ceil(demand.peak / socketsPerWorker)}: a worker has connections for ${socketsPerWorker} users`,
          },
        ]
      : []),
    ...(levelStep !== undefined && (maxLevel - startLevel) / levelStep > mostSteps
      ? [
          {
            path: demand.model === 'closed' ? 'body.stepUsers' : 'body.stepRate',
            message: `must be at least ${Math.ceil((maxLevel - startLevel) / mostSteps)}: a stress test has at most ${mostSteps} steps`,
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

/** What the rest of the platform needs beside a fleet, and successors while shards are handed over. */
const otherInvocations = 5;

/**
 * All workers of a test wait for each other, so an account that runs fewer at once would never begin it.
 * @param atOnce how many invocations the account runs; undefined: not known
 * @throws DomainError invalid-request
 */
export function requireConcurrency(workers: number, atOnce: number | undefined): void {
  if (atOnce === undefined || workers + otherInvocations <= atOnce) return;
  const most = Math.max(0, atOnce - otherInvocations);
  const message = `the account runs ${atOnce} functions at once, which is enough for ${most} workers; these are ${workers}. Ask AWS to raise "Concurrent executions", or give fewer workers or users.`;
  throw new DomainError('invalid-request', `body.workers: ${message}`, {
    fieldErrors: [{ path: 'body.workers', message }],
  });
}

/** @throws DomainError invalid-request */
export function requireTlsForHttp2({ protocol }: LoadTestRequest, target: EngineTarget): void {
  if (protocol !== 'http2' || target.protocol === 'https:') return;
  const message = 'must be http1 for a target whose address begins with http: (HTTP/2 is spoken over TLS only)';
  throw new DomainError('invalid-request', `body.protocol: ${message}`, {
    fieldErrors: [{ path: 'body.protocol', message }],
  });
}

/** What an engine needs of a load test's or a comparison's request. */
export type Traffic = Pick<LoadTestRequest, 'scenarios' | 'thinkTimeMs' | 'timeoutMs'> &
  Partial<Pick<LoadTestRequest, 'protocol' | 'script' | 'insecureSkipTlsVerify'>>;

export interface ShardPlan {
  run: Pick<StoredRun, 'testId' | 'targets' | 'model' | 'workers' | 'intervalSeconds'>;
  traffic: Traffic;
  step: StepPlan & { index: number };
  shard: number;
  /** Of the step, where an earlier invocation of the shard played until then. */
  fromMs: number;
  /** How far the shard's sequences have come in earlier steps and invocations. */
  places: Places;
}

/** What one worker has to do in a step. The parts of all workers are the whole step. */
export function enginePlanOf({ run, traffic, step, shard, fromMs, places }: ShardPlan): EnginePlan {
  const { testId, targets, model, workers, intervalSeconds } = run;
  const target = targets[step.target];
  if (target === undefined) throw new Error(`The run ${testId} has no target ${step.target}`);
  return {
    target: { ...engineTarget(target), rejectUnauthorized: traffic.insecureSkipTlsVerify !== true },
    protocol: traffic.protocol ?? 'http1',
    scenarios: engineScenarios(traffic, target.basePath, step.target),
    model,
    stages: step.stages,
    worker: shard,
    workers,
    maxConnections: socketsPerWorker,
    fromMs,
    timeoutMs: traffic.timeoutMs,
    intervalMs: intervalSeconds * 1000,
    seed: seedOf(`${testId}#${step.index}#${shard}#${fromMs}`),
    sequence: { first: shard, step: workers },
    places,
  };
}

export const engineTarget = ({
  protocol,
  hostname,
  port,
}: Pick<RunTarget, 'protocol' | 'hostname' | 'port'>): EngineTarget => ({ protocol, hostname, port });

/** FNV-1a: each shard draws other random values, and the same ones when a test is replayed. */
export function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) {
    hash ^= character.charCodeAt(0);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Of a stored interval: two sketches of each name, and counters. */
const intervalKbOf = (names: number): number => 0.5 + 1.2 * names;

export const fleetUseOf = (
  { workers, intervalSeconds, names, kind }: Pick<StoredRun, 'workers' | 'intervalSeconds' | 'names' | 'kind'>,
  workerSeconds: number,
  bytesSent: number,
): FleetUse => ({
  workers,
  workerSeconds,
  intervalSeconds,
  intervalKb: intervalKbOf(names),
  bytesSent,
  engine: kind === 'artillery' ? 'artillery-worker' : 'load-worker',
});
