import { z } from 'zod';
import { identifier } from '../names.ts';
import { accepted, ok, type Route } from '../route.ts';
import { task, taskAccepted, taskRequest } from '../tasks.ts';

export const taskRoutes = {
  startTask: {
    method: 'POST',
    path: '/v1/tasks',
    summary: 'Give Headroom a task to carry out in the background',
    tag: 'Tasks',
    scope: 'operate',
    function: 'tasks-api',
    body: taskRequest,
    startsWork: true,
    answers: accepted(taskAccepted),
    problems: ['not-found', 'conflict'],
  },
  getTask: {
    method: 'GET',
    path: '/v1/tasks/{taskId}',
    summary: 'Show a task',
    tag: 'Tasks',
    scope: 'read',
    function: 'tasks-api',
    params: z.object({ taskId: identifier }),
    answers: ok(task),
    problems: ['not-found'],
  },
} as const satisfies Record<string, Route>;
