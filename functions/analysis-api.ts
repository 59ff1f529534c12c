import { analysisHandlers } from '../lib/analysis/handlers.ts';
import { objectiveHandlers } from '../lib/analysis/objectives/handlers.ts';
import { ObjectiveService } from '../lib/analysis/objectives/service.ts';
import { AnalysisService } from '../lib/analysis/service.ts';
import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';
import { ProjectService } from '../lib/projects/service.ts';
import { TelemetryService } from '../lib/telemetry/service.ts';

const parts = createParts('analysis-api');
const projects = new ProjectService(parts);
const telemetry = new TelemetryService(parts, projects);
const analyses = new AnalysisService(parts, { projects, telemetry });
const objectives = new ObjectiveService(parts, { projects, telemetry });

export const handler = httpDoor('analysis-api', parts, {
  ...analysisHandlers(analyses),
  ...objectiveHandlers(objectives),
});
