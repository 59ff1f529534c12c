import { cutsOf } from './cuts.ts';
import { noiseAroundSegments } from './noise.ts';
import { boundsOf, meansOf, squaresAroundSegments } from './segments.ts';
import type { Cleaned } from './without-outliers.ts';

/** What a cut, or a slope, has to take from the sum of squares: so many variances, times the logarithm of the count. */
const PENALTY = 3;
/** A slope is fitted after so many of the greatest steps at most were taken out. */
const MOST_STEPS = 4;

/** Levels, or levels that drift. */
export interface Description {
  /** As the values were, less the drift. */
  cleaned: Cleaned;
  cuts: number[];
  /** Per value; 0 unless a drift explains the series better than a stair. */
  slope: number;
}

/**
 * A slow drift looks like a stair of many steps. Where levels that share one slope describe a series with fewer cuts, and better (by a
 * penalized sum of squares, in which the slope counts as one), the drift is no change point.
 */
export function withoutDrift(cleaned: Cleaned): Description {
  const cuts = cutsOf(cleaned);
  const plain: Description = { cleaned, cuts, slope: 0 };
  if (!isStair(cleaned.values, cuts)) return plain;
  const count = cleaned.values.length;
  const { deviation, memory } = noiseAroundSegments(cleaned.values, cuts, cleaned.replaced);
  const price = (PENALTY * Math.log(count) * deviation ** 2 * (1 + memory)) / (1 - memory);
  const costOf = ({ cleaned: { values }, cuts, slope }: Description): number =>
    squaresAroundSegments(values, cuts) + price * (cuts.length + (slope === 0 ? 0 : 1));
  return stepsFirst(cleaned.values, cuts)
    .map((steps) => drifting(cleaned, steps))
    .filter(({ cuts: fewer }) => fewer.length < cuts.length)
    .reduce((best, each) => (costOf(each) < costOf(best) ? each : best), plain);
}

/** Two steps or more, all in one direction. */
function isStair(values: Float64Array, cuts: readonly number[]): boolean {
  const means = meansOf(values, cuts);
  const directions = new Set(means.slice(1).map((mean, i) => Math.sign(mean - (means[i] ?? 0))));
  return cuts.length >= 2 && directions.size === 1;
}

/** None of the cuts, the one with the greatest step, the two with the greatest, and so on. */
function stepsFirst(values: Float64Array, cuts: readonly number[]): number[][] {
  const means = meansOf(values, cuts);
  const height = (i: number): number => Math.abs((means[i + 1] ?? 0) - (means[i] ?? 0));
  const byHeight = [...cuts.keys()].sort((a, b) => height(b) - height(a));
  return Array.from({ length: Math.min(MOST_STEPS, cuts.length - 1) }, (_, most) =>
    byHeight
      .slice(0, most)
      .map((i) => cuts[i] ?? 0)
      .sort((a, b) => a - b),
  );
}

/** The series less the slope that its segments share, and the cuts that are left of it. */
function drifting({ values, replaced }: Cleaned, cuts: readonly number[]): Description {
  const slope = sharedSlope(values, cuts);
  const middle = (values.length - 1) / 2;
  const cleaned = { values: values.map((value, i) => value - slope * (i - middle)), replaced };
  return { cleaned, cuts: cutsOf(cleaned), slope };
}

/** Of least squares. */
function sharedSlope(values: Float64Array, cuts: readonly number[]): number {
  const means = meansOf(values, cuts);
  let products = 0;
  let squares = 0;
  for (const [segment, { begin, end }] of boundsOf(values.length, cuts).entries()) {
    const middle = (begin + end - 1) / 2;
    for (let i = begin; i < end; i++) {
      products += (i - middle) * ((values[i] ?? 0) - (means[segment] ?? 0));
      squares += (i - middle) ** 2;
    }
  }
  return products / squares;
}
