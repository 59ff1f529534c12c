import { createHash } from 'node:crypto';
import type { TelemetryWindow } from '../contracts/telemetry.ts';
import type { HistoryTable } from '../platform/table/history-table.ts';
import { keys } from '../platform/table/keys.ts';
import type { BatchPart } from './batch-parts.ts';
import { inParallel } from './in-parallel.ts';
import type { Reporter } from './merging/instances.ts';
import { packWindows, partItem, unpackWindows } from './model.ts';
import { minutesOf, type Period } from './period.ts';
import { retentionMs } from './retention.ts';

/** Partitions that are read, or items that are written, at the same time. */
const parallelism = 8;

/** Instances report at the same moments: a thousand of them would write more than one partition takes. */
const shards = 8;
const shardOf = (instance: string): number => createHash('sha256').update(instance).digest().readUInt32BE() % shards;

/** Windows as they came. */
export class WindowStore {
  readonly #table: HistoryTable;

  constructor(table: HistoryTable) {
    this.#table = table;
  }

  /** @returns the parts that were not there yet. When this resolves, all are durable. */
  async keep(
    project: string,
    { instance, sequence, dropped, errors }: Reporter & { sequence: number },
    parts: readonly BatchPart[],
    now: number,
  ): Promise<BatchPart[]> {
    const shard = shardOf(instance);
    const made = await inParallel(parts, parallelism, async ({ minute, part, windows }) => {
      const key = keys.telemetryBatch({ project, minute, shard }, { instance, sequence, part });
      const value = { instance, sequence, dropped, errors, windows: packWindows(windows) };
      return this.#table.create(partItem, key, value, { expiresAt: now + retentionMs });
    });
    return parts.filter((_, index) => made[index] !== undefined);
  }

  /** Hands over every window that began within the period, in no order. */
  async read(project: string, period: Period, take: (from: Reporter, window: TelemetryWindow) => void): Promise<void> {
    await inParallel(partitionsOf(period), parallelism, async ({ minute, shard }) => {
      for await (const { value } of this.#table.all(partItem, keys.telemetryMinute(project, minute, shard))) {
        for (const window of unpackWindows(value.windows)) {
          const start = Date.parse(window.start);
          if (start >= period.from && start < period.to) take(value, window);
        }
      }
    });
  }

  /** All of whole minutes that came by a time, in epoch milliseconds. @returns how many items went */
  async erase(project: string, period: Period, cameBy: number): Promise<number> {
    const erased = await inParallel(partitionsOf(period), parallelism, async ({ minute, shard }) => {
      let items = 0;
      for await (const { key, expiresAt = 0 } of this.#table.all(
        partItem,
        keys.telemetryMinute(project, minute, shard),
      )) {
        // It is kept for so long from when it came, to the second.
        if (expiresAt - retentionMs <= cameBy && (await this.#table.delete(key))) items++;
      }
      return items;
    });
    return erased.reduce((sum, items) => sum + items, 0);
  }
}

const partitionsOf = (period: Period): { minute: string; shard: number }[] =>
  minutesOf(period).flatMap((minute) => Array.from({ length: shards }, (_, shard) => ({ minute, shard })));
