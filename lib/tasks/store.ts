import { createHash } from 'node:crypto';
import type { Page, PageQuery } from '../contracts/page.ts';
import type { HistoryTable, WriteOptions } from '../platform/table/history-table.ts';
import type { Stored } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import { mergedPage } from '../platform/table/merged-page.ts';
import { type OpenTask, openTaskItem, type StoredTask, taskItem } from './model.ts';

/** Never changed: in which one a task stands follows from it. */
const taskShards = 8;
const shards = Array.from({ length: taskShards }, (_, shard) => shard);
/** Of the newest about an eighth stands in each shard. Of twice as many, a page is seldom short. */
const readAhead = 2;

const shardOf = (taskId: string): number => createHash('sha256').update(taskId).digest().readUInt32BE() % taskShards;

/** Tasks, and which of them are open, in the shards that they are divided among. Where tasks stand is known here alone. */
export class TaskStore {
  readonly #table: HistoryTable;

  constructor(table: HistoryTable) {
    this.#table = table;
  }

  async find(taskId: string): Promise<Stored<StoredTask> | undefined> {
    const [own, first] = [keys.task(shardOf(taskId), taskId), keys.task(0, taskId)];
    // In the first one are all that were given before tasks were divided.
    return (
      (await this.#table.get(taskItem, own)) ?? (own.pk === first.pk ? undefined : this.#table.get(taskItem, first))
    );
  }

  async create(task: StoredTask, options: WriteOptions): Promise<void> {
    await this.#table.create(taskItem, keys.task(shardOf(task.taskId), task.taskId), task, options);
  }

  /** The newest first. */
  async page({ limit, cursor }: PageQuery): Promise<Page<StoredTask>> {
    const query = { limit: Math.ceil((limit * readAhead) / taskShards), cursor };
    const pages = await Promise.all(
      shards.map((shard) => this.#table.page(taskItem, keys.tasks(shard), query, 'descending')),
    );
    const { prefix } = keys.tasks(0);
    return mergedPage(pages, { limit, prefix }, ({ taskId }) => keys.task(0, taskId).sk);
  }

  async enter(open: OpenTask): Promise<void> {
    await this.#table.create(openTaskItem, keys.openTask(shardOf(open.taskId), open.taskId), open);
  }

  /** One that stands elsewhere, as from before they were divided, goes when somebody looks after it. */
  async leave(taskId: string): Promise<void> {
    await this.#table.delete(keys.openTask(shardOf(taskId), taskId));
  }

  /** In no order. @param first the shard to begin with: who has no time for all begins elsewhere each time */
  async *open(first = 0): AsyncGenerator<Stored<OpenTask>> {
    for (const shard of shards) yield* this.#table.all(openTaskItem, keys.openTasks((first + shard) % taskShards));
  }
}
