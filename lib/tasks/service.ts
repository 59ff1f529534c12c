import type { Page } from '../contracts/page.ts';
import { projectsOfTask, type Task, type TaskQuery, type TaskRequest, type TaskStatus } from '../contracts/tasks.ts';
import { isoTime } from '../platform/clock.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import { earlierWorkId, workId } from '../platform/idempotency.ts';
import { derivedId } from '../platform/ids.ts';
import type { Parts } from '../platform/parts.ts';
import { filteredPage } from '../platform/table/filtered-page.ts';
import type { Stored } from '../platform/table/item.ts';
import type { ProjectService } from '../projects/service.ts';
import { isOfCaches, runMessages } from './lanes.ts';
import { isOver, retentionMs, type StoredTask } from './model.ts';
import { TaskStore } from './store.ts';

type TaskParts = Pick<Parts, 'table' | 'clock' | 'ids'>;

/** Whether a webhook may go there. @throws DomainError target-not-allowed */
export type RequireReceiver = (url: string) => Promise<void>;

/** An item takes 400 KB. */
const maxRequestBytes = 300_000;
/** Workers and people rarely change a task at the same moment. */
const tries = 5;

/** Background tasks: taken, shown, cancelled, and had carried out once more. */
export class TaskService {
  readonly #parts: TaskParts;
  readonly #tasks: TaskStore;
  readonly #projects: Pick<ProjectService, 'require'>;
  readonly #requireReceiver: RequireReceiver;

  constructor(parts: TaskParts, projects: Pick<ProjectService, 'require'>, requireReceiver: RequireReceiver) {
    this.#parts = parts;
    this.#tasks = new TaskStore(parts.table);
    this.#requireReceiver = requireReceiver;
    this.#projects = projects;
  }

