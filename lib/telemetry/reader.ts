import type { TelemetryRetention } from '../contracts/projects.ts';
import type { Clock } from '../platform/clock.ts';
import type { TelemetryAggregate } from './aggregate.ts';
import { Aggregation } from './aggregation.ts';
import type { Period } from './period.ts';
import { maxLatenessMs, rollupRetentionMs } from './retention.ts';
import { type Cover, type CoverRules, coverOf } from './rollups/cover.ts';
import { type Level, levelNames, startOf } from './rollups/levels.ts';
import type { Due, Marks } from './rollups/marks.ts';
import type { RollupStore } from './rollups/store.ts';
import type { WindowStore } from './store.ts';

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
    const cover = coverOf(period, await this.rulesOf(kept));
    const merge = (aggregation: Aggregation) => this.#merge(kept.project, cover, aggregation, options);
    const first = await merge(new Aggregation());
    const chosen = first.crowded();
    // Which of too many endpoints cost most is known only at the end, so they are read once more.
    return (chosen === undefined ? first : await merge(new Aggregation(chosen))).result();
  }

  /** What of a project's telemetry there is to read. */
  async rulesOf({ project, retention }: Kept): Promise<CoverRules> {
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
    { summary = false }: { summary?: boolean },
  ): Promise<Aggregation> {
    for (const period of raw) {
      await this.#windows.read(project, period, (from, window) => aggregation.add(from, window));
    }
    for (const level of levelNames) {
      for (const period of rolled[level]) {
        if (summary) {
          for (const { summary } of await this.#rollups.summaries(project, level, period))
            aggregation.addRollup(summary);
        } else {
          for (const { details } of await this.#rollups.details(project, level, period)) aggregation.addRollup(details);
        }
      }
    }
    return aggregation;
  }
}

const nameOf = (level: Level, start: number): string => `${level} ${start}`;

/** What is to be drawn anew, and all that will be drawn from it. */
const namesOf = ({ level, start }: Due): string[] =>
  levelNames.slice(levelNames.indexOf(level)).map((name) => nameOf(name, startOf(name, start)));
