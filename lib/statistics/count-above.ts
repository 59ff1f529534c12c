import type { Sketch } from './sketch.ts';

/**
 * How many values of a sketch lie above one: each counts as the middle of its bucket, as for `quantile`, and those of the outermost
 * buckets not beyond min and max. Exact up to the width of a bucket, which is at most 0.4 %.
 */
export function countAbove(sketch: Sketch, value: number): number {
  if (sketch.count === 0 || value >= sketch.max) return 0;
  if (value < sketch.min) return sketch.count;
  let above = 0;
  for (const [lower, upper, count] of sketch.buckets()) if (Math.floor((lower + upper) / 2) > value) above += count;
  return above;
}
