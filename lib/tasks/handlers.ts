import { requireProject } from '../platform/http/authenticate.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { TaskService } from './service.ts';

export const taskHandlers = (tasks: TaskService): Handlers<'tasks-api'> => ({
  startTask: async ({ body, caller, idempotencyKey }) => {
    requireProject(caller, body.payload.project);
    const started = await tasks.start(body, idempotencyKey);
    return { status: 202, body: started, headers: { location: `/v1/tasks/${started.taskId}` } };
  },
  getTask: async ({ params, caller }) => {
    const task = await tasks.get(params.taskId);
    requireProject(caller, task.project);
    return { status: 200, body: task };
  },
});
