import { accountConcurrency } from '../lib/load/account-concurrency.ts';
import { ComparisonService } from '../lib/load/comparisons/service.ts';
import { loadHandlers } from '../lib/load/handlers.ts';
import { importHandlers } from '../lib/load/imports/handlers.ts';
import { ImportService } from '../lib/load/imports/service.ts';
import { reportHandlers } from '../lib/load/report/handlers.ts';
import { LoadService } from '../lib/load/service.ts';
import { httpDoor } from '../lib/platform/http/door.ts';
import { createLambdaClient } from '../lib/platform/lambda-client.ts';
import { createParts } from '../lib/platform/parts.ts';
import { ProjectService } from '../lib/projects/service.ts';

const parts = createParts('load-api');
const projects = new ProjectService(parts);
const concurrency = accountConcurrency(createLambdaClient(), parts);
const loadTests = new LoadService(parts, projects, concurrency);

export const handler = httpDoor('load-api', parts, {
  ...loadHandlers({ loadTests, comparisons: new ComparisonService(parts, projects, concurrency) }),
  ...reportHandlers((project, testId) => loadTests.get(project, testId)),
  ...importHandlers(new ImportService(projects)),
});
