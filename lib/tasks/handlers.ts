import { projectsOfTask } from '../contracts/tasks.ts';
import { type Caller, mayUseProject, requireProject, requireUnbound } from '../platform/http/authenticate.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { DeadLetterBox } from './dead-letters/box.ts';
import type { TaskOutputs } from './outputs.ts';
import type { TaskService } from './service.ts';
import type { TasksOverview } from './status.ts';

interface Services {
  tasks: TaskService;
  outputs: TaskOutputs;
  overview: TasksOverview;
  deadLetters: DeadLetterBox;
}

export function taskHandlers({ tasks, outputs, overview, deadLetters }: Services): Handlers<'tasks-api'> {
  /** Of what touches several projects, all must be the caller's. */
  const requireAll = (caller: Caller, projects: readonly string[]): void => {
    for (const project of projects) requireProject(caller, project);
  };
  const requireTask = async (caller: Caller, taskId: string): Promise<readonly string[]> => {
    const projects = await tasks.projectsOf(taskId);
    requireAll(caller, projects);
    return projects;
  };

  return {
    startTask: async ({ body, caller, idempotencyKey }) => {
      requireAll(caller, projectsOfTask(body));
      const started = await tasks.start(body, idempotencyKey);
      return { status: 202, body: started, headers: { location: `/v1/tasks/${started.taskId}` } };
    },
    listTasks: async ({ query, caller }) => {
      if (query.project !== undefined) requireProject(caller, query.project);
      const isVisible = (projects: readonly string[]) => projects.every((project) => mayUseProject(caller, project));
      return { status: 200, body: await tasks.list(query, isVisible) };
    },
    getTasksStatus: async ({ caller }) => {
      requireUnbound(caller);
      return { status: 200, body: await overview.status() };
    },
    getTask: async ({ params: { taskId }, caller }) => {
      await requireTask(caller, taskId);
      return { status: 200, body: await tasks.get(taskId) };
    },
    getTaskOutput: async ({ params: { taskId }, caller }) => {
      await requireTask(caller, taskId);
      const { contentType, text } = await outputs.get(taskId);
      return { status: 200, contentType, body: Buffer.from(text) };
    },
    cancelTask: async ({ params: { taskId }, caller }) => {
      const concerns = await requireTask(caller, taskId);
      return { status: 200, body: await tasks.cancel(taskId), concerns };
    },
    // Messages may be of any project.
    listDeadLetters: async ({ query, caller }) => {
      requireUnbound(caller);
      return { status: 200, body: await deadLetters.list(query) };
    },
    redriveDeadLetters: async ({ body, caller }) => {
      requireUnbound(caller);
      return { status: 200, body: await deadLetters.redrive(body) };
    },
    discardDeadLetters: async ({ body, caller }) => {
      requireUnbound(caller);
      return { status: 200, body: await deadLetters.discard(body) };
    },
    retryTask: async ({ params: { taskId }, caller }) => {
      const concerns = await requireTask(caller, taskId);
      return { status: 202, body: await tasks.retry(taskId), headers: { location: `/v1/tasks/${taskId}` }, concerns };
    },
  };
}
