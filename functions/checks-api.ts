import { AnalysisService } from '../lib/analysis/service.ts';
import { checkHandlers } from '../lib/checks/handlers.ts';
import { CheckService } from '../lib/checks/service.ts';
import { accountConcurrency } from '../lib/load/account-concurrency.ts';
import { LoadService } from '../lib/load/service.ts';
import { httpDoor } from '../lib/platform/http/door.ts';
import { createLambdaClient } from '../lib/platform/lambda-client.ts';
import { createParts } from '../lib/platform/parts.ts';
import { ProjectService } from '../lib/projects/service.ts';
import { TelemetryService } from '../lib/telemetry/service.ts';

const parts = createParts('checks-api');
const projects = new ProjectService(parts);
const loadTests = new LoadService(parts, projects, accountConcurrency(createLambdaClient(), parts));
const analysis = new AnalysisService(parts, { projects, telemetry: new TelemetryService(parts, projects) });

export const handler = httpDoor(
  'checks-api',
  parts,
  checkHandlers(new CheckService(parts, { projects, loadTests, analysis })),
);
