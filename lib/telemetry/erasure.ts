import { z } from 'zod';
import type { Parts } from '../platform/parts.ts';
import type { ItemType } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import { eraseOtlpState } from './otlp/erasure.ts';
import { retentionMs } from './retention.ts';
import { type Level, levelNames, levels, startOf } from './rollups/levels.ts';
import { Marks } from './rollups/marks.ts';
import { type RollupEntry, RollupStore } from './rollups/store.ts';
import { WindowStore } from './store.ts';

/** What was reported by then goes: in epoch milliseconds. */
const erasure = z.object({ project: z.string(), askedAt: z.number() });
type Erasure = z.output<typeof erasure>;
const erasureItem: ItemType<Erasure> = { name: 'TelemetryErasure', version: 1, schema: erasure };

/**
 * For so long it is swept again: who drew a rollup meanwhile had read the windows before they went. No turn of a function
 * takes longer.
 */
const sweepMs = 3 * 60_000;
/** Rollups that are erased at a time. */
const parallelism = 8;
const dayMs = 24 * 3_600_000;
/** The longest that each may be kept for, and a little more: the setting may have been another one. */
const longestMs: Record<Level, number> = { minute: 15 * dayMs, hour: 401 * dayMs, day: 4001 * dayMs };

/** Takes away all that a project's service has reported. */
export class Erasures {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;
  readonly #windows: WindowStore;
  readonly #rollups: RollupStore;
  readonly #marks: Marks;

  constructor(parts: Pick<Parts, 'table' | 'clock'>) {
    this.#parts = parts;
    this.#windows = new WindowStore(parts.table);
    this.#rollups = new RollupStore(parts.table);
    this.#marks = new Marks(parts.table);
  }

  /**
   * From now on, what was reported until now is being erased; what comes later stays. There may be no such project any more:
   * what it measured may be there yet.
   */
  async ask(project: string): Promise<void> {
    const { table, clock } = this.#parts;
    const value = { project, askedAt: clock() };
    await eraseOtlpState(this.#parts, project);
    while ((await table.create(erasureItem, keys.telemetryErasure(project), value)) === undefined) {
      const current = await table.get(erasureItem, keys.telemetryErasure(project));
      if (current !== undefined && (await table.replace(current, value)) !== undefined) return;
    }
  }

  /**
   * Goes on with what was asked for.
   * @param untilMs when it ends at the latest, in epoch milliseconds
   * @returns how many items went
   */
  async eraseAsked(untilMs = Number.POSITIVE_INFINITY): Promise<number> {
    const { table, clock } = this.#parts;
    let erased = 0;
    for await (const asked of table.all(erasureItem, keys.telemetryErasures())) {
      const { project, askedAt } = asked.value;
      for (const minute of await this.#minutesOf(asked.value)) {
        if (clock() >= untilMs) return erased;
        erased += await this.#windows.erase(project, { from: minute, to: minute + levels.minute.ms }, askedAt);
      }
      // The minutes are known by their rollups, so these go last.
      const rollups = await this.#eraseRollups(asked.value, untilMs);
      erased += rollups.erased;
      if (!rollups.isDone) return erased;
      if (clock() >= askedAt + sweepMs) await table.deleteAsRead(asked);
    }
    return erased;
  }

  /** All that have windows: they were drawn, or are still to be drawn. */
  async #minutesOf({ project, askedAt }: Erasure): Promise<number[]> {
    const minutes = new Set<number>();
    for (const { level, start } of await this.#marks.of(project)) {
      if (level === 'minute' && start <= askedAt) minutes.add(start);
    }
    for await (const { value } of this.#rollups.entries(project, 'minute', {
      from: askedAt - retentionMs,
      to: askedAt,
    })) {
      minutes.add(value.start);
    }
    return [...minutes];
  }

  async #eraseRollups({ project, askedAt }: Erasure, untilMs: number): Promise<{ erased: number; isDone: boolean }> {
    let erased = 0;
    for (const level of levelNames) {
      const period = { from: startOf(level, askedAt - longestMs[level]), to: askedAt };
      const entries: RollupEntry[] = [];
      for await (const entry of this.#rollups.entries(project, level, period)) entries.push(entry);
      // Of those whose windows may be there, some may have come since: they are drawn anew from what is left.
      const end = (start: number): number => start + levels[level].ms;
      const redrawn = entries.map(({ value }) => value.start).filter((start) => end(start) > askedAt - retentionMs);
      const now = this.#parts.clock();
      for (const start of new Set([...redrawn, startOf(level, askedAt)])) {
        await this.#marks.mark(project, level, start, now);
      }
      for (let first = 0; first < entries.length; first += parallelism) {
        if (this.#parts.clock() >= untilMs) return { erased, isDone: false };
        const some = entries.slice(first, first + parallelism);
        const gone = await Promise.all(
          some.map((entry) => this.#rollups.delete({ project, level, start: entry.value.start }, entry)),
        );
        erased += gone.filter(Boolean).length;
      }
    }
    return { erased, isDone: true };
  }
}
