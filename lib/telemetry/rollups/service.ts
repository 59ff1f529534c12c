import type { TelemetryRetention } from '../../contracts/projects.ts';
import type { Parts } from '../../platform/parts.ts';
import type { Stored } from '../../platform/table/item.ts';
import type { ProjectService } from '../../projects/service.ts';
import { Aggregation } from '../aggregation.ts';
import { retentionMs, rollupRetentionMs } from '../retention.ts';
import { WindowStore } from '../store.ts';
import { type Level, levelNames, levels, startOf } from './levels.ts';
import { type Due, dueShards, Marks } from './marks.ts';
import { type RollupAt, RollupStore } from './store.ts';
import { summaryOf } from './summary.ts';

/** What a turn does not get to, the next one does. */
const turnMs = 40_000;
/** Others may be at the same: then whoever read last writes last. */
const attempts = 10;

const finer: Record<Level, Level | undefined> = { minute: undefined, hour: 'minute', day: 'hour' };

/**
 * Draws minutes from the windows that came, hours from minutes and days from hours: always the whole of one from all that it is
 * drawn from, so that doing it twice, or after late windows once more, comes to the same.
 */
export class Rollups {
  readonly #parts: Pick<Parts, 'clock' | 'log'>;
  readonly #projects: ProjectService;
  readonly #windows: WindowStore;
  readonly #store: RollupStore;
  readonly #marks: Marks;

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'log'>, projects: ProjectService) {
    this.#parts = parts;
    this.#projects = projects;
    this.#windows = new WindowStore(parts.table);
    this.#store = new RollupStore(parts.table);
    this.#marks = new Marks(parts.table);
  }

  /** Draws what is due. @returns how many rollups were drawn */
  async drawDue(): Promise<number> {
    const begun = this.#parts.clock();
    let drawn = 0;
    for (let shard = 0; shard < dueShards; shard++) {
      for (const marks of await this.#dueIn(shard, begun)) {
        if (this.#parts.clock() - begun > turnMs) return drawn;
        if (await this.#drawOne(marks)) drawn++;
      }
    }
    return drawn;
  }

  /** The marks of each rollup together; minutes first, because hours are drawn from them. */
  async #dueIn(shard: number, now: number): Promise<Stored<Due>[][]> {
    const marks: Stored<Due>[] = [];
    for await (const mark of this.#marks.due(shard, now)) marks.push(mark);
    const byRollup = Map.groupBy(marks, ({ value: { project, level, start } }) => `${project} ${level} ${start}`);
    const rankOf = ([first]: Stored<Due>[]): number =>
      first === undefined ? 0 : levelNames.indexOf(first.value.level);
    return [...byRollup.values()].sort((a, b) => rankOf(a) - rankOf(b));
  }

  async #drawOne(marks: readonly Stored<Due>[]): Promise<boolean> {
    const [first] = marks;
    if (first === undefined) return false;
    const { project } = first.value;
    const retention = await this.#projects.retention(project);
    const drawn = retention !== undefined && (await this.#draw(first.value, retention));
    for (const mark of marks) await this.#marks.remove(mark);
    return drawn;
  }

  async #draw(at: RollupAt, retention: TelemetryRetention): Promise<boolean> {
    const { project, level, start } = at;
    const { clock, log } = this.#parts;
    const now = clock();
    const expiresAt = start + rollupRetentionMs(level, retention);
    // What is too late to be drawn whole would replace what was.
    const sourceKeptMs = level === 'minute' ? retentionMs : rollupRetentionMs(finer[level] as Level, retention);
    if (start < now - sourceKeptMs) {
      log.warn('Telemetry came too late, or was drawn too late, to be kept', { project, level, start });
      return false;
    }
    const { next } = levels[level];
    // Before it is there: what is drawn from it is incomplete from then on.
    if (next !== undefined) await this.#marks.mark(project, next, startOf(next, start), now);
    for (let attempt = 0; attempt < attempts; attempt++) {
      // Read first: whoever writes meanwhile has read as much as this does, or more.
      const current = await this.#store.get(at);
      const aggregation = await this.#merged(at);
      const details = aggregation.rollup({ forgetMinutes: level === 'day' });
      if (details.observed === undefined) {
        if (current !== undefined) await this.#store.delete(at, current);
        return false;
      }
      if (await this.#store.put(at, current, { summary: summaryOf(details), details, expiresAt })) return true;
    }
    throw new Error(`The ${level} of ${project} was changed again and again while it was drawn`);
  }

  async #merged(at: RollupAt): Promise<Aggregation> {
    const first = new Aggregation();
    await this.#read(at, first);
    const chosen = first.crowded();
    if (chosen === undefined) return first;
    const second = new Aggregation(chosen);
    await this.#read(at, second);
    return second;
  }

  async #read({ project, level, start }: RollupAt, aggregation: Aggregation): Promise<void> {
    const period = { from: start, to: start + levels[level].ms };
    const source = finer[level];
    if (source === undefined) {
      await this.#windows.read(project, period, (from, window) => aggregation.add(from, window));
      return;
    }
    for (const { details } of await this.#store.details(project, source, period)) aggregation.addRollup(details);
  }
}
