import type { TaskPriority } from '../contracts/tasks.ts';
import type { Parts } from '../platform/parts.ts';
import type { Stored } from '../platform/table/item.ts';
import { Heartbeat } from './heartbeat.ts';
import { isOfCaches, runMessages } from './lanes.ts';
import { isOver, type OpenTask } from './model.ts';
import { TaskStore } from './store.ts';

/** No function that takes tasks runs longer: an entry whose task is not there after this has none. */
const writesWithinMs = 2 * 60_000;
/** What is due for so long waits in a queue that is far behind, or its message is lost. To ask again costs a message. */
const wakeAfterMs = 60 * 60_000;
/** What was given to another worker is not given to a third before that one could begin. */
const beginWithinMs = 2 * 60_000;
const budgetMs = 15_000;
const minuteMs = 60_000;

/** Looks after tasks that nobody seems to be at any more. */
export class OpenTasks {
  readonly #parts: Pick<Parts, 'table' | 'clock' | 'send' | 'log'>;
  readonly #tasks: TaskStore;
  readonly #heartbeat: Heartbeat;

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'send' | 'log'>) {
    this.#parts = parts;
    this.#tasks = new TaskStore(parts.table);
    this.#heartbeat = new Heartbeat(parts);
  }

  /** Sends on what waits for long, or whose worker is gone, and removes what is over. @returns how many of either */
  async lookAfter(): Promise<number> {
    const { clock, log } = this.#parts;
    const now = clock();
    let seen = 0;
    for await (const entry of this.#tasks.open(Math.floor(now / minuteMs))) {
      if (clock() - now > budgetMs) break;
      const { dueMs, wokenMs = 0, taskId } = entry.value;
      if (dueMs > now || wokenMs + beginWithinMs > now) continue;
      try {
        if (await this.#lookAt(entry, now)) seen += 1;
      } catch (error) {
        log.error('A task could not be looked after', { taskId, error });
      }
    }
    return seen;
  }

  async #lookAt(entry: Stored<OpenTask>, now: number): Promise<boolean> {
    const { table, send } = this.#parts;
    const { taskId, dueMs, createdMs, wokenMs = 0, type } = entry.value;
    const found = await this.#tasks.find(taskId);
    if (found === undefined && Math.max(dueMs, createdMs) + writesWithinMs > now) return false;
    if (found === undefined || isOver(found.value)) return table.deleteAsRead(entry);
    if (isOfCaches(type)) return false;
    const { leaseUntilMs, notBeforeMs = 0 } = found.value;
    const isAbandoned = leaseUntilMs !== undefined && (leaseUntilMs <= now || (await this.#heartbeat.isSilent(taskId)));
    const isLate = Math.max(dueMs, wokenMs, leaseUntilMs ?? 0, notBeforeMs) + wakeAfterMs <= now;
    if (!isAbandoned && !isLate) return false;
    await send(runMessages(entry.value));
    await table.replace(entry, { ...entry.value, wokenMs: now });
    return true;
  }

  /** How many there are that are due, and that are not yet, and since when the first of them is. */
  async counted(): Promise<Record<TaskPriority, { due: number; scheduled: number; oldestDueMs: number | undefined }>> {
    const now = this.#parts.clock();
    const none = () => ({ due: 0, scheduled: 0, oldestDueMs: undefined as number | undefined });
    const counts = { high: none(), normal: none(), low: none() };
    for await (const { value } of this.#tasks.open()) {
      const of = counts[value.priority];
      if (value.dueMs > now) of.scheduled += 1;
      else {
        of.due += 1;
        of.oldestDueMs = Math.min(of.oldestDueMs ?? value.dueMs, value.dueMs);
      }
    }
    return counts;
  }
}
