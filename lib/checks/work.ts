import { AlertService } from '../alerts/service.ts';
import { AlertSources } from '../alerts/sources/service.ts';
import { ObjectiveService } from '../analysis/objectives/service.ts';
import { AnalysisService } from '../analysis/service.ts';
import { AnalysisViews } from '../analysis/views/service.ts';
import { NamespaceService } from '../cache/namespace-service.ts';
import type { MessageOf } from '../contracts/messages.ts';
import type { AskConcurrency } from '../load/account-concurrency.ts';
import { LoadHistory } from '../load/history-service.ts';
import { LoadService } from '../load/service.ts';
import { optimizationModules } from '../optimization/modules/modules.ts';
import { optimizing } from '../optimization/optimizing.ts';
import type { Parts } from '../platform/parts.ts';
import { ProjectService } from '../projects/service.ts';
import { TelemetryHistory } from '../telemetry/history/service.ts';
import { TelemetryService } from '../telemetry/service.ts';
import { CheckController } from './controller.ts';
import { PipelineController } from './pipeline/controller.ts';
import { pipelineSteps } from './pipeline/steps.ts';

type Message = MessageOf<'checks'>;

/** What the function `check-controller` does with each message. */
export function checkWork(parts: Parts, concurrency: AskConcurrency) {
  const projects = new ProjectService(parts);
  const telemetry = new TelemetryService(parts, projects);
  const history = new TelemetryHistory(telemetry, projects, parts.clock);
  const loadTests = new LoadService(parts, projects, concurrency);
  const analysis = new AnalysisService(parts, { projects, telemetry });
  const objectives = new ObjectiveService(parts, { projects, telemetry });
  const views = new AnalysisViews(parts.clock, { projects, history, loadTests: new LoadHistory(parts) });
  const alerts = new AlertService(parts);
  const sources = new AlertSources(parts, { projects, objectives, history, views, alerts });
  const { runs } = optimizing(parts, { modules: optimizationModules, concurrency });
  const namespaces = new NamespaceService(parts);
  const checks = new CheckController(parts, { loadTests, telemetry, analysis, alerts, objectives });
  const pipelines = new PipelineController(
    parts,
    pipelineSteps(parts, { projects, analysis, runs, namespaces, loadTests, views, objectives, alerts, sources }),
    alerts,
  );
  return {
    advance: (message: Message) =>
      message.type === 'check.advance' ? checks.advance(message) : pipelines.advance(message),
    giveUp: (message: Message) =>
      message.type === 'check.advance' ? checks.giveUp(message) : pipelines.giveUp(message),
  };
}
