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
 * They are fewer only where Lambda has fewer between what the function needs and the largest.
 *
 * @param maxMemoryUsedMb what it used at most, where that is known
 * @returns in MB, ascending
 */
export function sweepSizes(currentMb: number, maxMemoryUsedMb = 0): number[] {
  const leastMb = Math.max(smallestMb, Math.min(currentMb, Math.ceil(maxMemoryUsedMb * reserve)));
  const sizes = [...new Set([...usual.filter((size) => size >= leastMb), currentMb])].sort((a, b) => a - b);
  const place = sizes.indexOf(currentMb);
  // As many below as above, as far as there are.
  const from = Math.max(0, Math.min(place - Math.floor(mostSizes / 2), sizes.length - mostSizes));
  const chosen = sizes.slice(from, from + mostSizes);
  return chosen.length < fewestSizes ? filled([...new Set([leastMb, ...chosen])]) : chosen;
}

/** With the middle of the widest gap, again and again, until there are enough or no gap is left. */
function filled(sizes: readonly number[]): number[] {
  if (sizes.length >= fewestSizes) return [...sizes];
  const gaps = sizes.slice(1).map((size, i) => size - (sizes[i] ?? size));
  const widest = Math.max(0, ...gaps);
  if (widest < 2) return [...sizes];
  const after = gaps.indexOf(widest) + 1;
  return filled(sizes.toSpliced(after, 0, (sizes[after] ?? 0) - Math.floor(widest / 2)));
}
