import type { CacheUpkeepWork } from '../contracts/cache.ts';
import type { Parts } from '../platform/parts.ts';
import type { Stored } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import { type StoredUpkeep, upkeepItem } from './model.ts';

export type UpkeepFigures = StoredUpkeep['figures'];
export type UpkeepOrder = Pick<StoredUpkeep, 'namespace' | 'work' | 'topKeys' | 'dueMs'>;

/**
 * Work on namespaces, as it is asked for by functions that do not stand where the caches are and that nothing there listens to: it is kept
 * as an item, which the function that keeps caches in order looks for each minute.
 */
export class UpkeepService {
  readonly #table: Parts['table'];

  constructor({ table }: Pick<Parts, 'table'>) {
    this.#table = table;
  }

  /** Asking once more for the same time, or for an earlier one, comes to the same. */
  async ask({ namespace, work, topKeys, dueMs }: UpkeepOrder): Promise<void> {
    const order: StoredUpkeep = { namespace, work, dueMs, figures: {}, ...(topKeys === undefined ? {} : { topKeys }) };
    for (;;) {
      const found = await this.#read(namespace, work);
      if (found !== undefined && found.value.dueMs >= dueMs) return;
      const written =
        found === undefined
          ? await this.#table.create(upkeepItem, keys.cacheUpkeep(namespace, work), order)
          : await this.#table.replace(found, order);
      if (written !== undefined) return;
      // Somebody has asked, or was at it, meanwhile: the next look tells.
    }
  }

  /** @returns what it came to; undefined while it was not done for this time, or a later one */
  async done(namespace: string, work: CacheUpkeepWork, dueMs: number): Promise<UpkeepFigures | undefined> {
    const found = (await this.#read(namespace, work))?.value;
    return found !== undefined && found.dueMs >= dueMs && found.doneMs !== undefined ? found.figures : undefined;
  }

  /** What was asked for this time, and is not done, is not to be done any more. */
  async withdraw({ namespace, work, dueMs }: UpkeepOrder): Promise<void> {
    for (;;) {
      const found = await this.#read(namespace, work);
      if (found === undefined || found.value.dueMs !== dueMs || found.value.doneMs !== undefined) return;
      if (await this.#table.deleteAsRead(found)) return;
    }
  }

  #read(namespace: string, work: CacheUpkeepWork): Promise<Stored<StoredUpkeep> | undefined> {
    return this.#table.get(upkeepItem, keys.cacheUpkeep(namespace, work));
  }
}