  /**
   * Stores the task together with the message that has it carried out: now, or by the tick when its time comes.
   * @throws DomainError not-found, conflict for a key of another request, payload-too-large, target-not-allowed
   */
  async start(request: TaskRequest, idempotencyKey: string | undefined): Promise<{ taskId: string; status: 'queued' }> {
    const { clock } = this.#parts;
    if (Buffer.byteLength(JSON.stringify(request)) > maxRequestBytes) {
      throw new DomainError('payload-too-large', `A task has at most ${maxRequestBytes} bytes.`);
    }
    const projects = projectsOfTask(request);
    const [project] = projects;
    const work = { scope: `task#${project}`, idempotencyKey, request };
    const known = await earlierWorkId(this.#parts, work);
    if (known && (await this.#tasks.find(known))) return { taskId: known, status: 'queued' };
    // Caches may belong to what is not registered.
    if (!isOfCaches(request.type)) for (const each of projects) await this.#projects.require(each);
    if (request.type === 'webhook') await this.#requireReceiver(request.payload.url);
    const taskId = known ?? (await workId(this.#parts, work));
    const now = clock();
    const task: StoredTask = {
      taskId,
      project,
      request,
      productId: derivedId(now, `task ${taskId}`),
      status: 'queued',
      attempts: 0,
      retries: 0,
      createdAt: isoTime(now),
    };
    const due = Math.max(now, request.runAt === undefined ? now : Date.parse(request.runAt));
    await this.#enter(task, due);
    await this.#tasks.create(task, {
      pending: runMessages({ ...request, taskId }),
      ...(due === now ? {} : { pendingDue: due }),
      expiresAt: due + retentionMs,
    });
    return { taskId, status: 'queued' };
  }

  /** @throws DomainError not-found */
  async get(taskId: string): Promise<Task> {
    return shown((await this.#require(taskId)).value);
  }

  /** The newest first. @param isVisible whether the caller may see tasks of these projects */
  async list(query: TaskQuery, isVisible: (projects: readonly string[]) => boolean): Promise<Page<Task>> {
    const page = await filteredPage(
      (limit, cursor) => this.#tasks.page({ limit, cursor }),
      query,
      (task) => fits(task, query) && isVisible(projectsOfTask(task.request)),
    );
    return { ...page, items: page.items.map(shown) };
  }

  /** The projects that a task touches. @throws DomainError not-found */
  async projectsOf(taskId: string): Promise<readonly string[]> {
    return projectsOfTask((await this.#require(taskId)).value.request);
  }

  /**
   * One that runs is over at once for those who look; its worker notices when it is done, and what it came to is dropped.
   * @throws DomainError not-found; conflict when it is over already
   */
  async cancel(taskId: string): Promise<{ taskId: string; status: TaskStatus }> {
    const { table, clock } = this.#parts;
    await this.#change(taskId, async (found) => {
      const { status, leaseUntilMs: _, notBeforeMs: __, waits: ___, ...task } = found.value;
      if (status === 'cancelled') return found;
      if (isOver(found.value)) throw new DomainError('conflict', `The task ${taskId} is over: it ${status}.`);
      // What it began may have to be ended too, which is its worker's to do.
      const pending = status === 'running' ? runMessages({ ...task.request, taskId }) : [];
      return table.replace(found, { ...task, status: 'cancelled', endedAt: isoTime(clock()) }, { pending });
    });
    await this.#tasks.leave(taskId);
    return { taskId, status: 'cancelled' };
  }

  /**
   * All its attempts anew, and what it makes is another thing than before.
   * @throws DomainError not-found; conflict when it did not fail, and was not cancelled
   */
  async retry(taskId: string): Promise<{ taskId: string; status: 'queued' }> {
    const { table, clock } = this.#parts;
    await this.#change(taskId, async (found) => {
      const { taskId: id, project, request, createdAt, status } = found.value;
      if (status !== 'failed' && status !== 'cancelled') {
        throw new DomainError(
          'conflict',
          `The task ${taskId} is ${status}: only what failed or was cancelled is retried.`,
        );
      }
      const now = clock();
      const retries = found.value.retries + 1;
      const productId = derivedId(now, `task ${taskId} retry ${retries}`);
      const task: StoredTask = {
        taskId: id,
        project,
        request,
        productId,
        status: 'queued',
        attempts: 0,
        retries,
        createdAt,
      };
      await this.#enter(task, now);
      const pending = runMessages({ ...request, taskId });
      return table.replace(found, task, { pending, expiresAt: now + retentionMs });
    });
    return { taskId, status: 'queued' };
  }

  async #enter({ taskId, project, request: { type, priority } }: StoredTask, dueMs: number): Promise<void> {
    await this.#tasks.enter({ taskId, project, type, priority, createdMs: this.#parts.clock(), dueMs });
  }

  async #require(taskId: string): Promise<Stored<StoredTask>> {
    const found = await this.#tasks.find(taskId);
    if (found === undefined) throw notFound(`The task ${taskId}`);
    return found;
  }

  async #change(
    taskId: string,
    change: (found: Stored<StoredTask>) => Promise<Stored<StoredTask> | undefined>,
  ): Promise<void> {
    for (let attempt = 0; attempt < tries; attempt++) {
      if ((await change(await this.#require(taskId))) !== undefined) return;
    }
    throw new DomainError('unavailable', `The task ${taskId} is being changed by others.`, { retryAfterSeconds: 1 });
  }
}

const fits = (task: StoredTask, { project, status, type, priority }: TaskQuery): boolean =>
  (project === undefined || projectsOfTask(task.request).includes(project)) &&
  (status === undefined || task.status === status) &&
  (type === undefined || task.request.type === type) &&
  (priority === undefined || task.request.priority === priority);

/** What it was given is not shown: it may hold secrets. */
function shown({
  request,
  productId: _,
  leaseUntilMs: __,
  retries: ___,
  waits: ____,
  notBeforeMs,
  ...task
}: StoredTask): Task {
  const { type, priority, maxAttempts, runAt } = request;
  return {
    ...task,
    type,
    priority,
    maxAttempts,
    ...(runAt === undefined ? {} : { runAt }),
    ...(notBeforeMs === undefined ? {} : { notBefore: isoTime(notBeforeMs) }),
  };
}
