import { mean } from '../moments.ts';
import { medianOf } from '../quantiles.ts';
import type { Forecaster } from './forecaster.ts';

export interface Smoothing {
  /** How much of an error the level takes up, 0 to 1. */
  level: number;
  /** How much of what the level took up the trend takes up, 0 to 1. */
  trend: number;
  /** How much of an error the season takes up, 0 to 1. */
  season: number;
  /** How much of the last error is expected again, one value later, 0 to below 1. */
  memory: number;
  /** What is left of the trend from one value to the next, 0 (no trend) to 1 (a straight line). */
  damping: number;
}

/** Typical errors: what lies farther moves the states by no more. */
const OUTLYING = 4;
/** Of the typical error's own smoothing. */
const NEWS = 0.05;
/** Values that a level and its trend begin with, where there is no season. */
const FIRST = 10;
/** Seasons that the first season is the mean of. */
const FIRST_SEASONS = 3;

/**
 * The additive method of Holt (1957) and Winters (1960) with damped trend (Gardner and McKenzie: "Forecasting trends in time series",
 * Management Science 31, 1985), with an autoregression of the errors (Taylor: "Short-term electricity demand forecasting using double
 * seasonal exponential smoothing", Journal of the Operational Research Society 54, 2003), and with errors cut where they
 * are outliers (after Gelper, Fried and Croux: "Robust forecasting with exponential and Holt-Winters smoothing", 2010). A level that has
 * shifted is followed all the same: the typical error grows with it.
 */
export class HoltWinters implements Forecaster {
  readonly #smoothing: Smoothing;
  readonly #seasonal: Float64Array;
  #level: number;
  #trend: number;
  #lastError = 0;
  #typicalError: number;
  #seen = 0;

  /**
   * @param first the series' beginning, which the states begin with: two seasons or more. Give these values to `update` too
   * @param seasonLength 1 for none
   */
  constructor(smoothing: Smoothing, seasonLength: number, first: Float64Array) {
    this.#smoothing = smoothing;
    const begin = seasonLength > 1 ? firstSeasons(first, seasonLength) : firstValues(first);
    this.#seasonal = begin.season;
    this.#trend = smoothing.damping === 0 ? 0 : begin.trend;
    // Where it was before the first value.
    this.#level = begin.level - this.#trend * (begin.middle + 1);
    this.#typicalError = mean(Array.from(first.subarray(1, FIRST), (value, i) => Math.abs(value - (first[i] ?? 0))));
  }

  update(value: number): void {
    const { level, trend, season, damping, memory } = this.#smoothing;
    const place = this.#seen++ % this.#seasonal.length;
    const expected = this.#level + damping * this.#trend;
    const atSeason = this.#seasonal[place] as number;
    const error = value - expected - atSeason;
    // What the last error lets expect is no news.
    const news = error - memory * this.#lastError;
    const most = OUTLYING * this.#typicalError;
    const heeded = this.#seen > 1 && most > 0 ? Math.max(-most, Math.min(most, news)) : news;
    this.#typicalError += NEWS * (Math.min(Math.abs(news), 2 * most) - this.#typicalError);
    this.#lastError = heeded + memory * this.#lastError;
    this.#level = expected + level * heeded;
    this.#trend = damping * this.#trend + level * trend * heeded;
    if (this.#seasonal.length > 1) this.#seasonal[place] = atSeason + season * (1 - level) * heeded;
  }

  ahead(lead: number): number {
    const { damping, memory } = this.#smoothing;
    const place = (this.#seen + lead - 1) % this.#seasonal.length;
    const steps = damping === 1 ? lead : (damping * (1 - damping ** lead)) / (1 - damping);
    return this.#level + steps * this.#trend + (this.#seasonal[place] as number) + memory ** lead * this.#lastError;
  }
}

/** States to begin with. */
interface Beginning {
  /** At `middle`, an index, or between two. */
  level: number;
  middle: number;
  trend: number;
  season: Float64Array;
}

function firstValues(first: Float64Array): Beginning {
  const few = first.subarray(0, FIRST);
  const trend = medianOf(few.subarray(1).map((value, i) => value - (few[i] ?? 0)));
  return { level: medianOf(few), middle: (few.length - 1) / 2, trend, season: new Float64Array(1) };
}

function firstSeasons(first: Float64Array, seasonLength: number): Beginning {
  const count = Math.min(FIRST_SEASONS, Math.floor(first.length / seasonLength));
  const levels = Array.from({ length: count }, (_, i) =>
    mean(Array.from(first.subarray(i * seasonLength, (i + 1) * seasonLength))),
  );
  const [level = 0] = levels;
  const trend = ((levels.at(-1) ?? 0) - level) / seasonLength / (count - 1);
  const middle = (seasonLength - 1) / 2;
  const season = Float64Array.from({ length: seasonLength }, (_, i) => {
    const above = mean(levels.map((each, at) => (first[at * seasonLength + i] ?? 0) - each));
    return above - trend * (i - middle);
  });
  return { level, middle, trend, season };
}
