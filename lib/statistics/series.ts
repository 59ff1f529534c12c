import { mean } from './moments.ts';

export interface SeriesPoint {
  x: number;
  y: number;
}

/**
 * In the order of x, each x once: points that share one count as their mean.
 * @throws RangeError on a point that is not finite
 */
export function inOrderOfX(points: readonly SeriesPoint[]): SeriesPoint[] {
  const shared = new Map<number, number[]>();
  for (const { x, y } of points) {
    if (!(Number.isFinite(x) && Number.isFinite(y)))
      throw new RangeError(`a series has finite points, not (${x}, ${y})`);
    const values = shared.get(x);
    if (values === undefined) shared.set(x, [y]);
    else values.push(y);
  }
  return [...shared].map(([x, values]) => ({ x, y: mean(values) })).sort((a, b) => a.x - b.x);
}
