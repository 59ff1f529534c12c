const smallestMb = 128;
const largestMb = 10_240;
/** One whole processor. */
const wholeProcessorMb = 1_769;
/** About doubling: what a function takes with one size is not far from what it takes with the next. */
const usual = [smallestMb, 256, 512, 1_024, wholeProcessorMb, 3_008, 5_120, largestMb] as const;
/** Above what was used at most: a size that kills the function is none. */
const reserve = 1.2;
const mostSizes = 7;
const fewestSizes = 5;

/**
 * The sizes of a memory sweep: 5 to 7 around the present one, which is among them, and none in which the function would not fit.
 *
 * @param maxMemoryUsedMb what it used at most, where that is known
 * @returns in MB, ascending
 */
export function sweepSizes(currentMb: number, maxMemoryUsedMb = 0): number[] {
  const least = Math.max(smallestMb, Math.min(currentMb, Math.ceil(maxMemoryUsedMb * reserve)));
  const sizes = [...new Set([...usual.filter((size) => size >= least), currentMb])].sort((a, b) => a - b);
  const place = sizes.indexOf(currentMb);
  // As many below as above, as far as there are.
  const from = Math.max(0, Math.min(place - Math.floor(mostSizes / 2), sizes.length - mostSizes));
  const chosen = sizes.slice(from, from + mostSizes);
  for (let step = 1; chosen.length < fewestSizes && step < 64; step++) fill(chosen);
  return chosen;
}

/** Puts one in the middle of the widest gap. */
function fill(sizes: number[]): void {
  if (sizes.length < 2) {
    const [only = largestMb] = sizes;
    sizes.unshift(Math.ceil(only / 2));
    return;
  }
  const gaps = sizes.slice(1).map((size, i) => size - (sizes[i] ?? size));
  const widest = gaps.indexOf(Math.max(...gaps));
  sizes.splice(widest + 1, 0, Math.round(((sizes[widest] ?? 0) + (sizes[widest + 1] ?? 0)) / 2));
}
