/** Hours, days and weeks in weeks, days, hours, quarters of an hour, five and one minutes. */
export const KNOWN_SEASONS: readonly number[] = [7, 12, 24, 48, 60, 96, 144, 168, 288, 336, 672, 1440];

const CLEAR = 0.2;
/** Above what the values half a season apart have in common: a series that only changes slowly has no season. */
const ABOVE_HALF = 0.1;
/** By so many standard errors of white noise (1 / sqrt(n)) two autocorrelations of one series differ by chance. */
const SAMPLING_ERRORS = 2;
/** Seasons that must be there to be seen. */
export const ENOUGH_SEASONS = 3;

/**
 * The seasons that show in a series: values a season apart resemble each other, and more so than those half a season apart.
 *
 * @param candidates lengths of seasons, in values
 * @returns the clearest first; of those as clear as it that it is a multiple of, the shortest
 */
export function seasonsIn(values: Float64Array, candidates: readonly number[] = KNOWN_SEASONS): number[] {
  const flat = detrended(values);
  const error = SAMPLING_ERRORS / Math.sqrt(values.length);
  const clear = candidates
    .filter((length) => ENOUGH_SEASONS * length <= values.length)
    .map((length) => ({
      length,
      at: autocorrelation(flat, length),
      atHalf: autocorrelation(flat, Math.round(length / 2)),
    }))
    .filter(({ at, atHalf }) => at > CLEAR + 1 / Math.sqrt(values.length) && at > atHalf + ABOVE_HALF)
    .sort((a, b) => b.at - a.at);
  const [best] = clear;
  // What recurs each day recurs as well every five: the shortest that is as clear is the season.
  const shortest = clear
    .filter(({ length, at }) => best !== undefined && best.length % length === 0 && at >= best.at - error)
    .reduce((least, { length }) => Math.min(least, length), best?.length ?? 0);
  return clear.map(({ length }) => length).sort((a, b) => Number(b === shortest) - Number(a === shortest));
}

/** Less the straight line of least squares, and with outliers cut at the 1st and 99th percentile. */
function detrended(values: Float64Array): Float64Array {
  const middle = (values.length - 1) / 2;
  let level = 0;
  let products = 0;
  let squares = 0;
  for (const [i, value] of values.entries()) {
    level += value / values.length;
    products += (i - middle) * value;
    squares += (i - middle) ** 2;
  }
  const flat = values.map((value, i) => value - level - (products / squares) * (i - middle));
  const sorted = flat.toSorted();
  const [low = 0, high = 0] = [sorted[Math.floor(0.01 * values.length)], sorted[Math.ceil(0.99 * values.length) - 1]];
  return flat.map((value) => Math.min(high, Math.max(low, value)));
}

function autocorrelation(values: Float64Array, lag: number): number {
  let product = 0;
  let square = 0;
  for (let i = 0; i < values.length; i++) {
    square += (values[i] as number) ** 2;
    if (i >= lag) product += (values[i] as number) * (values[i - lag] as number);
  }
  return square > 0 ? (product / square) * (values.length / (values.length - lag)) : 0;
}
