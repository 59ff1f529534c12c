import type { TaskRequest, TaskType } from '../contracts/tasks.ts';
import { isoTime } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import type { Parts } from '../platform/parts.ts';
import { backoffSeconds } from '../platform/queue/backoff.ts';
import type { Stored } from '../platform/table/item.ts';
import { Heartbeat } from './heartbeat.ts';
import { runMessages } from './lanes.ts';
import { isOver, leaseMs, type StoredTask } from './model.ts';
import { TaskPlaces } from './places.ts';
import type { AttemptOf, TaskOutcome, TaskRunners } from './runner.ts';
import { TaskStore } from './store.ts';

export type WorkerParts = Pick<Parts, 'table' | 'clock' | 'log' | 'random' | 'send'>;

/** What waits for something that never ends is given up: longer than any comparison may take. */
const longestMs = 24 * 60 * 60_000;
/** For a place: long enough that nobody asks all the time, short enough that one that is free is not free for long. */
const placeSeconds = { least: 1, most: 4 };
/** What waits keeps its place until it is looked at again, which may be late. */
const lateMs = 60_000;

/** Carries out each task once, however often its message comes. */
export class TaskWorker<Types extends TaskType> {
  readonly #parts: WorkerParts;
  readonly #tasks: TaskStore;
  readonly #runners: TaskRunners<Types>;
  readonly #places: TaskPlaces;
  readonly #heartbeat: Heartbeat;

  constructor(parts: WorkerParts, runners: TaskRunners<Types>, heartbeat = new Heartbeat(parts)) {
    this.#parts = parts;
    this.#tasks = new TaskStore(parts.table);
    this.#heartbeat = heartbeat;
    this.#runners = runners;
    this.#places = new TaskPlaces(parts);
  }

  /** @throws when its message is to come again: the queue's backoff decides when */
  async carryOut(taskId: string): Promise<void> {
    const { table, clock } = this.#parts;
    const found = await this.#tasks.find(taskId);
    if (found === undefined) return;
    const task = found.value;
    if (isOver(task)) return this.#afterEnd(task);
    if (await this.#isHeld(task)) throw new Error('Another worker is at this task');
    if (!task.waits && task.attempts >= task.request.maxAttempts) {
      // It is queued or running, so its last worker did not live to say how it ended.
      const error = 'The task ended its workers before they could finish it.';
      await this.#end(found, { status: 'failed', error });
      return;
    }
    const until = clock() + leaseMs;
    if (!(await this.#places.take(placeOf(task), until))) return this.#putOff(task);
    // Before the task is taken: who takes it and dies at once was heard of.
    await this.#heartbeat.beat(taskId);
    const running = await table.replace(found, begun(task, until, isoTime(clock())));
    if (running === undefined) throw new Error('Another worker took this task at the same moment');
    const outcome = await this.#heartbeat.during(taskId, () => this.#attempted(running.value));
    await this.#settle(running, outcome);
  }

  /** For a message that could not be handled however often: the task must not look as if it went on. */
  async giveUp(taskId: string): Promise<void> {
    const found = await this.#tasks.find(taskId);
    if (found === undefined || isOver(found.value) || (await this.#isHeld(found.value))) return;
    await this.#end(found, { status: 'failed', error: 'It could not be carried out, however often it was tried.' });
  }

  /** By a worker that lives. */
  async #isHeld({ taskId, leaseUntilMs = 0 }: StoredTask): Promise<boolean> {
    return leaseUntilMs > this.#parts.clock() && !(await this.#heartbeat.isSilent(taskId));
  }

  async #attempted(task: StoredTask): Promise<TaskOutcome | { failure: unknown }> {
    try {
      return await this.#runnerOf(task).run(task.request, task);
    } catch (failure) {
      this.#parts.log.warn('A task failed', { taskId: task.taskId, attempts: task.attempts, error: failure });
      return { failure };
    }
  }

  async #settle(running: Stored<StoredTask>, outcome: TaskOutcome | { failure: unknown }): Promise<void> {
    const task = running.value;
    if ('failure' in outcome) return this.#failed(running, outcome.failure);
    const { result } = outcome;
    if (outcome.ended) return this.#end(running, { status: 'completed', result });
    const { clock } = this.#parts;
    if (clock() - Date.parse(task.startedAt ?? task.createdAt) > longestMs) {
      return this.#end(running, { status: 'failed', error: 'What it waited for was not over in time.', result });
    }
    const { waitSeconds, progressPercent } = outcome;
    await this.#places.take(placeOf(task), clock() + waitSeconds * 1000 + lateMs);
    const { leaseUntilMs: _, ...left } = task;
    const progress = progressPercent === undefined ? {} : { progressPercent };
    await this.#leave(running, { ...left, ...progress, result, waits: true }, waitSeconds);
  }

  async #failed(running: Stored<StoredTask>, failure: unknown): Promise<void> {
    const { clock, random } = this.#parts;
    const { leaseUntilMs: _, waits: __, ...task } = running.value;
    const error = failure instanceof DomainError ? failure.message : 'The task failed; the reason is in the log.';
    if (isFinal(failure, task)) return this.#end(running, { status: 'failed', error });
    const asked = failure instanceof DomainError ? (failure.retryAfterSeconds ?? 0) : 0;
    const delaySeconds = Math.min(900, Math.max(Math.ceil(asked), backoffSeconds(task.attempts, random())));
    const next: StoredTask = { ...task, status: 'queued', error, notBeforeMs: clock() + delaySeconds * 1000 };
    await this.#leave(running, next, delaySeconds);
    await this.#places.leave(placeOf(task));
  }

  /** Leaves it for later, with the message that brings it back. */
  async #leave(running: Stored<StoredTask>, task: StoredTask, delaySeconds: number): Promise<void> {
    const pending = runMessages(placeOf(task), delaySeconds);
    const written = await this.#parts.table.replace(running, task, { pending });
    if (written === undefined) await this.#overtaken(task);
  }

