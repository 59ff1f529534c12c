import { type TelemetryRetention, telemetryRetention } from '../../contracts/projects.ts';
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

/** Of one project in one turn: whoever sends windows of many minutes at once must not keep the others from their turn. */
const maxDrawsPerProject = 120;
/** Others may be at the same: then whoever read last writes last. */
const attempts = 10;

/** Of one rollup. */
type Marked = [Stored<Due>, ...Stored<Due>[]];

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

  /**
   * Draws what is due. What it does not get to, or what fails, stays due, and keeps nothing else from its turn.
   *
   * @param untilMs when it ends at the latest, in epoch milliseconds
   * @returns how many rollups were drawn
   * @throws AggregateError of what failed, when all else was done
   */
  async drawDue(untilMs = Number.POSITIVE_INFINITY): Promise<number> {
    const { clock, log } = this.#parts;
    const now = clock();
    const failures: unknown[] = [];
    const draws = new Map<string, number>();
    let drawn = 0;
    // Another one first each minute: where there is too much for a turn, none is always the last.
    const firstShard = Math.floor(now / 60_000) % dueShards;
    for (let index = 0; index < dueShards; index++) {
      for (const [mark, ...others] of await this.#dueIn((firstShard + index) % dueShards, now)) {
        if (clock() >= untilMs) return drawn;
        const { project, level, start } = mark.value;
        const ofProject = (draws.get(project) ?? 0) + 1;
        if (ofProject > maxDrawsPerProject) continue;
        draws.set(project, ofProject);
        try {
          if (await this.#drawOne([mark, ...others])) drawn++;
        } catch (error) {
          log.error('A rollup of telemetry could not be drawn', { project, level, start, error });
          failures.push(error);
        }
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} rollups could not be drawn`);
    return drawn;
  }

  /** The marks of each rollup together; minutes first, because hours are drawn from them. */
  async #dueIn(shard: number, now: number): Promise<Marked[]> {
    const marks: Stored<Due>[] = [];
    for await (const mark of this.#marks.due(shard, now)) marks.push(mark);
    const byRollup = Map.groupBy(marks, ({ value: { project, level, start } }) => `${project} ${level} ${start}`);
    const rankOf = ([{ value }]: Marked): number => levelNames.indexOf(value.level);
    return ([...byRollup.values()] as Marked[]).sort((a, b) => rankOf(a) - rankOf(b));
  }

  async #drawOne(marks: Marked): Promise<boolean> {
    const [{ value }] = marks;
    // What a project has measured stays when it is deleted: it may come back under its name.
    const retention = (await this.#projects.retention(value.project)) ?? telemetryRetention.parse({});
    const drawn = await this.#draw(value, retention);
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
        if (current === undefined || (await this.#store.delete(at, current))) return false;
        continue;
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
    for await (const { details } of this.#store.details(project, source, period)) aggregation.addRollup(details);
  }
}
