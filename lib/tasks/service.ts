import type { Task, TaskRequest } from '../contracts/tasks.ts';
import { isoTime } from '../platform/clock.ts';
import { notFound } from '../platform/errors.ts';
import { workId } from '../platform/idempotency.ts';
import { derivedId } from '../platform/ids.ts';
import type { Parts } from '../platform/parts.ts';
import { keys } from '../platform/table/keys.ts';
import type { ProjectService } from '../projects/service.ts';
import { retentionMs, type StoredTask, taskItem } from './model.ts';

type TaskParts = Pick<Parts, 'table' | 'clock' | 'ids'>;

/** Background tasks: taken, and shown. */
export class TaskService {
  readonly #parts: TaskParts;
  readonly #projects: ProjectService;

  constructor(parts: TaskParts, projects: ProjectService) {
    this.#parts = parts;
    this.#projects = projects;
  }

  /** Stores the task together with the message that has it carried out: now, or by the tick when its time comes. */
  async start(request: TaskRequest, idempotencyKey: string | undefined): Promise<{ taskId: string; status: 'queued' }> {
    const { table, clock } = this.#parts;
    const { project } = request.payload;
    await this.#projects.require(project);
    const taskId = await workId(this.#parts, { scope: `task#${project}`, idempotencyKey, request });
    const now = clock();
    const task: StoredTask = {
      taskId,
      project,
      request,
      productId: derivedId(now, `task ${taskId}`),
      status: 'queued',
      attempts: 0,
      createdAt: isoTime(now),
    };
    const due = request.runAt === undefined ? undefined : Date.parse(request.runAt);
    await table.create(taskItem, keys.task(taskId), task, {
      pending: [{ queue: 'tasks', body: { type: 'task.run', taskId } }],
      ...(due === undefined || due <= now ? {} : { pendingDue: due }),
      expiresAt: Math.max(now, due ?? now) + retentionMs,
    });
    return { taskId, status: 'queued' };
  }

  /** @throws DomainError not-found */
  async get(taskId: string): Promise<Task> {
    const found = await this.#parts.table.get(taskItem, keys.task(taskId));
    if (found === undefined) throw notFound(`The task ${taskId}`);
    const { request, productId: _, leaseUntilMs: __, ...shown } = found.value;
    const { type, maxAttempts, runAt } = request;
    return { ...shown, type, maxAttempts, ...(runAt === undefined ? {} : { runAt }) };
  }
}
