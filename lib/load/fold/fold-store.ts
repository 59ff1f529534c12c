import type { HistoryTable } from '../../platform/table/history-table.ts';
import { keys } from '../../platform/table/keys.ts';
import { type LargeStored, LargeValues } from '../../platform/table/large-values.ts';
import { intervalItem, retentionMs, type StoredRun, type StoredStep } from '../model.ts';
import { addInterval, emptyFold, type Fold } from './fold.ts';
import { foldItem, readFold, type StoredFold, storeFold } from './fold-item.ts';
import { readInterval } from './shard-interval.ts';

/** A fold as it was read, and what it takes to store the one that follows it. */
export interface HeldFold {
  fold: Fold;
  stored: LargeStored<StoredFold> | undefined;
}

/** The sums of a run: read once, added to, and stored in the state in which they were read. */
export class FoldStore {
  readonly #table: HistoryTable;
  readonly #folds: LargeValues<StoredFold>;

  constructor(table: HistoryTable) {
    this.#table = table;
    this.#folds = new LargeValues(table, foldItem);
  }

  async read(testId: string): Promise<HeldFold> {
    const stored = await this.#folds.get(keys.loadFold(testId));
    return { fold: stored === undefined ? emptyFold() : readFold(stored.value), stored };
  }

  /**
   * Adds the intervals of the present step that came since.
   * @param fromInterval none before it is missing
   * @returns how many there were
   */
  async addNew(fold: Fold, step: StoredStep, run: StoredRun, fromInterval: number): Promise<number> {
    let added = 0;
    const rows = this.#table.all(intervalItem, keys.loadIntervals(run.testId, step.index), {
      after: keys.beforeLoadInterval(step.index, fromInterval),
    });
    for await (const { value } of rows) if (addInterval(fold, readInterval(value), step, run)) added++;
    return added;
  }

  /** @returns undefined when another controller was quicker: its fold counts */
  async save({ fold, stored }: HeldFold, testId: string, now: number): Promise<HeldFold | undefined> {
    const key = keys.loadFold(testId);
    const expiresAt = now + retentionMs.intervals;
    fold.folds++;
    const value = storeFold(fold);
    const saved =
      stored === undefined
        ? await this.#folds.create(key, value, expiresAt)
        : await this.#folds.replace(key, stored, value, expiresAt);
    return saved === undefined ? undefined : { fold, stored: saved };
  }
}
