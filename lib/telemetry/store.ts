import type { TelemetryWindow } from '../contracts/telemetry.ts';
import type { HistoryTable } from '../platform/table/history-table.ts';
import { keys } from '../platform/table/keys.ts';
import type { BatchPart } from './batch-parts.ts';
import { inParallel } from './in-parallel.ts';
import { packWindows, partItem, unpackWindows } from './model.ts';
import { minutesOf, type Period } from './period.ts';
import { retentionMs } from './retention.ts';

/** Partitions that are read, or items that are written, at the same time. */
const parallelism = 8;

export interface Reporter {
  instance: string;
  /** Windows that it has lost since it started. */
  dropped: number;
}

export class TelemetryStore {
  readonly #table: HistoryTable;

  constructor(table: HistoryTable) {
    this.#table = table;
  }

  /** @returns the parts that were not there yet. When this resolves, all are durable. */
  async keep(
    project: string,
    { instance, sequence, dropped }: Reporter & { sequence: number },
    parts: readonly BatchPart[],
    now: number,
  ): Promise<BatchPart[]> {
    const made = await inParallel(parts, parallelism, async ({ minute, part, windows }) => {
      const key = keys.telemetryBatch(project, minute, instance, sequence, part);
      const value = { instance, sequence, dropped, windows: packWindows(windows) };
      return this.#table.create(partItem, key, value, { expiresAt: now + retentionMs });
    });
    return parts.filter((_, index) => made[index] !== undefined);
  }

  /** Hands over every window that began within the period, in no order. */
  async read(project: string, period: Period, take: (from: Reporter, window: TelemetryWindow) => void): Promise<void> {
    await inParallel(minutesOf(period), parallelism, async (minute) => {
      for await (const { value } of this.#table.all(partItem, keys.telemetryMinute(project, minute))) {
        for (const window of unpackWindows(value.windows)) {
          const start = Date.parse(window.start);
          if (start >= period.from && start < period.to) take(value, window);
        }
      }
    });
  }
}
