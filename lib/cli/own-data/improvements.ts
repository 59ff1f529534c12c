import { gainPercent, type Pair } from '../../statistics/paired-ratio.ts';
import { quantileOf } from '../../statistics/quantiles.ts';
import type { Judged } from './judge.ts';

export interface Improvements {
  /** By how many percent b is lower in each pair, in the order of the file. */
  values: number[];
  /** What a plot of them should show: all but those far out, in whose company the rest would not be seen. */
  low: number;
  high: number;
  /** How many lie outside of it. */
  beyond: number;
  /** Their mean, and its interval where there is one. */
  levels: number[];
}

/** Of the distance between the quartiles: Tukey's outer fences ("Exploratory data analysis", 1977). */
const fence = 3;

export function improvementsOf(
  pairs: readonly Pair[],
  { improvementPercent, interval }: Pick<Judged, 'improvementPercent' | 'interval'>,
): Improvements {
  const values = pairs.map(({ a, b }) => gainPercent(Math.log(a / b)));
  const sorted = Float64Array.from(values).sort();
  const [lower, upper] = [quantileOf(sorted, 0.25), quantileOf(sorted, 0.75)];
  const reach = fence * (upper - lower);
  const levels = [improvementPercent, interval?.lowPercent, interval?.highPercent].filter((each) => each !== undefined);
  const low = Math.min(Math.max(sorted[0] ?? 0, lower - reach), 0, ...levels);
  const high = Math.max(Math.min(sorted.at(-1) ?? 0, upper + reach), 0, ...levels);
  return { values, low, high, beyond: values.filter((value) => value < low || value > high).length, levels };
}

/** What a plot of them leaves out; undefined when that is nothing. */
export const beyondInWords = ({ beyond }: Improvements): string | undefined =>
  beyond === 0 ? undefined : `${beyond} ${beyond === 1 ? 'pair lies' : 'pairs lie'} beyond the plot.`;
