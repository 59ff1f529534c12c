import { LoadHistory } from '../load/history-service.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { Parts } from '../platform/parts.ts';
import { ProjectService } from '../projects/service.ts';
import { TelemetryHistory } from '../telemetry/history/service.ts';
import { TelemetryService } from '../telemetry/service.ts';
import { AdviceService } from './advice-service.ts';
import { DeepAnalyses } from './deep/service.ts';
import { analysisHandlers, type OpenAlerts } from './handlers.ts';
import { objectiveHandlers } from './objectives/handlers.ts';
import { ObjectiveService } from './objectives/service.ts';
import { AnalysisService } from './service.ts';
import { AnalysisStarts } from './starts.ts';
import { AnalysisViews } from './views/service.ts';

/** All that the function `analysis-api` serves. */
export function analysisApi(parts: Parts, openAlerts: OpenAlerts): Handlers<'analysis-api'> {
  const projects = new ProjectService(parts);
  const telemetry = new TelemetryService(parts, projects);
  const history = new TelemetryHistory(telemetry, projects, parts.clock);
  const analyses = new AnalysisService(parts, { projects, telemetry });
  const objectives = new ObjectiveService(parts, { projects, telemetry });
  const served = analysisHandlers({
    analyses,
    starts: new AnalysisStarts(parts, { analyses, deepAnalyses: new DeepAnalyses(parts, projects) }),
    views: new AnalysisViews(parts.clock, { projects, history, loadTests: new LoadHistory(parts) }),
    advice: new AdviceService(parts.clock, { projects, telemetry, analyses }),
    openAlerts,
  });
  return { ...served, ...objectiveHandlers(objectives) };
}
