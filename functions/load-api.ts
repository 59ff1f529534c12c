import { loadHandlers } from '../lib/load/handlers.ts';
import { reportHandlers } from '../lib/load/report/handlers.ts';
import { LoadService } from '../lib/load/service.ts';
import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';
import { ProjectService } from '../lib/projects/service.ts';

const parts = createParts('load-api');

const loadTests = new LoadService(parts, new ProjectService(parts));

export const handler = httpDoor('load-api', parts, {
  ...loadHandlers(loadTests),
  ...reportHandlers((project, testId) => loadTests.get(project, testId)),
});
