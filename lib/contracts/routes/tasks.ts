import { z } from 'zod';
import { identifier } from '../names.ts';
import { pageOf } from '../page.ts';
import { accepted, ok, type Route } from '../route.ts';
import { exportedRow, task, taskAccepted, taskQuery, taskRequest, taskStanding, tasksStatus } from '../tasks.ts';

const ofTask = z.object({ taskId: identifier });

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
    problems: ['not-found', 'conflict', 'payload-too-large', 'target-not-allowed'],
  },
  listTasks: {
    method: 'GET',
    path: '/v1/tasks',
    summary: 'List tasks, the newest first',
    tag: 'Tasks',
    scope: 'read',
    function: 'tasks-api',
    query: taskQuery,
    answers: ok(pageOf(task)),
    problems: [],
  },
  getTasksStatus: {
    method: 'GET',
    path: '/v1/tasks/status',
    summary: 'How many tasks wait and run, how long the oldest waits, and how many succeed',
    tag: 'Tasks',
    scope: 'read',
    function: 'tasks-api',
    answers: ok(tasksStatus),
    problems: [],
  },
  getTask: {
    method: 'GET',
    path: '/v1/tasks/{taskId}',
    summary: 'Show a task',
    tag: 'Tasks',
    scope: 'read',
    function: 'tasks-api',
    params: ofTask,
    answers: ok(task),
    problems: ['not-found'],
  },
  getTaskOutput: {
    method: 'GET',
    path: '/v1/tasks/{taskId}/output',
    summary: 'What an export came to, as CSV or JSON',
    tag: 'Tasks',
    scope: 'read',
    function: 'tasks-api',
    params: ofTask,
    answers: {
      200: {
        description: 'In the format that was asked for',
        encodings: { 'text/csv': 'bytes', 'application/json': z.array(exportedRow) },
      },
    },
    problems: ['not-found', 'conflict'],
  },
  cancelTask: {
    method: 'POST',
    path: '/v1/tasks/{taskId}/cancel',
    summary: 'Cancel a task that is not over',
    tag: 'Tasks',
    scope: 'operate',
    function: 'tasks-api',
    params: ofTask,
    answers: ok(taskStanding),
    problems: ['not-found', 'conflict'],
  },
  retryTask: {
    method: 'POST',
    path: '/v1/tasks/{taskId}/retry',
    summary: 'Carry out once more a task that failed, or was cancelled',
    tag: 'Tasks',
    scope: 'operate',
    function: 'tasks-api',
    params: ofTask,
    answers: accepted(taskAccepted),
    problems: ['not-found', 'conflict'],
  },
} as const satisfies Record<string, Route>;
