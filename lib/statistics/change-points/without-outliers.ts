import { medianOf } from '../quantiles.ts';

/** Values to each side: of the seven, fewer than four that agree are no level. */
const REACH = 3;
/** Deviations: of normal noise one value in 2,000 lies farther from its level. */
const OUTLYING = 3.5;

/** Values of which those that stood alone were replaced. */
export interface Cleaned {
  values: Float64Array;
  replaced: number;
}

/**
 * Replaces values that stand alone by the median of their neighbourhood (the filter of Hampel: "The influence curve and its role in
 * robust estimation", JASA 69, 1974). A level that changes does not stand alone: the median of values to both sides lies on the side
 * of most of them.
 *
 * @param values 7 or more
 * @param deviation standard deviation of the noise
 */
export function withoutOutliers(values: Float64Array, deviation: number): Cleaned {
  let replaced = 0;
  const cleaned = values.map((value, i) => {
    const begin = Math.max(0, Math.min(i - REACH, values.length - 2 * REACH - 1));
    const neighbourhood = medianOf(values.subarray(begin, begin + 2 * REACH + 1));
    if (Math.abs(value - neighbourhood) <= OUTLYING * deviation) return value;
    replaced += 1;
    return neighbourhood;
  });
  return { values: cleaned, replaced };
}
