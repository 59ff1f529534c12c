import { medianOf } from './quantiles.ts';

/**
 * A series less what recurs in it: of each place in the season, the median distance from a moving mean over one season (classical
 * decomposition, with medians in place of means, which a change of the level would move). What is left has the level and the noise.
 *
 * @param values evenly spaced, of two seasons or more
 * @param length values in a season, 2 or more
 * @throws RangeError when there are fewer
 */
export function withoutSeason(values: readonly number[], length: number): number[] {
  if (!(Number.isInteger(length) && length >= 2)) throw new RangeError(`a season has 2 values or more, not ${length}`);
  if (values.length < 2 * length) throw new RangeError(`${values.length} values are not two seasons of ${length}`);
  const level = movingMean(values, length);
  const distances: number[][] = Array.from({ length }, () => []);
  for (const [i, value] of values.entries()) distances[i % length]?.push(value - (level[i] ?? 0));
  const season = distances.map(medianOf);
  const mean = season.reduce((sum, each) => sum + each, 0) / length;
  return values.map((value, i) => value - ((season[i % length] ?? 0) - mean));
}

/** Over one season around each value; at both ends, that of the first and last whole season. */
function movingMean(values: readonly number[], length: number): number[] {
  const sums = new Float64Array(values.length + 1);
  for (const [i, value] of values.entries()) sums[i + 1] = (sums[i] ?? 0) + value;
  const half = Math.floor(length / 2);
  return values.map((_, i) => {
    const begin = Math.min(Math.max(0, i - half), values.length - length);
    return ((sums[begin + length] ?? 0) - (sums[begin] ?? 0)) / length;
  });
}
