import type { Budget, BudgetSettings, Burn } from '../../contracts/budgets.ts';
import type { HistoryMetric } from '../../contracts/telemetry-history.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ProjectService } from '../../projects/service.ts';
import type { TelemetryAggregate } from '../../telemetry/aggregate.ts';
import { figures } from '../../telemetry/history/figures.ts';
import type { Period } from '../../telemetry/period.ts';
import type { TelemetryService } from '../../telemetry/service.ts';
import { budgetOf } from './budget.ts';
import { shownBurnRate } from './burn-rates.ts';
import { type Found, type Measure, measureOf, readings } from './measures.ts';
import { allowedShareOf, type Objective, objectiveOf } from './setting.ts';
import { beginOf, burnStepsOf, dayMs, piecesOf } from './windows.ts';

/** What was read of a piece of time. */
interface Drawn {
  /** How much of it the service told of. */
  toldMs: number;
  found: Map<Measure, Found>;
}

/** A project's objectives, and how they are kept. */
export class ObjectiveService {
  readonly #clock: Parts['clock'];
  readonly #projects: ProjectService;
  readonly #telemetry: TelemetryService;

  constructor(
    { clock }: Pick<Parts, 'clock'>,
    { projects, telemetry }: { projects: ProjectService; telemetry: TelemetryService },
  ) {
    this.#clock = clock;
    this.#projects = projects;
    this.#telemetry = telemetry;
  }

  /** @throws DomainError not-found, conflict */
  put(project: string, settings: BudgetSettings): Promise<BudgetSettings> {
    return this.#projects.putBudgets(project, settings);
  }

  /**
   * Every objective, in the order in which they were set. All windows of all that can be drawn from the same are put together of
   * the same pieces, each of which is read once: some hundred rollups for 30 days.
   *
   * @param now epoch milliseconds, at which all windows end
   * @throws DomainError not-found
   */
  async evaluate(project: string, now: number = this.#clock()): Promise<Budget[]> {
    const objectives = (await this.#projects.budgets(project)).map(objectiveOf);
    const { retention } = await this.#projects.require(project);
    if (objectives.length === 0) return [];
    const days = objectives.map(({ windowDays }) => windowDays);
    const pieces = piecesOf(days, now, retention);
    const measured = objectives.map((objective) => ({ objective, measure: measureOf(objective) }));
    const drawn = await this.#draw(
      project,
      pieces,
      measured.flatMap(({ measure }) => measure ?? []),
      now,
    );
    const budgets: Budget[] = [];
    for (const { objective, measure } of measured) {
      const period = { from: beginOf(objective.windowDays * dayMs, now, retention), to: now };
      budgets.push(
        budgetOf(objective, {
          now,
          retention,
          pieces: pieces.map((piece, index) => {
            const { toldMs = 0, found } = drawn[index] ?? {};
            return { ...piece, toldMs, found: measure && found?.get(measure) };
          }),
          level: measure === undefined ? await this.#level(project, objective, period) : undefined,
        }),
      );
    }
    return budgets;
  }

  /**
   * How fast a budget was spent in each step of a burn rate's long window; null where nothing happened.
   *
   * @param now epoch milliseconds, at which the budget was evaluated
   * @throws DomainError not-found
   */
  async burnCourse(
    project: string,
    objective: Objective,
    { long, short }: Pick<Burn, 'long' | 'short'>,
    now: number,
  ): Promise<{ from: number; stepSeconds: number; burnRates: (number | null)[] }> {
    const { retention } = await this.#projects.require(project);
    const steps = burnStepsOf({ long, short }, now, retention);
    const measure = measureOf(objective);
    const drawn = await this.#draw(project, steps, measure === undefined ? [] : [measure], now);
    const allowedShare = allowedShareOf(objective);
    const burnRates = drawn.map(({ found }) => {
      const events = measure && found.get(measure)?.events;
      return (events && shownBurnRate(events, allowedShare)) ?? null;
    });
    return { from: steps[0]?.from ?? now, stepSeconds: short.minutes * 60, burnRates };
  }

  /** What the objectives find in each piece. */
  async #draw(project: string, pieces: readonly Period[], measures: readonly Measure[], now: number): Promise<Drawn[]> {
    const drawn = new Map(pieces.map((piece): [Period, Drawn] => [piece, { toldMs: 0, found: new Map() }]));
    for (const reading of readings) {
      const due = measures.filter((measure) => measure.reading === reading);
      // How much was told of is asked for in any case.
      if (due.length === 0 && reading !== 'summary') continue;
      const options = { summary: reading !== 'details', minutes: reading === 'minutes' };
      const take = (bucket: TelemetryAggregate, piece: Period): void => {
        const into = drawn.get(piece);
        if (into === undefined) return;
        if (reading === 'summary') into.toldMs = toldMsOf(bucket, piece);
        for (const measure of due) {
          const found = measure.find(bucket, now);
          if (found !== undefined) into.found.set(measure, found);
        }
      };
      await this.#telemetry.each(project, pieces, take, options);
    }
    return [...drawn.values()];
  }

  /** One figure of a whole window, over the time that was told of. */
  async #level(project: string, { metric }: Objective, period: Period): Promise<number | undefined> {
    const bucket = await this.#telemetry.aggregate(project, period, { summary: true });
    const { observed } = bucket;
    if (observed === undefined) return undefined;
    return figures[metric as HistoryMetric](bucket, (observed.to - observed.from) / 1000);
  }
}

/** From the first to the last that was told of the piece. */
const toldMsOf = ({ observed }: TelemetryAggregate, { from, to }: Period): number =>
  observed === undefined ? 0 : Math.max(0, Math.min(observed.to, to) - Math.max(observed.from, from));
