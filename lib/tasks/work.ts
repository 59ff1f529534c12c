import { DeepAnalyses } from '../analysis/deep/service.ts';
import { AnalysisService } from '../analysis/service.ts';
import { PipelineService } from '../checks/pipeline/service.ts';
import { ScheduleService } from '../checks/schedules/service.ts';
import type { AskConcurrency } from '../load/account-concurrency.ts';
import { ComparisonService } from '../load/comparisons/service.ts';
import { LoadService } from '../load/service.ts';
import type { Parts } from '../platform/parts.ts';
import { ProjectService } from '../projects/service.ts';
import { systemResolve } from '../projects/target.ts';
import { TelemetryHistory } from '../telemetry/history/service.ts';
import { TelemetryService } from '../telemetry/service.ts';
import { TaskOutputs } from './outputs.ts';
import { analysisRunner } from './runners/analysis.ts';
import { comparisonRunner } from './runners/comparison.ts';
import { exportRunner } from './runners/export.ts';
import { reportRunner } from './runners/report.ts';
import { webhookRunner } from './runners/webhook.ts';
import { TaskWorker } from './worker.ts';

/** What the functions do that carry out tasks from queues. */
export function taskWork(parts: Parts, concurrency: AskConcurrency) {
  const { clock, configuration } = parts;
  const projects = new ProjectService(parts);
  const telemetry = new TelemetryService(parts, projects);
  const schedules = new ScheduleService(parts, projects);
  const loadTests = new LoadService(parts, projects, concurrency);
  return new TaskWorker(parts, {
    analysis: analysisRunner({
      analysis: new AnalysisService(parts, { projects, telemetry }),
      deepAnalyses: new DeepAnalyses(parts, projects),
    }),
    report: reportRunner(new PipelineService(parts, { projects, schedules, loadTests })),
    comparison: comparisonRunner(new ComparisonService(parts, projects, concurrency)),
    export: exportRunner({
      projects,
      history: new TelemetryHistory(telemetry, projects, clock),
      outputs: new TaskOutputs(parts),
    }),
    webhook: webhookRunner({ clock, resolve: systemResolve, privateTargets: configuration.privateTargets }),
  });
}
