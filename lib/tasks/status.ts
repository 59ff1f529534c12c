import { type TasksStatus, taskPriority } from '../contracts/tasks.ts';
import { isoTime } from '../platform/clock.ts';
import type { Parts } from '../platform/parts.ts';
import { workersOf } from './lanes.ts';
import { OpenTasks } from './open-tasks.ts';
import { TaskPlaces } from './places.ts';
import { TaskStore } from './store.ts';

const newest = 200;

/** How it stands with the tasks of the whole deployment. */
export class TasksOverview {
  readonly #clock: Parts['clock'];
  readonly #tasks: TaskStore;
  readonly #open: OpenTasks;
  readonly #places: TaskPlaces;

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'send' | 'log'>) {
    this.#clock = parts.clock;
    this.#tasks = new TaskStore(parts.table);
    this.#open = new OpenTasks(parts);
    this.#places = new TaskPlaces(parts);
  }

  async status(): Promise<TasksStatus> {
    const now = this.#clock();
    const [open, taken, ended] = await Promise.all([this.#open.counted(), this.#places.taken(), this.#ended()]);
    const { completed, failed } = ended;
    return {
      timestamp: isoTime(now),
      priorities: taskPriority.options.map((priority) => {
        const { due, scheduled, oldestDueMs } = open[priority];
        const running = taken[priority];
        return {
          priority,
          depth: Math.max(0, due - running),
          scheduled,
          running,
          workers: workersOf(priority),
          ...(oldestDueMs === undefined ? {} : { oldestAgeSeconds: Math.round((now - oldestDueMs) / 1000) }),
        };
      }),
      ended,
      ...(completed + failed === 0 ? {} : { successRatePercent: (100 * completed) / (completed + failed) }),
    };
  }

  async #ended(): Promise<TasksStatus['ended']> {
    const counts = { completed: 0, failed: 0, cancelled: 0 };
    for (let cursor: string | undefined, left = newest; left > 0; ) {
      const page = await this.#tasks.page({ limit: left, cursor });
      for (const { status } of page.items) if (status in counts) counts[status as keyof typeof counts] += 1;
      if (page.nextCursor === undefined) break;
      left -= Math.max(1, page.items.length);
      cursor = page.nextCursor;
    }
    return counts;
  }
}
