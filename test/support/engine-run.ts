import { type EngineIo, startEngine } from '../../lib/load/engine/engine.ts';
import type { EnginePlan, EngineRequest, EngineScenario, ThinkTime } from '../../lib/load/engine/plan.ts';
import type { EngineOutcome, IntervalReport, Sample } from '../../lib/load/engine/report.ts';
import { Sketch } from '../../lib/statistics/sketch.ts';

export type EngineRunResult = { outcome: EngineOutcome; reports: IntervalReport[]; samples: Sample[] };

/** A plan in the terms of most tests: a ramp to one level, which is then held. */
export type PlanChanges = Partial<EnginePlan> & {
  /** Closed model; default 1. */
  users?: number;
  /** Open model. */
  arrivalsPerSecond?: number;
  rampUpSeconds?: number;
  durationSeconds?: number;
  /** Of all scenarios that have none of their own. */
  thinkTimeMs?: ThinkTime;
};

/** A short closed test of one user who does not think, unless told otherwise. */
export function planFor(port: number, changes: PlanChanges = {}): EnginePlan {
  const { users = 1, arrivalsPerSecond, rampUpSeconds = 0, durationSeconds = 0.5, thinkTimeMs = 0, ...rest } = changes;
  const level = arrivalsPerSecond ?? users;
  const { scenarios = [scenario('/')], ...others } = rest;
  return {
    target: { protocol: 'http:', hostname: '127.0.0.1', port },
    scenarios: scenarios.map((each) => (each.thinkTimeMs === 0 ? { ...each, thinkTimeMs } : each)),
    model: arrivalsPerSecond === undefined ? 'closed' : 'open',
    stages: [
      { seconds: rampUpSeconds, from: 0, to: level },
      { seconds: durationSeconds, from: level, to: level },
    ],
    worker: 0,
    workers: 1,
    maxConnections: 100,
    timeoutMs: 5_000,
    intervalMs: 100,
    seed: 1,
    ...others,
  };
}

/** One request, named by its path. */
export function scenario(
  path: string,
  changes: Partial<Pick<EngineScenario, 'weight' | 'before' | 'data' | 'cookies' | 'thinkTimeMs'> & EngineRequest> = {},
): EngineScenario {
  const { weight = 1, before, data, cookies = false, thinkTimeMs = 0, ...request } = changes;
  return {
    name: path,
    weight,
    requests: [{ name: path, method: 'GET', path, ...request }],
    isFlow: false,
    cookies,
    thinkTimeMs,
    ...(before === undefined ? {} : { before }),
    ...(data === undefined ? {} : { data }),
  };
}

export async function run(plan: EnginePlan, io: Partial<EngineIo> = {}): Promise<EngineRunResult> {
  return await start(plan, io).result;
}

/** Runs a plan of any length until something is the case, and then ends it as a hand-over does: what is under way ends. */
export async function runUntil(isEnough: () => boolean, plan: EnginePlan): Promise<EngineRunResult> {
  const { engine, startAtEpochMs, result } = start(plan, {});
  const looking = setInterval(() => {
    if (isEnough()) engine.leaveAt(Math.max(0, Date.now() - startAtEpochMs));
  }, 2);
  try {
    return await result;
  } finally {
    clearInterval(looking);
  }
}

function start(plan: EnginePlan, io: Partial<EngineIo>) {
  const reports: IntervalReport[] = [];
  const samples: Sample[] = [];
  const startAtEpochMs = Date.now() + 20;
  const engine = startEngine(plan, {
    startAtEpochMs,
    ...io,
    onInterval: (report) => {
      reports.push(report);
      io.onInterval?.(report);
    },
    dumpSample: (sample) => samples.push(sample),
  });
  const result = engine.outcome.then((outcome): EngineRunResult => ({ outcome, reports, samples }));
  return { engine, startAtEpochMs, result };
}

export type Totals = {
  requests: number;
  successful: number;
  failed: number;
  statuses: Record<string, number>;
  errors: Record<string, number>;
  responseTime: Sketch;
  serviceTime: Sketch;
};

/** The sums of one scenario, or of all, over all reports given. */
export function totalsOf(reports: IntervalReport[], name?: string): Totals {
  const totals: Totals = {
    requests: 0,
    successful: 0,
    failed: 0,
    statuses: {},
    errors: {},
    responseTime: new Sketch(),
    serviceTime: new Sketch(),
  };
  for (const { scenarios } of reports) {
    for (const [each, figures] of Object.entries(scenarios)) {
      if (name !== undefined && each !== name) continue;
      totals.requests += figures.requests;
      totals.successful += figures.successful;
      totals.failed += figures.failed;
      for (const [status, count] of Object.entries(figures.statuses)) {
        totals.statuses[status] = (totals.statuses[status] ?? 0) + count;
      }
      for (const [kind, { count }] of Object.entries(figures.errors)) {
        totals.errors[kind] = (totals.errors[kind] ?? 0) + count;
      }
      totals.responseTime.merge(figures.responseTime);
      totals.serviceTime.merge(figures.serviceTime);
    }
  }
  return totals;
}

/** A request of a flow, named by its path unless told otherwise. */
export const step = (path: string, changes: Partial<EngineRequest> = {}): EngineRequest => ({
  name: path,
  method: 'GET',
  path,
  ...changes,
});

/** Several requests in turn. */
export const flow = (
  name: string,
  requests: EngineRequest[],
  changes: Partial<Omit<EngineScenario, 'name' | 'requests'>> = {},
): EngineScenario => ({ name, weight: 1, requests, isFlow: true, cookies: false, thinkTimeMs: 0, ...changes });
