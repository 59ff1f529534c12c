import { coverageOf, naiveError, skillOf } from './forecast/accuracy.ts';
import { type Backtest, backtest } from './forecast/backtest.ts';
import { fittedSmoothing } from './forecast/fit.ts';
import { type Forecaster, SeasonalNaive } from './forecast/forecaster.ts';
import { HoltWinters } from './forecast/holt-winters.ts';
import { reachByLead } from './forecast/reach.ts';
import { ENOUGH_SEASONS, seasonsIn } from './forecast/season.ts';

export interface ForecastOptions {
  /** Values ahead, 1 or more. */
  horizon: number;
  /** Values in a season, 1 for none. Detected among the usual ones (a day of hours, a week of days ...) when left out. */
  seasonLength?: number;
}

export interface ForecastPoint {
  value: number;
  /** Between `low` and `high` lie 95 of 100 values. */
  low: number;
  high: number;
}

export interface Forecast {
  enough: true;
  method: 'seasonal-naive' | 'holt-winters';
  /** 1 when no season helps. */
  seasonLength: number;
  /** One for each of the next values. */
  points: ForecastPoint[];
  /**
   * Mean absolute error of the backtest over that of the naive forecast of one season (without one: of one value) ahead, in the values before
   * (Hyndman and Koehler: "Another look at measures of forecast accuracy", 2006). Absent where nothing changed in the values before, and
   * then something did: it would be infinite.
   */
  mase?: number;
  /** Whether `mase` is below 1, by more than chance, and is so over all of the series as well, where it was fitted to it. */
  hasSkill: boolean;
  /** How many values of the backtest's second half lay in the intervals that its first half gave. */
  coveragePercent: number;
}

export interface NoForecast {
  enough: false;
  reason: string;
}

/** Of the series, what is kept for the backtest. */
const TESTED = 0.4;
const ENOUGH_TRAINING = 12;
const ENOUGH_ORIGINS = 8;
/** 0: no trend. 1: a straight one. */
const DAMPINGS = [0, 0.9, 0.98, 1];
const MOST_SEASONS = 2;
/** Values that the smoothing is fitted to: more only take time. */
const MOST_FITTED = 2000;

interface Candidate {
  method: Forecast['method'];
  seasonLength: number;
  /** What makes forecasters that are fitted to these values, and have seen none. */
  fittedTo: (values: Float64Array) => () => Forecaster;
}

/**
 * What comes next, by the method that forecast the last part of the series best from what came before it: the seasonal naive one, or that of
 * Holt and Winters, with a season or none, and with a trend or none.
 *
 * @param values in order of time, evenly spaced
 * @throws RangeError on a value that is not finite, or a horizon or season below 1
 */
export function forecastOf(
  values: readonly number[],
  { horizon, seasonLength }: ForecastOptions,
): Forecast | NoForecast {
  const series = Float64Array.from(values);
  check(series, horizon, seasonLength);
  const tested = Math.max(Math.floor(TESTED * series.length), horizon + ENOUGH_ORIGINS - 1);
  const from = series.length - tested;
  const training = series.subarray(0, Math.max(0, from));
  const least = leastTraining(seasonLength);
  if (from < least) {
    const needed = Math.max(Math.floor((least - 1) / (1 - TESTED)) + 1, least + horizon + ENOUGH_ORIGINS - 1);
    const what = seasonLength === undefined || seasonLength === 1 ? '' : ` in seasons of ${seasonLength}`;
    return {
      enough: false,
      reason: `${values.length} values are too few to forecast ${horizon} more${what} and to try it out on the last of them: it takes ${needed}`,
    };
  }
  const seasons = seasonLength === undefined ? seasonsIn(training).slice(0, MOST_SEASONS) : [seasonLength];
  const tests = [...new Set([1, ...seasons])]
    .flatMap((length) => candidatesOf(length, horizon))
    .map((candidate) => ({ candidate, test: backtest(candidate.fittedTo(training)(), series, from, horizon) }));
  const { candidate, test } = tests.reduce((best, each) =>
    each.test.meanAbsoluteError < best.test.meanAbsoluteError ? each : best,
  );
  return answer(series, from, candidate, test);
}

const leastTraining = (seasonLength = 1): number =>
  Math.max(ENOUGH_TRAINING, seasonLength === 1 ? 0 : ENOUGH_SEASONS * seasonLength);

function candidatesOf(seasonLength: number, horizon: number): Candidate[] {
  return [
    { method: 'seasonal-naive', seasonLength, fittedTo: () => () => new SeasonalNaive(seasonLength) },
    ...DAMPINGS.map((damping): Candidate => {
      const fittedTo = (values: Float64Array) => {
        const recent = values.subarray(-Math.max(MOST_FITTED, 4 * seasonLength));
        const smoothing = fittedSmoothing(recent, { seasonLength, damping, horizon });
        return () => new HoltWinters(smoothing, seasonLength, values);
      };
      return { method: 'holt-winters', seasonLength, fittedTo };
    }),
  ];
}

function answer(
  series: Float64Array,
  from: number,
  { method, seasonLength, fittedTo }: Candidate,
  test: Backtest,
): Forecast {
  const start = fittedTo(series);
  const forecaster = start();
  for (const value of series) forecaster.update(value);
  const reach = reachByLead(test.errors);
  const points = reach.map((far, i) => {
    const value = forecaster.ahead(i + 1);
    return { value, low: value - far, high: value + far };
  });
  const everywhere = backtest(start(), series, Math.min(from, ENOUGH_SEASONS * seasonLength), test.errors.length);
  return {
    enough: true,
    method,
    seasonLength,
    points,
    ...skillOf(test, everywhere, naiveError(series.subarray(0, from), seasonLength)),
    coveragePercent: coverageOf(test),
  };
}

function check(values: Float64Array, horizon: number, seasonLength: number | undefined): void {
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new RangeError(`value ${wrong} of a series is finite, not ${values[wrong]}`);
  for (const [name, count] of Object.entries({ horizon, seasonLength })) {
    if (count !== undefined && !(Number.isInteger(count) && count >= 1))
      throw new RangeError(`a ${name} is a whole number from 1, not ${count}`);
  }
}
