import type { AlertWindow } from '../contracts/alerts.ts';
import type { Budget } from '../contracts/budgets.ts';
import { type CheckLimit, checkLimitList } from '../contracts/check-limits.ts';
import type { Page, PageQuery } from '../contracts/page.ts';
import type { Parts } from '../platform/parts.ts';
import { keys } from '../platform/table/keys.ts';
import { medianOf } from '../statistics/quantiles.ts';
import { burnLimitOf } from './judge.ts';
import { checkItem, type StoredPipeline, type StoredRun } from './model.ts';

/** What an alert of a check shows of a figure: what it was to be, and was, and how it went in the runs before. */
export interface PastFigure {
  value?: number;
  threshold?: number;
  unit?: string;
  window?: AlertWindow;
}

interface Figure {
  name: string;
  unit?: string | undefined;
  /** Undefined: it was not measured. */
  of: (run: StoredRun) => number | undefined;
}

type LimitName = CheckLimit['name'];

const ofPipelines: Record<LimitName, (run: StoredPipeline) => number | undefined> = {
  maxP95ResponseTimeMs: ({ findings }) => findings.p95ResponseTimeMs,
  minSuccessRatePercent: ({ findings }) => findings.successRatePercent,
  minScore: ({ findings }) => findings.performanceScore,
};

const named: Record<LimitName, Pick<Figure, 'name' | 'unit'>> = {
  maxP95ResponseTimeMs: { name: 'p95ResponseTimeMs', unit: 'ms' },
  minSuccessRatePercent: { name: 'successRatePercent', unit: '%' },
  minScore: { name: 'performanceScore' },
};

const measured: readonly (Figure & { limit: string })[] = checkLimitList.map(({ name, actual }) => ({
  ...named[name],
  limit: name,
  of: (run) =>
    run.kind === 'pipeline' ? ofPipelines[name](run) : actual({ loadTest: run.loadTest, score: run.performanceScore }),
}));

/** The one that a limit is of. Undefined: it has none, as shards that were lost. */
const figureOf = (limit: string, run: StoredRun): Figure | undefined =>
  measured.find((each) => each.limit === limit) ?? figureOfObjective(limit, run);

function figureOfObjective(limit: string, run: StoredRun): Figure | undefined {
  const objectives = (of: StoredRun): readonly Budget[] => (of.kind === 'check' ? (of.objectives ?? []) : []);
  const missed = objectives(run).find(({ description }) => description === limit);
  if (missed !== undefined) {
    const of = (past: StoredRun) => objectives(past).find(({ description }) => description === limit)?.value;
    return { name: missed.metric, unit: missed.unit, of };
  }
  const isBurn = ({ description }: Budget) => burnLimitOf(description) === limit;
  if (!objectives(run).some(isBurn)) return undefined;
  return { name: 'burnRate', unit: 'x', of: (past) => objectives(past).find(isBurn)?.burnRates?.[0]?.long.burnRate };
}

/** What is checked again and again by runs like this one. */
export const pipelineSubject = ({ scheduledBy, pipeline }: StoredPipeline): string =>
  scheduledBy?.scheduleId ?? pipeline;
const subjectOf = (run: StoredRun): string | undefined => (run.kind === 'pipeline' ? pipelineSubject(run) : undefined);

const shownRuns = 20;
const pageSize = 50;
/** A subject that is checked less often than one of ten others shows fewer. */
const mostPages = 4;

/** The figures of runs of the same subject, one after the other. */
export class PastFigures {
  readonly #table: Pick<Parts['table'], 'page'>;

  constructor(table: Pick<Parts['table'], 'page'>) {
    this.#table = table;
  }

  /** Of the limit that a run broke first; of one that broke none, what there is of it to show. */
  async of(run: StoredRun): Promise<PastFigure> {
    if (run.breaches.length === 0 && run.steps.every(({ status }) => status !== 'failed')) return {};
    const runs = [...(await this.#before(run)), run];
    const [breach] = run.breaches;
    const broken = breach && figureOf(breach.limit, run);
    const figure = broken ?? measured.toReversed().find(({ of }) => runs.some((each) => of(each) !== undefined));
    if (figure === undefined) return {};
    const { name, unit, of } = figure;
    const points = runs.map((each) => ({ at: Date.parse(each.createdAt), value: of(each) }));
    return {
      ...(broken === undefined || breach === undefined ? {} : { value: breach.actual, threshold: breach.expected }),
      ...(unit === undefined ? {} : { unit }),
      window: windowOf(name, points),
    };
  }

  /** The oldest first. */
  async #before(run: StoredRun): Promise<StoredRun[]> {
    const subject = subjectOf(run);
    const found: StoredRun[] = [];
    let query: PageQuery = { limit: pageSize };
    for (let page = 0; page < mostPages; page++) {
      const { items, nextCursor }: Page<StoredRun> = await this.#table.page(
        checkItem,
        keys.checks(run.project),
        query,
        'descending',
      );
      found.push(...items.filter((each) => each.checkId < run.checkId && subjectOf(each) === subject));
      if (nextCursor === undefined || found.length >= shownRuns) break;
      query = { limit: pageSize, cursor: nextCursor };
    }
    return found.slice(0, shownRuns - 1).reverse();
  }
}

const minuteMs = 60_000;
const mostSteps = 100;

/**
 * Runs do not stand in even steps; those of a schedule nearly do. A step is as long as it usually was from one to the next: of two in
 * one the newer counts, and one without any has nothing.
 *
 * @param points the oldest first, at epoch milliseconds
 */
export function windowOf(metric: string, points: readonly { at: number; value: number | undefined }[]): AlertWindow {
  const last = points.at(-1)?.at ?? 0;
  const gaps = points.slice(1).map(({ at }, index) => at - (points[index]?.at ?? at));
  const usualMs = gaps.length === 0 ? minuteMs : medianOf(gaps);
  const stepMs = Math.max(1, Math.round(usualMs / 1000)) * 1000;
  const ago = ({ at }: { at: number }): number => Math.round((last - at) / stepMs);
  const shown = points.filter((point) => ago(point) < mostSteps);
  const steps = Math.max(0, ...shown.map(ago));
  const values = Array.from({ length: steps + 1 }, (): number | null => null);
  for (const point of shown) if (point.value !== undefined) values[steps - ago(point)] = point.value;
  return { metric, from: new Date(last - steps * stepMs).toISOString(), stepSeconds: stepMs / 1000, values };
}
