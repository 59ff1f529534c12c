import { z } from 'zod';
import type { TaskPriority, TaskType } from '../contracts/tasks.ts';
import type { Parts } from '../platform/parts.ts';
import type { ItemType, Stored } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import { workersOf } from './lanes.ts';

/**
 * How many tasks of a type are carried out at once, of each priority: fewer than there are workers, so that no type keeps all of
 * them, and counted by priority, so that none keeps another from its turn.
 */
const placesOf: Record<TaskType, number> = {
  analysis: 6,
  'cache-warm': 1,
  'cache-maintenance': 1,
  report: 4,
  // It brings load; a project's quota bounds how much.
  comparison: 2,
  export: 4,
  webhook: 8,
};

/** Where there are few workers, one of them at least is for other types. */
export const mostOf = (type: TaskType, priority: TaskPriority): number =>
  Math.min(placesOf[type], workersOf(priority) - 1);

const places = z.object({
  priority: z.enum(['high', 'normal', 'low']),
  holders: z.array(z.object({ taskId: z.string(), untilMs: z.number() })),
});
type Places = z.output<typeof places>;
const placesItem: ItemType<Places> = { name: 'TaskPlaces', version: 1, schema: places };

const tries = 8;

/** The places in which tasks are carried out. One whose worker died is free again when its time is over. */
export class TaskPlaces {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;

  constructor(parts: Pick<Parts, 'table' | 'clock'>) {
    this.#parts = parts;
  }

  /** Who has a place already keeps it. @param untilMs epoch milliseconds @returns false: all are taken */
  async take(task: { taskId: string; type: TaskType; priority: TaskPriority }, untilMs: number): Promise<boolean> {
    const { taskId, type, priority } = task;
    return this.#change(task, (holders) => {
      const others = holders.filter((holder) => holder.taskId !== taskId);
      return others.length < mostOf(type, priority) ? [...others, { taskId, untilMs }] : undefined;
    });
  }

  async leave(task: { taskId: string; type: TaskType; priority: TaskPriority }): Promise<void> {
    await this.#change(task, (holders) => {
      const others = holders.filter(({ taskId }) => taskId !== task.taskId);
      return others.length === holders.length ? undefined : others;
    });
  }

  /** How many tasks of each priority have a place. */
  async taken(): Promise<Record<TaskPriority, number>> {
    const counts = { high: 0, normal: 0, low: 0 };
    for await (const { value } of this.#parts.table.all(placesItem, keys.allTaskPlaces())) {
      counts[value.priority] += this.#live(value).length;
    }
    return counts;
  }

  #live = ({ holders }: Places): Places['holders'] => holders.filter(({ untilMs }) => untilMs > this.#parts.clock());

  /** @param changed undefined: nothing is to be written @returns whether something was */
  async #change(
    { type, priority }: { type: TaskType; priority: TaskPriority },
    changed: (holders: Places['holders']) => Places['holders'] | undefined,
  ): Promise<boolean> {
    const { table } = this.#parts;
    const key = keys.taskPlaces(type, priority);
    for (let attempt = 0; attempt < tries; attempt++) {
      const found: Stored<Places> | undefined = await table.get(placesItem, key);
      const holders = changed(found === undefined ? [] : this.#live(found.value));
      if (holders === undefined) return false;
      const value = { priority, holders };
      const written =
        found === undefined ? await table.create(placesItem, key, value) : await table.replace(found, value);
      if (written !== undefined) return true;
    }
    // Others change it without end: whoever asks comes again, and what is not given back lapses.
    return false;
  }
}
