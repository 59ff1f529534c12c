import { z } from 'zod';
import type { Parts } from '../platform/parts.ts';
import type { ItemType } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import type { ProjectService } from '../projects/service.ts';
import { retentionMs } from './retention.ts';
import { type Level, levelNames, levels, startOf } from './rollups/levels.ts';
import { Marks } from './rollups/marks.ts';
import { RollupStore } from './rollups/store.ts';
import { WindowStore } from './store.ts';

/** What was reported by then goes: in epoch milliseconds. */
const erasure = z.object({ project: z.string(), askedAt: z.number() });
type Erasure = z.output<typeof erasure>;
const erasureItem: ItemType<Erasure> = { name: 'TelemetryErasure', version: 1, schema: erasure };

/** What a turn does not get to, the next one does. */
const turnMs = 40_000;
const dayMs = 24 * 3_600_000;
/** The longest that each may be kept for, and a little more: the setting may have been another one. */
const longestMs: Record<Level, number> = { minute: 15 * dayMs, hour: 401 * dayMs, day: 4001 * dayMs };

/** Takes away all that a project's service has reported. */
export class Erasures {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;
  readonly #projects: ProjectService;
  readonly #windows: WindowStore;
  readonly #rollups: RollupStore;
  readonly #marks: Marks;

  constructor(parts: Pick<Parts, 'table' | 'clock'>, projects: ProjectService) {
    this.#parts = parts;
    this.#projects = projects;
    this.#windows = new WindowStore(parts.table);
    this.#rollups = new RollupStore(parts.table);
    this.#marks = new Marks(parts.table);
  }

  /**
   * From now on, what was reported until now is being erased; what comes later stays.
   * @throws DomainError not-found
   */
  async ask(project: string): Promise<void> {
    await this.#projects.require(project);
    const { table, clock } = this.#parts;
    const value = { project, askedAt: clock() };
    while ((await table.create(erasureItem, keys.telemetryErasure(project), value)) === undefined) {
      const current = await table.get(erasureItem, keys.telemetryErasure(project));
      if (current !== undefined && (await table.replace(current, value)) !== undefined) return;
    }
  }

  /** Goes on with what was asked for. @returns how many items went */
  async eraseAsked(): Promise<number> {
    const { table, clock } = this.#parts;
    const begun = clock();
    let erased = 0;
    for await (const { key, value, revision } of table.all(erasureItem, keys.telemetryErasures())) {
      for (const minute of await this.#minutesOf(value)) {
        if (clock() - begun > turnMs) return erased;
        erased += await this.#windows.erase(value.project, { from: minute, to: minute + levels.minute.ms });
      }
      // The minutes are known by their rollups, so these go last.
      erased += await this.#eraseRollups(value);
      const latest = await table.get(erasureItem, key);
      if (latest?.revision === revision) await table.delete(key);
    }
    return erased;
  }

  /** All that have windows: they were drawn, or are still to be drawn. */
  async #minutesOf({ project, askedAt }: Erasure): Promise<number[]> {
    const marks = await this.#marks.of(project);
    const drawn = await this.#rollups.summaries(project, 'minute', { from: askedAt - retentionMs, to: askedAt });
    const marked = marks.filter(({ level, start }) => level === 'minute' && start <= askedAt);
    return [...new Set([...marked, ...drawn].map(({ start }) => start))];
  }

  async #eraseRollups({ project, askedAt }: Erasure): Promise<number> {
    let erased = 0;
    for (const level of levelNames) {
      const period = { from: startOf(level, askedAt - longestMs[level]), to: askedAt };
      for (const { start, entry } of await this.#rollups.summaries(project, level, period)) {
        await this.#rollups.delete({ project, level, start }, entry);
        erased++;
      }
      // What has come since belongs to it.
      await this.#marks.mark(project, level, startOf(level, askedAt), this.#parts.clock());
    }
    return erased;
  }
}
