import type { Interval } from './bootstrap.ts';
import { medianOf, quantileOf } from './quantiles.ts';
import { Random } from './random.ts';
import type { SeriesPoint } from './series.ts';

/** A robust line: up to 29 % of the points may be anything. */
export interface TheilSen {
  slope: number;
  /** y at x = 0. */
  intercept: number;
  /** Where the true slope lies with 95 %, given the variance of Kendall's S (see `mannKendall`). */
  intervalOf: (varianceOfS: number) => Interval;
}

/** All pairs of some 630 points. Of more points so many are drawn: the median of these is nearer the true median than noise lets it be. */
const MOST_PAIRS = 200_000;

/**
 * The median of the slopes between all pairs of points, and the line of this slope through the middle of them (Theil, 1950; Sen:
 * "Estimates of the regression coefficient based on Kendall's tau", JASA 63, 1968). The same points always give the same line.
 *
 * @param points at least two, of different x, ascending
 */
export function theilSen(points: readonly SeriesPoint[]): TheilSen {
  const slopes = sortedSlopes(points);
  const slope = quantileOf(slopes, 0.5);
  const allPairs = (points.length * (points.length - 1)) / 2;
  return {
    slope,
    intercept: medianOf(points.map(({ x, y }) => y - slope * x)),
    intervalOf: (varianceOfS) => {
      const share = (1.96 * Math.sqrt(varianceOfS)) / allPairs / 2;
      return { low: quantileOf(slopes, 0.5 - share), high: quantileOf(slopes, 0.5 + share) };
    },
  };
}

function sortedSlopes(points: readonly SeriesPoint[]): Float64Array {
  const count = points.length;
  const slopeOf = (i: number, j: number): number => {
    const [from, to] = [points[i], points[j]];
    return from === undefined || to === undefined ? Number.NaN : (to.y - from.y) / (to.x - from.x);
  };
  const pairs = (count * (count - 1)) / 2;
  const slopes = new Float64Array(Math.min(pairs, MOST_PAIRS));
  if (pairs <= MOST_PAIRS) {
    for (let i = 0, at = 0; i < count; i++) for (let j = i + 1; j < count; j++) slopes[at++] = slopeOf(i, j);
  } else {
    const random = new Random(1);
    for (let at = 0; at < slopes.length; at++) {
      const i = random.between(0, count - 1);
      // Never the same point twice, and every other one as likely.
      slopes[at] = slopeOf(i, (i + random.between(1, count - 1)) % count);
    }
  }
  return slopes.sort();
}
