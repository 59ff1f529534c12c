import type { Budget } from '../../contracts/budgets.ts';
import type { TelemetryRetention } from '../../contracts/projects.ts';
import { isoTime } from '../../platform/clock.ts';
import { type EventCounts, type EventPiece, sumOfEvents, timeToExhaustion } from '../../statistics/error-budget.ts';
import type { MetricAggregate } from '../../telemetry/aggregate.ts';
import { customStatistic, mergedMetric } from '../../telemetry/history/custom-figure.ts';
import { merged } from '../../telemetry/metrics.ts';
import type { Period } from '../../telemetry/period.ts';
import { rounded } from '../../telemetry/resources.ts';
import { burnRatesOf, errorBudgetOf, verdictOf } from './burn-rates.ts';
import type { Found } from './measures.ts';
import { allowedShareOf, customNameOf, type Objective, percentileOf, unitOf } from './setting.ts';
import { beginOf, dayMs, minuteMs } from './windows.ts';
import { descriptionOf } from './words.ts';

export interface Piece extends Period {
  /** How much of it the service told of. */
  toldMs: number;
  found: Found | undefined;
}

export interface Measured {
  /** Epoch milliseconds. */
  now: number;
  retention: TelemetryRetention;
  /** As `piecesOf` has them. */
  pieces: readonly Piece[];
  /** Of a figure of the whole window. */
  level?: number | undefined;
}

type Verdict = Pick<Budget, 'status'> & Partial<Budget>;

/** The rate at which a budget goes on to be spent is that of the last hour. */
const rateMinutes = 60;

/** How an objective is kept. */
export function budgetOf(objective: Objective, measured: Measured): Budget {
  const { now, retention } = measured;
  const from = beginOf(objective.windowDays * dayMs, now, retention);
  const inWindow = measured.pieces.filter((piece) => piece.from >= from);
  const toldMs = inWindow.reduce((sum, piece) => sum + piece.toldMs, 0);
  const metric = mergedMetric(inWindow.flatMap(({ found }) => found?.metric ?? []));
  const isHistogram = metric?.kind === 'histogram';
  const unit = unitOf(objective.metric) ?? metric?.unit;
  const isCounted = inWindow.some(({ found }) => found?.events !== undefined);
  return {
    ...objective,
    ...(isHistogram ? { percentile: percentileOf(objective) } : {}),
    description: descriptionOf(objective, isHistogram),
    ...(unit === undefined ? {} : { unit }),
    from: isoTime(from),
    to: isoTime(now),
    coveragePercent: rounded(Math.min(100, (100 * toldMs) / (now - from)), 3),
    ...(isCounted
      ? ofEvents(objective, inWindow, measured)
      : ofLevel(objective, metric === undefined ? measured.level : ofMetric(objective, metric, toldMs / 1000))),
  };
}

/** @returns a reason where the metric cannot be held against the objective */
const ofMetric = (objective: Objective, metric: MetricAggregate, seconds: number): number | string | undefined =>
  objective.percentile === undefined
    ? customStatistic(metric, seconds)
    : `${metric.name} is a ${metric.kind}: only a histogram has percentiles.`;

function ofLevel({ metric, bound, objective: limit }: Objective, value: number | string | undefined): Verdict {
  if (typeof value === 'number') {
    const isKept = bound === 'atMost' ? value <= limit : value >= limit;
    return { status: isKept ? 'met' : 'missed', value };
  }
  const name = customNameOf(metric);
  const what = name === undefined ? 'Nothing that it could be drawn from' : `No metric ${name}`;
  return { status: 'not-enough-data', reason: value ?? `${what} was reported in this time.` };
}

function ofEvents(objective: Objective, inWindow: readonly Piece[], { now, retention, pieces }: Measured): Verdict {
  const allowedShare = allowedShareOf(objective);
  const begin = (minutes: number): number => beginOf(minutes * minuteMs, now, retention);
  const within = (minutes: number): EventCounts => eventsOf(pieces.filter(({ from }) => from >= begin(minutes)));
  const events = eventsOf(inWindow);
  const value = keptValue(objective, inWindow, events);
  const recent = within(rateMinutes);
  const recentMs = now - begin(rateMinutes);
  const exhaustedInMs = timeToExhaustion({
    pieces: inWindow.map(({ from, to, found }): EventPiece => ({ from, to, ...(found?.events ?? nothing) })),
    windowMs: objective.windowDays * dayMs,
    now,
    allowedShare,
    rate: { total: recent.total / recentMs, bad: recent.bad / recentMs },
  });
  return {
    ...verdictOf(allowedShare, events),
    ...(value === undefined ? {} : { value }),
    events,
    errorBudget: errorBudgetOf(allowedShare, events),
    burnRates: burnRatesOf(allowedShare, within),
    ...(exhaustedInMs === undefined ? {} : { timeToExhaustionSeconds: rounded(exhaustedInMs / 1000, 3) }),
  };
}

const nothing: EventCounts = { total: 0, bad: 0 };

const eventsOf = (pieces: readonly Piece[]): EventCounts =>
  sumOfEvents(pieces.map(({ found }) => found?.events ?? nothing));

/** What stands against the limit: the percentile of what was measured, or the share of what failed or did not. */
function keptValue(objective: Objective, pieces: readonly Piece[], { total, bad }: EventCounts): number | undefined {
  if (objective.metric === 'errorRatePercent') return rounded((100 * bad) / total, 4);
  if (objective.metric === 'availabilityPercent') return rounded((100 * (total - bad)) / total, 4);
  const values = pieces.flatMap(({ found }) => found?.values ?? []);
  const step = values[0]?.step;
  if (step === undefined) return undefined;
  const share = percentileOf(objective) / 100;
  const sketch = merged(values.filter((each) => each.step === step).map((each) => each.sketch));
  return rounded(sketch.quantile(objective.bound === 'atMost' ? share : 1 - share) * step, 6);
}
