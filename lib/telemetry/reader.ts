import type { TelemetryRetention } from '../contracts/projects.ts';
import type { Clock } from '../platform/clock.ts';
import type { TelemetryAggregate } from './aggregate.ts';
import { Aggregation } from './aggregation.ts';
import { inParallel } from './in-parallel.ts';
import type { Period } from './period.ts';
import { maxLatenessMs, rollupRetentionMs } from './retention.ts';
import { type Cover, type CoverRules, coverOf } from './rollups/cover.ts';
import { type Level, levelNames, levels, startOf } from './rollups/levels.ts';
import type { Due, Marks } from './rollups/marks.ts';
import type { Rollup } from './rollups/rollup.ts';
import type { RollupStore } from './rollups/store.ts';
import type { WindowStore } from './store.ts';

/** Rollups that are held at a time when they are read one after another. */
const summariesAhead = 60;
const detailsAhead = 6;
/** Periods that are read at the same time. */
const periodsAtOnce = 4;

/** Whose telemetry is read, and how long it is kept. */
export interface Kept {
  project: string;
  retention: TelemetryRetention;
}

/** Reads what was reported of any period, at a cost that does not grow with it, nor, but for the newest minutes, with instances. */
export class TelemetryReader {
  readonly #windows: WindowStore;
  readonly #rollups: RollupStore;
  readonly #marks: Marks;
  readonly #clock: Clock;

  constructor(windows: WindowStore, rollups: RollupStore, marks: Marks, clock: Clock) {
    this.#windows = windows;
    this.#rollups = rollups;
    this.#marks = marks;
    this.#clock = clock;
  }

  /**
   * Merges all windows that began within the period. Periods that adjoin share no window. What is older than five hours is
   * known by the minute, then by the hour, then by the day: there, the period is rounded outwards.
   *
   * @param options.summary only what all endpoints, queries and instances come to together, which costs less
   */
  async aggregate(kept: Kept, period: Period, options: { summary?: boolean } = {}): Promise<TelemetryAggregate> {
    return this.#aggregate(kept.project, coverOf(period, await this.#rulesOf(kept)), options);
  }

  /**
   * The same of several periods, at the cost of one where they adjoin. Each is handed over when it is read, so that few are held.
   *
   * @param options.minutes whether the requests of each minute are needed: days, which do not have them, are read by the hour then
   *   for as long as hours are kept
   * @returns what was made of each, in the order of the periods
   */
  async each<Result>(
    kept: Kept,
    periods: readonly Period[],
    take: (aggregate: TelemetryAggregate, period: Period) => Result,
    { minutes = false, ...options }: { summary?: boolean; minutes?: boolean } = {},
  ): Promise<Result[]> {
    const rules = await this.#rulesOf(kept);
    const isComplete: CoverRules['isComplete'] = (level, start) =>
      !(minutes && level === 'day') && rules.isComplete(level, start);
    return inParallel(periods, periodsAtOnce, async (period) =>
      take(await this.#aggregate(kept.project, coverOf(period, { ...rules, isComplete }), options), period),
    );
  }

  async #aggregate(project: string, cover: Cover, options: { summary?: boolean }): Promise<TelemetryAggregate> {
    const merge = (aggregation: Aggregation) => this.#merge(project, cover, aggregation, options);
    const first = await merge(new Aggregation());
    const chosen = first.crowded();
    // Which of too many endpoints cost most is known only at the end, so they are read once more.
    return (chosen === undefined ? first : await merge(new Aggregation(chosen))).result();
  }

  /**
   * The same for each minute, hour or day of the period, in order, one at a time. Those in which nothing was reported may be
   * left out.
   *
   * @param period begins where one of them begins
   */
  async *buckets(
    kept: Kept,
    level: Level,
    period: Period,
    options: { summary?: boolean } = {},
  ): AsyncGenerator<{ start: number; bucket: TelemetryAggregate }> {
    const { ms } = levels[level];
    const rules = await this.#rulesOf(kept);
    const { isComplete, keptFrom } = rules;
    const readAhead = options.summary === true ? summariesAhead : detailsAhead;
    // Some of them at a time: those of a year, with all of their lists, are too much to hold.
    for (let at = period.from; at < period.to; at += readAhead * ms) {
      const ahead = { from: at, to: Math.min(at + readAhead * ms, period.to) };
      const drawn = new Map<number, Rollup>();
      for await (const { start, rollup } of this.#drawn(kept.project, level, ahead, options)) drawn.set(start, rollup);
      for (let start = ahead.from; start < ahead.to; start += ms) {
        const rollup = drawn.get(start);
        // Where there are no minutes any more, nothing else says what it came to.
        const isWhole = isComplete(level, start) || start < keptFrom.minute;
        if (isWhole && start + ms <= period.to) {
          if (rollup !== undefined) yield { start, bucket: mergedRollup(rollup) };
        } else {
          const cover = coverOf({ from: start, to: Math.min(start + ms, period.to) }, rules);
          const bucket = await this.#aggregate(kept.project, cover, options);
          yield { start, bucket };
        }
      }
    }
  }

  /** What of a project's telemetry there is to read. */
  async #rulesOf({ project, retention }: Kept): Promise<CoverRules> {
    const now = this.#clock();
    const incomplete = new Set((await this.#marks.of(project)).flatMap(namesOf));
    const rolledFrom = levelNames.map((level) => [level, now - rollupRetentionMs(level, retention)]);
    return {
      keptFrom: { ...Object.fromEntries(rolledFrom), raw: now - maxLatenessMs } as CoverRules['keptFrom'],
      isComplete: (level, start) => !incomplete.has(nameOf(level, start)),
    };
  }

  async #merge(
    project: string,
    { raw, rolled }: Cover,
    aggregation: Aggregation,
    options: { summary?: boolean },
  ): Promise<Aggregation> {
    for (const period of raw) {
      await this.#windows.read(project, period, (from, window) => aggregation.add(from, window));
    }
    for (const level of levelNames) {
      for (const period of rolled[level]) {
        for await (const { rollup } of this.#drawn(project, level, period, options)) aggregation.addRollup(rollup);
      }
    }
    return aggregation;
  }

  async *#drawn(
    project: string,
    level: Level,
    period: Period,
    { summary = false }: { summary?: boolean },
  ): AsyncGenerator<{ start: number; rollup: Rollup }> {
    if (summary) {
      for (const { start, summary } of await this.#rollups.summaries(project, level, period)) {
        yield { start, rollup: summary };
      }
    } else {
      for await (const { start, details } of this.#rollups.details(project, level, period)) {
        yield { start, rollup: details };
      }
    }
  }
}

const mergedRollup = (rollup: Rollup): TelemetryAggregate => {
  const aggregation = new Aggregation();
  aggregation.addRollup(rollup);
  return aggregation.result();
};

const nameOf = (level: Level, start: number): string => `${level} ${start}`;

/** What is to be drawn anew, and all that will be drawn from it. */
const namesOf = ({ level, start }: Due): string[] =>
  levelNames.slice(levelNames.indexOf(level)).map((name) => nameOf(name, startOf(name, start)));
