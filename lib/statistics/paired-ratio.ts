import { bootstrapInterval, type Interval } from './bootstrap.ts';
import { fewClustersMean } from './few-clusters.ts';
import type { Random } from './random.ts';

/** Two measurements of the same kind, of the same cluster and as near in time as can be; both above 0, lower is better. */
export interface Pair {
  /** What pairs have in common, and may share a bias by: the worker that measured them. */
  cluster: string | number;
  /** Before. */
  a: number;
  /** After. */
  b: number;
}

/** In units of log(a / b): 0.05 is a gain of some 5 %. */
export interface LogRatio extends Interval {
  mean: number;
  /** One of each pair, in the order of the pairs. */
  ratios: number[];
  clusters: number;
}

/** Fewer pairs cannot give an interval worth reading. */
export const ENOUGH_PAIRS = 6;

/** A cluster bootstrap of fewer draws from too few; see `bootstrapInterval` and, for its coverage, the table of `fewClustersMean`. */
const ENOUGH_CLUSTERS = 6;

/**
 * The mean of log(a / b) over pairs and its interval (95 %). Ratios, not differences: so a slow scenario does not outvote a fast one,
 * and a gain of 5 % of either counts alike.
 *
 * @throws RangeError when a value is not above 0
 */
export function meanLogRatio(
  pairs: readonly Pair[],
  { random, resamples = 2000, confidence = 0.95 }: { random: Random; resamples?: number; confidence?: number },
): LogRatio {
  const clusters = new Map<string, number[]>();
  const ratios: number[] = [];
  for (const { cluster, a, b } of pairs) {
    if (!(a > 0 && b > 0 && Number.isFinite(a) && Number.isFinite(b))) {
      throw new RangeError(`both values of a pair are finite and above 0, not ${a} and ${b}`);
    }
    const ratio = Math.log(a / b);
    ratios.push(ratio);
    const key = `${typeof cluster} ${cluster}`;
    const members = clusters.get(key);
    if (members === undefined) clusters.set(key, [ratio]);
    else members.push(ratio);
  }
  const groups = [...clusters.values()];
  if (groups.length < ENOUGH_CLUSTERS)
    return { ...fewClustersMean(groups, { confidence }), ratios, clusters: groups.length };
  const sums = groups.map((group) => ({ sum: group.reduce((sum, ratio) => sum + ratio, 0), count: group.length }));
  const interval = bootstrapInterval(sums, meanOfSums, { random, resamples, confidence });
  return { ...interval, mean: meanOfSums(sums), ratios, clusters: groups.length };
}

function meanOfSums(sums: readonly { sum: number; count: number }[]): number {
  let total = 0;
  let counted = 0;
  for (const { sum, count } of sums) {
    total += sum;
    counted += count;
  }
  return total / counted;
}

/** By how many percent b is below a: log(100 / 95) -> 5. Negative when it is above. */
export const gainPercent = (logRatio: number): number => -100 * Math.expm1(-logRatio);
