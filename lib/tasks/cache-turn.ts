import type { Parts } from '../platform/parts.ts';
import { Heartbeat } from './heartbeat.ts';
import { isOfCaches } from './lanes.ts';
import { isOver, type OpenTask } from './model.ts';
import { TaskStore } from './store.ts';
import type { TaskWorker } from './worker.ts';

type CacheTaskType = 'cache-warm' | 'cache-maintenance';

const budgetMs = 15_000;
const order = ['high', 'normal', 'low'] as const;

/** Carries out the tasks of caches, for a function that stands where they do and that no queue leads to. */
export class CacheTurn {
  readonly #parts: Pick<Parts, 'table' | 'clock' | 'log'>;
  readonly #tasks: TaskStore;
  readonly #worker: Pick<TaskWorker<CacheTaskType>, 'carryOut'>;

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'log'>, worker: Pick<TaskWorker<CacheTaskType>, 'carryOut'>) {
    this.#parts = parts;
    this.#tasks = new TaskStore(parts.table);
    this.#worker = worker;
  }

  /** Those that are due, as far as the time allows: of each priority in turn. @returns how many were worked on */
  async take(): Promise<number> {
    const { clock, log } = this.#parts;
    const until = clock() + budgetMs;
    let taken = 0;
    for (const { taskId } of inTurns(await this.#due())) {
      if (clock() >= until) break;
      if (!(await this.#isReady(taskId))) continue;
      try {
        await this.#worker.carryOut(taskId);
        taken += 1;
      } catch (error) {
        log.warn('A task of a cache could not be carried out now', { taskId, error });
      }
    }
    return taken;
  }

  async #due(): Promise<OpenTask[]> {
    const due: OpenTask[] = [];
    for await (const { value } of this.#tasks.open()) {
      if (isOfCaches(value.type) && value.dueMs <= this.#parts.clock()) due.push(value);
    }
    return due.sort((a, b) => (a.taskId < b.taskId ? -1 : 1));
  }

  async #isReady(taskId: string): Promise<boolean> {
    const { clock } = this.#parts;
    const task = (await this.#tasks.find(taskId))?.value;
    if (task === undefined || isOver(task)) return false;
    if ((task.notBeforeMs ?? 0) > clock()) return false;
    return (task.leaseUntilMs ?? 0) <= clock() || new Heartbeat(this.#parts).isSilent(taskId);
  }
}

/** The first of each priority, then the second of each: none waits until there is nothing of another. */
function inTurns(tasks: readonly OpenTask[]): OpenTask[] {
  const lanes = order.map((priority) => tasks.filter((task) => task.priority === priority));
  const longest = Math.max(...lanes.map(({ length }) => length));
  return Array.from({ length: longest }, (_, turn) => lanes.flatMap((lane) => lane.slice(turn, turn + 1))).flat();
}
