import { type Anomaly, anomaliesOf } from '../../statistics/anomalies-of.ts';
import type { AnomalyScore } from '../../statistics/anomaly.ts';
import { type ChangePoint, changePointsOf, ENOUGH_VALUES_FOR_CHANGE_POINTS } from '../../statistics/change-points.ts';
import { seasonsIn } from '../../statistics/forecast/season.ts';
import { type Forecast, forecastOf } from '../../statistics/forecast.ts';
import { mean } from '../../statistics/moments.ts';
import { type Trend, trend } from '../../statistics/trend.ts';
import { withoutSeason } from '../../statistics/without-season.ts';
import { type EvenSeries, evenSeries, type TimePoint } from './even-series.ts';

/** What can be said, or why nothing can. */
export type Claim<Found> = ({ enough: true } & Found) | { enough: false; reason: string };

export interface LevelChange extends ChangePoint {
  /** Milliseconds: of the first value of the new level, and where that lies in 95 of 100 cases. */
  atMs: number;
  earliestMs: number;
  latestMs: number;
}

export interface SeriesFound {
  /** In order of time, each with its score. */
  points: AnomalyScore[];
  /** What changes, trend and forecast are of: absent where no step of time fits. */
  even?: EvenSeries;
  /** In values of `even`; 1 where there is none, or none that was seen. */
  seasonLength: number;
  /** Changes are of means over so long. Absent without `even`. */
  changeStepMs?: number;
  anomalies: Claim<{ found: Anomaly[] }>;
  changes: Claim<{ found: LevelChange[] }>;
  trend: Claim<Trend>;
  forecast: Claim<Omit<Forecast, 'enough'> & { fromMs: number; stepMs: number }>;
}

export interface SeriesOptions {
  /** In values; `auto`: the clearest of those that are usual. */
  season: number | 'auto';
  /** In values. Default: a season, but no more than a tenth of the series. */
  horizon?: number;
}

const mostHorizon = 60;
/** A week has days in it. */
const mostSeasons = 2;

/** @param points in order of time, each time once */
export function seriesFound(points: readonly TimePoint[], { season, horizon }: SeriesOptions): SeriesFound {
  const scored = anomaliesOf(points);
  const even = evenSeries(points);
  const values = even?.values ?? points.map(({ value }) => value);
  const times = even === undefined ? points.map(({ timestampMs }) => timestampMs) : timesOf(even);
  const seasons = even === undefined ? [] : season === 'auto' ? clearSeasons(values) : fittingSeason(values, season);
  const level = seasons.reduce(withoutSeason, [...values]);
  const seasonLength = seasons[0] ?? 1;
  const group = changeGroup(values.length, seasonLength, even?.stepMs);
  return {
    points: scored.points,
    ...(even === undefined ? {} : { even, changeStepMs: group * even.stepMs }),
    seasonLength,
    anomalies: scored.enough
      ? { enough: true, found: scored.anomalies }
      : { enough: false, reason: `too few points to know what is usual (${points.length} of 101)` },
    changes: changesIn(
      meansOf(level, group),
      times.filter((_, i) => i % group === 0),
    ),
    trend: trendOf(level, times),
    forecast: forecastFrom(even, { season, horizon: horizon ?? usualHorizon(values.length, seasonLength) }),
  };
}

/** Where no season was seen, the series is to have so many levels to look at. */
const levelsWanted = 200;
const quarterDayMs = 21_600_000;

/**
 * How many values are taken together before their level is looked at: a quarter of a season, or else of a day where the series is long
 * enough. What comes and goes within that is no change of level, and on 5-minute values there is a lot of it.
 */
function changeGroup(count: number, seasonLength: number, stepMs = Number.NaN): number {
  const most =
    seasonLength > 1
      ? Math.min(seasonLength / 4, count / ENOUGH_VALUES_FOR_CHANGE_POINTS)
      : Math.min(quarterDayMs / stepMs, count / levelsWanted);
  return Math.max(1, Math.floor(most) || 1);
}

/** Of each `group` values; fewer in the last. */
function meansOf(values: readonly number[], group: number): number[] {
  const groups = Math.ceil(values.length / group);
  return Array.from({ length: groups }, (_, i) => mean(values.slice(i * group, (i + 1) * group)));
}

const timesOf = ({ fromMs, stepMs, values }: EvenSeries): number[] => values.map((_, i) => fromMs + i * stepMs);

/** The clearest, and what is clear without it. */
function clearSeasons(values: readonly number[]): number[] {
  const found: number[] = [];
  let rest = [...values];
  while (found.length < mostSeasons) {
    const [clearest] = seasonsIn(Float64Array.from(rest)).filter((length) => !found.includes(length));
    if (clearest === undefined) break;
    found.push(clearest);
    rest = withoutSeason(rest, clearest);
  }
  return found;
}

const fittingSeason = (values: readonly number[], length: number): number[] =>
  length >= 2 && values.length >= 2 * length ? [length] : [];

const usualHorizon = (count: number, seasonLength: number): number =>
  Math.max(1, Math.min(seasonLength > 1 ? seasonLength : mostHorizon, Math.floor(count / 10)));

function changesIn(values: readonly number[], times: readonly number[]): SeriesFound['changes'] {
  if (values.length < ENOUGH_VALUES_FOR_CHANGE_POINTS) {
    return {
      enough: false,
      reason: `too few values to tell levels apart (${values.length} of ${ENOUGH_VALUES_FOR_CHANGE_POINTS})`,
    };
  }
  const timeAt = (index: number): number => times[Math.round(index)] ?? Number.NaN;
  const found = changePointsOf(values).map((change) => ({
    ...change,
    atMs: timeAt(change.index),
    earliestMs: timeAt(change.indexInterval.low),
    latestMs: timeAt(change.indexInterval.high),
  }));
  return { enough: true, found };
}

function trendOf(values: readonly number[], times: readonly number[]): SeriesFound['trend'] {
  const found = trend(values.map((value, i) => ({ at: times[i] ?? Number.NaN, value })));
  return found === undefined
    ? { enough: false, reason: `too few values to show a trend (${values.length} of 8)` }
    : { enough: true, ...found };
}

function forecastFrom(
  even: EvenSeries | undefined,
  { season, horizon }: { season: number | 'auto'; horizon: number },
): SeriesFound['forecast'] {
  if (even === undefined) return { enough: false, reason: 'the points are too few, or too unevenly spaced' };
  const { fromMs, stepMs, values } = even;
  const found = forecastOf(values, { horizon, ...(season === 'auto' ? {} : { seasonLength: season }) });
  return found.enough ? { ...found, fromMs: fromMs + values.length * stepMs, stepMs } : found;
}
