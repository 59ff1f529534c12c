import type { Pair } from '../../../lib/statistics/paired-ratio.ts';
import type { Random } from '../../../lib/statistics/random.ts';

export interface Drawn {
  clusters: number;
  /** Of each cluster. */
  pairs: number;
  /** The true gain of b over a. */
  gainPercent?: number;
  /** The standard deviation of a pair's log ratio within its cluster. */
  noise?: number;
  /** The standard deviation of the clusters' true log ratios, in noises. */
  clusterEffect?: number;
}

/** Pairs as slices of a load test give them: levels that differ widely between pairs, ratios that differ little. */
export function drawPairs(random: Random, drawn: Drawn): Pair[] {
  const { clusters, pairs, gainPercent = 0, noise = 0.03, clusterEffect = 0 } = drawn;
  return Array.from({ length: clusters }, (_, cluster) => {
    const effect = Math.log(1 - gainPercent / 100) + clusterEffect * noise * random.normal();
    return Array.from({ length: pairs }, (): Pair => {
      const a = 100 * Math.exp(0.2 * random.normal());
      return { cluster, a, b: a * Math.exp(effect + noise * random.normal()) };
    });
  }).flat();
}

/** In how many of so many draws it holds. */
export function shareOf(times: number, holds: () => boolean): number {
  let count = 0;
  for (let i = 0; i < times; i++) if (holds()) count++;
  return count / times;
}
