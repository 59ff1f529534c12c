import type { Parts } from '../../../platform/parts.ts';
import { keys } from '../../../platform/table/keys.ts';
import { LargeValues } from '../../../platform/table/large-values.ts';
import { type Round, retentionMs, type StoredRun } from '../model.ts';
import { type RoundFigures, roundItem } from './figures.ts';
import { loadCells } from './load-figures.ts';
import type { MeasuringServices } from './steps.ts';
import { TelemetryFigures } from './telemetry-figures.ts';

/** Reads what was measured in the rounds of a run, and keeps it: it is what a verdict rests on. */
export class FiguresOfRounds {
  readonly #stored: LargeValues<RoundFigures>;
  readonly #clock: Parts['clock'];
  readonly #services: Pick<MeasuringServices, 'intervals' | 'telemetry'>;

  constructor(
    { table, clock }: Pick<Parts, 'table' | 'clock'>,
    services: Pick<MeasuringServices, 'intervals' | 'telemetry'>,
  ) {
    this.#stored = new LargeValues(table, roundItem);
    this.#clock = clock;
    this.#services = services;
  }

  /** Of all rounds of an optimization up to this one, which is over. */
  async withRound(run: StoredRun, unit: number, round: Round): Promise<RoundFigures[]> {
    const figures = await this.#read(run, round);
    await this.#stored.put(keys.optimizationRound(run.runId, unit, round.number), figures, this.#clock() + retentionMs);
    const earlier = await Promise.all(
      Array.from({ length: round.number }, (_, number) =>
        this.#stored.get(keys.optimizationRound(run.runId, unit, number)),
      ),
    );
    return [...earlier.flatMap((each) => each?.value ?? []), figures];
  }

  async #read({ project }: StoredRun, { slices, testId, by }: Round): Promise<RoundFigures> {
    const told = new TelemetryFigures(slices);
    const period = {
      from: Math.min(...slices.map(({ fromMs }) => fromMs)),
      to: Math.max(...slices.map(({ toMs }) => toMs)),
    };
    await this.#services.telemetry.windows(project, period, (instance, window) =>
      told.add(instance, window, by === 'experiment'),
    );
    const cells =
      testId === undefined
        ? told.cells()
        : await loadCells(slices, this.#services.intervals.of(project, testId), (shard) => `worker ${shard}`);
    const usage = told.usage();
    return { slices, cells, ...(usage === undefined ? {} : { usage }) };
  }
}
