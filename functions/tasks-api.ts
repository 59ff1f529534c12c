import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';
import { tasksApi } from '../lib/tasks/api.ts';

const parts = createParts('tasks-api');

export const handler = httpDoor('tasks-api', parts, tasksApi(parts));
