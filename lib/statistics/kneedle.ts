import { inOrderOfX, type SeriesPoint } from './series.ts';

export interface KneedleOptions {
  /** S of the paper: how far the curve must fall behind after a knee, in mean steps of x, for it to count (1). */
  sensitivity?: number;
}

/**
 * The knee of a concave, increasing curve: where more x stops bringing much more y. Found by the curve's height over the straight
 * line from its first to its last point, so it depends on how far the curve was followed: a cross-check for a fitted law, no
 * substitute. (Satopaa, Albrecht, Irwin, Raghavan: "Finding a 'kneedle' in a haystack", ICDCS workshops 2011; without the smoothing
 * of its first step: steps of a load test are means already.)
 *
 * @param points at least 3 different x, in any order; points of the same x count as one, their mean
 * @returns the highest of the knees, undefined when there is none: on a straight or convex curve
 */
export function kneedle(
  points: readonly SeriesPoint[],
  { sensitivity = 1 }: KneedleOptions = {},
): SeriesPoint | undefined {
  const curve = inOrderOfX(points);
  const [first] = curve;
  const last = curve.at(-1);
  if (curve.length < 3 || first === undefined || last === undefined) return undefined;
  const lowest = Math.min(...curve.map(({ y }) => y));
  const height = Math.max(...curve.map(({ y }) => y)) - lowest;
  if (height === 0) return undefined;
  const width = last.x - first.x;
  const differences = curve.map(({ x, y }) => (y - lowest) / height - (x - first.x) / width);

  const drop = sensitivity / (curve.length - 1);
  let knee: number | undefined;
  let candidate: number | undefined;
  for (const [i, difference] of differences.entries()) {
    const before = differences[i - 1];
    const after = differences[i + 1];
    if (candidate !== undefined && difference < (differences[candidate] ?? 0) - drop) {
      if (knee === undefined || (differences[candidate] ?? 0) > (differences[knee] ?? 0)) knee = candidate;
      candidate = undefined;
    }
    // Of a level top, its beginning.
    const isTop = before !== undefined && after !== undefined && difference > before && difference >= after;
    // A lower top beside one that has not been confirmed yet is noise on its slope.
    if (isTop && (candidate === undefined || difference > (differences[candidate] ?? 0))) candidate = i;
  }
  return knee === undefined ? undefined : curve[knee];
}
