import { type EngineIo, runEngine } from '../../lib/load/engine/engine.ts';
import type { EnginePlan, EngineScenario } from '../../lib/load/engine/plan.ts';
import type { EngineOutcome, IntervalReport, Sample } from '../../lib/load/engine/report.ts';
import { Sketch } from '../../lib/statistics/sketch.ts';

export type EngineRunResult = { outcome: EngineOutcome; reports: IntervalReport[]; samples: Sample[] };

/** A short closed test of one user who does not think, unless told otherwise. */
export const planFor = (port: number, changes: Partial<EnginePlan> = {}): EnginePlan => ({
  target: { protocol: 'http:', hostname: '127.0.0.1', port },
  scenarios: [scenario('/')],
  model: { kind: 'closed', users: 1, firstUser: 0, totalUsers: 1 },
  rampUpSeconds: 0,
  durationSeconds: 0.5,
  thinkTimeMs: 0,
  timeoutMs: 5_000,
  intervalMs: 100,
  seed: 1,
  ...changes,
});

export const scenario = (path: string, changes: Partial<EngineScenario> = {}): EngineScenario => ({
  name: path,
  method: 'GET',
  path,
  weight: 1,
  ...changes,
});

export async function run(plan: EnginePlan, io: Partial<EngineIo> = {}): Promise<EngineRunResult> {
  const reports: IntervalReport[] = [];
  const samples: Sample[] = [];
  const outcome = await runEngine(plan, {
    startAtEpochMs: Date.now() + 20,
    ...io,
    onInterval: (report) => {
      reports.push(report);
      io.onInterval?.(report);
    },
    dumpSample: (sample) => samples.push(sample),
  });
  return { outcome, reports, samples };
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
