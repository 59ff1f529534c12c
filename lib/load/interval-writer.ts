import type { Log } from '../platform/log.ts';
import { pause } from '../platform/pause.ts';
import type { HistoryTable } from '../platform/table/history-table.ts';
import { keys } from '../platform/table/keys.ts';
import type { IntervalReport } from './engine/report.ts';
import { type Origin, storeInterval } from './fold/shard-interval.ts';
import { intervalItem, retentionMs } from './model.ts';

const retryMs = 500;
const drainAttempts = 20;

/**
 * Stores what an invocation did in a step, one interval after the other. A write that fails is kept and tried again with
 * the next; writing an interval twice changes nothing, since it is created once.
 */
export class IntervalWriter {
  readonly #table: HistoryTable;
  readonly #log: Log;
  readonly #testId: string;
  readonly #origin: Origin;
  readonly #expiresAt: number;
  readonly #waiting: IntervalReport[] = [];
  #writing: Promise<void> | undefined;
  #lastInterval = -1;

  constructor(options: { table: HistoryTable; log: Log; testId: string; origin: Origin; startAtMs: number }) {
    const { table, log, testId, origin, startAtMs } = options;
    this.#table = table;
    this.#log = log;
    this.#testId = testId;
    this.#origin = origin;
    this.#expiresAt = startAtMs + retentionMs.intervals;
  }

  /** All intervals up to this one are stored. */
  get lastInterval(): number {
    return this.#lastInterval;
  }

  add(report: IntervalReport): void {
    this.#waiting.push(report);
    this.#writing ??= this.#writeWaiting().finally(() => {
      this.#writing = undefined;
    });
  }

  /** @throws when intervals are left that cannot be stored */
  async drain(): Promise<void> {
    for (let attempt = 0; attempt < drainAttempts; attempt++) {
      await this.#writing;
      if (this.#waiting.length === 0) return;
      await pause(retryMs);
      this.#writing = this.#writeWaiting().finally(() => {
        this.#writing = undefined;
      });
    }
    await this.#writing;
    if (this.#waiting.length > 0) throw new Error(`${this.#waiting.length} intervals could not be stored`);
  }

  async #writeWaiting(): Promise<void> {
    for (let report = this.#waiting[0]; report !== undefined; report = this.#waiting[0]) {
      try {
        const { step, shard, generation } = this.#origin;
        await this.#table.create(
          intervalItem,
          keys.loadInterval(this.#testId, { step, interval: report.interval, shard, generation }),
          storeInterval(this.#origin, report, this.#lastInterval < 0),
          { expiresAt: this.#expiresAt },
        );
      } catch (error) {
        this.#log.warn('An interval could not be stored yet', { testId: this.#testId, ...this.#origin, error });
        return;
      }
      this.#lastInterval = report.interval;
      this.#waiting.shift();
    }
  }
}
