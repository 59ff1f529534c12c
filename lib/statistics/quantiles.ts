/**
 * The value below which a share of a sample lies, linear between its members (definition 7 of Hyndman and Fan: "Sample quantiles
 * in statistical packages", 1996). For raw samples of bounded size; latencies go into a sketch.
 *
 * @param sorted ascending
 * @param share 0 to 1; outside it the ends are given
 * @returns NaN of an empty sample
 */
export function quantileOf(sorted: ArrayLike<number>, share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const place = Math.min(Math.max(share, 0), 1) * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  // Between equal members, infinite ones too, there is no way to go.
  return low === high || low === Number.NEGATIVE_INFINITY ? low : low + (high - low) * (place - below);
}

/** NaN of an empty sample. */
export const medianOf = (values: ArrayLike<number>): number => quantileOf(Float64Array.from(values).sort(), 0.5);