  async #end(running: Stored<StoredTask>, outcome: Pick<StoredTask, 'status' | 'result' | 'error'>): Promise<void> {
    const { table, clock } = this.#parts;
    const {
      leaseUntilMs: _,
      notBeforeMs: __,
      waits: ___,
      error: ____,
      progressPercent: _____,
      ...task
    } = running.value;
    const written = await table.replace(running, { ...task, ...outcome, endedAt: isoTime(clock()) });
    if (written === undefined) await this.#overtaken({ ...running.value, ...outcome });
    else await this.#afterEnd(written.value);
  }

  /** Somebody changed it while it was carried out: who cancelled it wants no result, and all else is looked at anew. */
  async #overtaken({ taskId, result }: StoredTask): Promise<void> {
    const found = await this.#tasks.find(taskId);
    if (found !== undefined && !isOver(found.value)) throw new Error('The task was changed while it was carried out');
    if (found !== undefined) await this.#afterEnd({ ...found.value, ...(result === undefined ? {} : { result }) });
  }

  async #afterEnd(task: StoredTask): Promise<void> {
    if (task.status === 'cancelled' && task.startedAt !== undefined) {
      await this.#runnerOf(task).cancel?.(task.request, task);
    }
    await this.#tasks.leave(task.taskId);
    await this.#places.leave(placeOf(task));
  }

  /** All places of its type are taken. It has not begun, so no attempt is counted. */
  async #putOff(task: StoredTask): Promise<void> {
    const { least, most } = placeSeconds;
    await this.#parts.send(runMessages(placeOf(task), least + Math.floor(this.#parts.random() * (most - least))));
  }

  /** Each type's runner takes requests of its type, which types cannot say of one that is looked up. */
  #runnerOf({ request }: StoredTask): AnyRunner {
    const runner = this.#runners[request.type as Types];
    if (runner === undefined) throw new Error(`Tasks of the type ${request.type} are not carried out here`);
    return runner as AnyRunner;
  }
}

interface AnyRunner {
  run: (request: TaskRequest, attempt: AttemptOf) => Promise<TaskOutcome>;
  cancel?: (request: TaskRequest, attempt: AttemptOf) => Promise<void>;
}

const placeOf = ({ taskId, request: { type, priority } }: StoredTask) => ({ taskId, type, priority });

function begun(task: StoredTask, leaseUntilMs: number, now: string): StoredTask {
  const { notBeforeMs: _, ...rest } = task;
  // To look again at what goes on by itself is the same attempt.
  const attempts = task.waits ? task.attempts : task.attempts + 1;
  return { ...rest, status: 'running', attempts, startedAt: task.startedAt ?? now, leaseUntilMs };
}

/** A domain error stays what it is however often one tries, unless a part was just down. */
const isFinal = (error: unknown, { attempts, request }: StoredTask): boolean =>
  attempts >= request.maxAttempts || (error instanceof DomainError && error.code !== 'unavailable');
