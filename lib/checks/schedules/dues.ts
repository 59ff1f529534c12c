import { createHash } from 'node:crypto';
import { isoTime } from '../../platform/clock.ts';
import type { HistoryTable } from '../../platform/table/history-table.ts';
import type { Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import { dueItem, type StoredDue } from './model.ts';

export const dueShards = 4;
const shardOf = (project: string): number => createHash('sha256').update(project).digest().readUInt32BE() % dueShards;

/** What is to run next, of every entry that is enabled: one item each, found in the order of time. */
export class Dues {
  readonly #table: HistoryTable;

  constructor(table: HistoryTable) {
    this.#table = table;
  }

  /** One that is there already stays as it is. */
  async put(due: StoredDue): Promise<void> {
    const { project, entryId, generation, atMs } = due;
    await this.#table.create(
      dueItem,
      keys.scheduleDue(shardOf(project), isoTime(atMs), project, entryId, generation),
      due,
    );
  }

  async *until(now: number): AsyncGenerator<Stored<StoredDue>> {
    for (let shard = 0; shard < dueShards; shard++) {
      for await (const due of this.#table.all(dueItem, keys.scheduleDues(shard))) {
        if (due.value.atMs > now) break;
        yield due;
      }
    }
  }

  /** @returns undefined when somebody else has changed it */
  claim(due: Stored<StoredDue>, value: StoredDue): Promise<Stored<StoredDue> | undefined> {
    return this.#table.replace(due, value);
  }

  async remove({ key }: Stored<StoredDue>): Promise<void> {
    await this.#table.delete(key);
  }
}
