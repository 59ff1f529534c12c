import type { AskConcurrency } from '../load/account-concurrency.ts';
import { LoadIntervals } from '../load/interval-service.ts';
import { LoadService } from '../load/service.ts';
import type { Parts } from '../platform/parts.ts';
import { ProjectService } from '../projects/service.ts';
import { TelemetryService } from '../telemetry/service.ts';
import { MemorySweeps } from './aws/memory-sweep/service.ts';
import { SweepWorker } from './aws/memory-sweep/worker.ts';
import { deploymentOf } from './deployment.ts';
import type { OptimizationModule } from './module.ts';
import { Planner } from './planning/planner.ts';
import { SituationReader } from './planning/situation-reader.ts';
import { AuditTrail } from './runs/audit.ts';
import { ChangeWriter } from './runs/change-writer.ts';
import { KeptExport } from './runs/export.ts';
import { Freezes } from './runs/freezes.ts';
import { LastChanges } from './runs/last-changes.ts';
import { ProjectLocks } from './runs/locks.ts';
import { MeasuringSteps } from './runs/measuring/steps.ts';
import { OptimizationRuns } from './runs/service.ts';
import { RunSteps } from './runs/steps.ts';
import { RunWorker } from './runs/worker.ts';
import { OptimizationWorker } from './worker.ts';

export interface OptimizingOptions {
  modules: readonly OptimizationModule[];
  /** Of the account. */
  concurrency: AskConcurrency;
  /** Default: all that Headroom can. */
  deployment?: typeof deploymentOf;
}

/** Planning and runs, as the functions share them. */
export function optimizing(
  parts: Pick<Parts, 'table' | 'clock' | 'ids' | 'log' | 'send'> & {
    configuration: Pick<Parts['configuration'], 'loadWorkers' | 'testingPolicyRead' | 'privateTargets'>;
  },
  { modules, concurrency, deployment = deploymentOf }: OptimizingOptions,
) {
  const projects = new ProjectService(parts);
  const telemetry = new TelemetryService(parts, projects);
  const { appliers, sources, profiles, experiments, stackOf, sweeper } = deployment(parts, { projects, telemetry });
  const loadTests = new LoadService(parts, projects, concurrency);
  const situations = new SituationReader(parts, {
    projects,
    telemetry,
    sources: [...sources, new LastChanges(parts)],
  });
  const planner = new Planner(parts, { situations, modules, profiles });
  const audit = new AuditTrail(parts);
  const freezes = new Freezes(parts);
  const locks = new ProjectLocks(parts);
  const writer = new ChangeWriter(appliers, audit);
  const measuring = new MeasuringSteps(parts, {
    loadTests,
    intervals: new LoadIntervals(parts),
    telemetry,
    audit,
    experiments,
  });
  const steps = new RunSteps(parts, { writer, locks, freezes, planner, measuring });
  return {
    projects,
    planner,
    audit,
    freezes,
    runs: new OptimizationRuns(parts, { projects, planner, appliers, loadTests, writer, freezes, locks }),
    kept: new KeptExport(parts, { projects, writer, stackOf }),
    sweeps: new MemorySweeps(parts, { projects, sweeper, freezes, locks }),
    worker: new OptimizationWorker(
      new RunWorker(parts, { steps, locks }),
      new SweepWorker(parts, { sweeper, freezes, locks, audit }),
    ),
  };
}
