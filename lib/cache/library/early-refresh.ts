/** -ln of the smallest number above 0 that `1 - Math.random()` gives, 2^-53. */
const LARGEST_DRAW = 53 * Math.LN2;

/**
 * Whether to refresh an entry that is still fresh: XFetch (Vattani, Chierichetti, Lowenstein: "Optimal probabilistic cache
 * stampede prevention", PVLDB 8(8), 2015): now - loaderMs beta ln(rand) >= freshUntil. The nearer its end and the longer its load
 * takes, the likelier, independently for each reader.
 *
 * @param loaderMs what the last load took; 0 never refreshes early
 * @param beta above 1 refreshes earlier, below 1 later, 0 never early
 * @param random 0 to below 1
 */
export function refreshesEarly(
  nowMs: number,
  freshUntil: number,
  loaderMs: number,
  beta = 1,
  random: () => number = Math.random,
): boolean {
  const leftMs = freshUntil - nowMs;
  if (leftMs <= 0) return true;
  // Nearly always, and without a draw: no luck could bring it forward that far.
  if (leftMs > loaderMs * beta * LARGEST_DRAW) return false;
  return -Math.log(1 - random()) * loaderMs * beta >= leftMs;
}
