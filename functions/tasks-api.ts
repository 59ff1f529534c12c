import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';
import { ProjectService } from '../lib/projects/service.ts';
import { taskHandlers } from '../lib/tasks/handlers.ts';
import { TaskService } from '../lib/tasks/service.ts';

const parts = createParts('tasks-api');

export const handler = httpDoor('tasks-api', parts, taskHandlers(new TaskService(parts, new ProjectService(parts))));
