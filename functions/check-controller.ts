import { AlertService } from '../lib/alerts/service.ts';
import { ObjectiveService } from '../lib/analysis/objectives/service.ts';
import { AnalysisService } from '../lib/analysis/service.ts';
import { CheckController } from '../lib/checks/controller.ts';
import { accountConcurrency } from '../lib/load/account-concurrency.ts';
import { LoadService } from '../lib/load/service.ts';
import { createLambdaClient } from '../lib/platform/lambda-client.ts';
import { createParts } from '../lib/platform/parts.ts';
import { queueDoor } from '../lib/platform/queue/door.ts';
import { ProjectService } from '../lib/projects/service.ts';
import { TelemetryService } from '../lib/telemetry/service.ts';

const parts = createParts('check-controller');
const projects = new ProjectService(parts);
const telemetry = new TelemetryService(parts, projects);
const controller = new CheckController(parts, {
  loadTests: new LoadService(parts, projects, accountConcurrency(createLambdaClient(), parts)),
  telemetry,
  analysis: new AnalysisService(parts, { projects, telemetry }),
  alerts: new AlertService(parts),
  objectives: new ObjectiveService(parts, { projects, telemetry }),
});

export const handler = queueDoor('checks', parts, (message) => controller.advance(message), {
  giveUp: (message) => controller.giveUp(message),
});
