import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';
import { projectHandlers } from '../lib/projects/handlers.ts';
import { ProjectService } from '../lib/projects/service.ts';

const parts = createParts('projects-api');

export const handler = httpDoor('projects-api', parts, projectHandlers(new ProjectService(parts)));
