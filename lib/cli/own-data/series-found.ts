import { type Anomaly, anomaliesOf } from '../../statistics/anomalies-of.ts';
import type { AnomalyScore } from '../../statistics/anomaly.ts';
import { type ChangePoint, changePointsOf, ENOUGH_VALUES_FOR_CHANGE_POINTS } from '../../statistics/change-points.ts';
import { seasonsIn } from '../../statistics/forecast/season.ts';
import { type Forecast, type ForecastPoint, forecastOf } from '../../statistics/forecast.ts';
import { mean } from '../../statistics/moments.ts';
import { withoutRhythm } from '../../statistics/rhythm.ts';
import { type Trend, trend } from '../../statistics/trend.ts';
import { type EvenSeries, evenSeries, type TimePoint, timeAt } from './even-series.ts';
import { optionsInSteps } from './options-in-steps.ts';

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
  /** What was taken out, in values of `even`: the clearest first; none where there is no `even`, or none was seen. */
  seasonLengths: number[];
  /** What became of the season and the horizon that were asked for, where they could not be taken as they were. */
  notes: string[];
  /** Changes are of means over so long. Absent without `even`. */
  changeStepMs?: number;
  anomalies: Claim<{ found: Anomaly[] }>;
  changes: Claim<{ found: LevelChange[] }>;
  trend: Claim<Trend>;
  forecast: Claim<Omit<Forecast, 'enough' | 'points'> & { points: TimedForecast[] }>;
}

export interface TimedForecast extends ForecastPoint {
  timestampMs: number;
}

export interface SeriesOptions {
  /** In values of the series, 1 for none; `auto`: the clearest of those that are usual. */
  season: number | 'auto';
  /** In values of the series. Default: a season, but no more than a tenth of the series. */
  horizon?: number;
}

const mostHorizon = 60;
/** A week has days in it. */
const mostSeasons = 2;

/** @param points in order of time, each time once */
export function seriesFound(points: readonly TimePoint[], options: SeriesOptions): SeriesFound {
  const scored = anomaliesOf(points);
  const even = evenSeries(points);
  const { season, horizon, notes } = optionsInSteps(options, even);
  const values = even?.values ?? points.map(({ value }) => value);
  const times = even === undefined ? points.map(({ timestampMs }) => timestampMs) : timesOf(even);
  const seasons = even === undefined ? [] : season === 'auto' ? clearSeasons(values) : fittingSeason(values, season);
  const level = seasons.reduce(withoutSeason, [...values]);
  const seasonLength = seasons[0] ?? 1;
  const group = changeGroup(values.length, seasonLength, even?.stepMs);
  const gaps = new Set(even?.filled);
  const measured = level.flatMap((value, i) => (gaps.has(i) ? [] : [{ place: i, at: times[i] ?? Number.NaN, value }]));
  return {
    points: scored.points,
    ...(even === undefined ? {} : { even, changeStepMs: group * even.stepMs }),
    seasonLengths: seasons,
    notes,
    anomalies: scored.enough
      ? { enough: true, found: scored.anomalies }
      : { enough: false, reason: `too few points to know what is usual (${points.length} of 101)` },
    changes: changesIn(inGroups(measured, group)),
    trend: trendOf(measured),
    forecast: forecastFrom(even, { season, horizon: horizon ?? usualHorizon(values.length, seasonLength) }),
  };
}

interface Measured {
  place: number;
  at: number;
  value: number;
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

/** The means of what was measured in each `group` places, at its first; none of a group where nothing was. */
function inGroups(measured: readonly Measured[], group: number): Measured[] {
  return [...Map.groupBy(measured, ({ place }) => Math.floor(place / group)).values()].flatMap((each) =>
    each[0] === undefined ? [] : [{ ...each[0], value: mean(each.map(({ value }) => value)) }],
  );
}

const timesOf = (even: EvenSeries): number[] => even.values.map((_, place) => timeAt(even, place));

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

/** What recurs after so many values, of which there are two rounds or more. */
function withoutSeason(values: readonly number[], length: number): number[] {
  const points = values.map((value, at) => ({ at, value }));
  return withoutRhythm(points, { round: length, slot: 1, leastRounds: 2 }).map(({ value }) => value);
}

const fittingSeason = (values: readonly number[], length: number): number[] =>
  length >= 2 && values.length >= 2 * length ? [length] : [];

const usualHorizon = (count: number, seasonLength: number): number =>
  Math.max(1, Math.min(seasonLength > 1 ? seasonLength : mostHorizon, Math.floor(count / 10)));

function changesIn(levels: readonly Measured[]): SeriesFound['changes'] {
  if (levels.length < ENOUGH_VALUES_FOR_CHANGE_POINTS) {
    return {
      enough: false,
      reason: `too few values to tell levels apart (${levels.length} of ${ENOUGH_VALUES_FOR_CHANGE_POINTS})`,
    };
  }
  const timeOf = (index: number): number => levels[Math.round(index)]?.at ?? Number.NaN;
  const found = changePointsOf(levels.map(({ value }) => value)).map((change) => ({
    ...change,
    atMs: timeOf(change.index),
    earliestMs: timeOf(change.indexInterval.low),
    latestMs: timeOf(change.indexInterval.high),
  }));
  return { enough: true, found };
}

function trendOf(measured: readonly Measured[]): SeriesFound['trend'] {
  const found = trend(measured);
  return found === undefined
    ? { enough: false, reason: `too few values to show a trend (${measured.length} of 8)` }
    : { enough: true, ...found };
}

function forecastFrom(
  even: EvenSeries | undefined,
  { season, horizon }: { season: number | 'auto'; horizon: number },
): SeriesFound['forecast'] {
  if (even === undefined) return { enough: false, reason: 'the points are too few, or too unevenly spaced' };
  const found = forecastOf(even.values, { horizon, ...(season === 'auto' ? {} : { seasonLength: season }) });
  if (!found.enough) return found;
  const points = found.points.map((point, index) => ({
    timestampMs: timeAt(even, even.values.length + index),
    ...point,
  }));
  return { ...found, points };
}
