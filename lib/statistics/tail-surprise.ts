/** Bins to an octave: a bin's edges lie 19 % apart. */
const BINS_PER_OCTAVE = 4;
const LOWEST_EXPONENT = -10;
const HIGHEST_EXPONENT = 16;
const BINS = (HIGHEST_EXPONENT - LOWEST_EXPONENT) * BINS_PER_OCTAVE + 1;
/** Where the tail begins: so much of what was seen lies in it. */
const TAIL_SHARE = 0.02;
/** Or so many, of less the tail's shape would be chance. */
const TAIL_LEAST = 10;
/** Shapes of the tail, from near an exponential one to one without a variance. */
const LIGHTEST = 0.1;
const HEAVIEST = 0.5;

const lowerEdgeOf = (bin: number): number => 2 ** (LOWEST_EXPONENT + bin / BINS_PER_OCTAVE);
const middles = Float64Array.from({ length: BINS }, (_, bin) => lowerEdgeOf(bin + 0.5));
/** In bins, with the fraction that lies below it in its own; 0 for what is smaller than all of them. */
const placeOf = (magnitude: number): number =>
  magnitude <= lowerEdgeOf(0)
    ? 0
    : Math.min((Math.log2(magnitude) - LOWEST_EXPONENT) * BINS_PER_OCTAVE, BINS - 2 ** -20);

/** How often each magnitude came, with what is long past forgotten. Plain data, of a size that never changes. */
export interface Magnitudes {
  counts: number[];
  total: number;
}

export const noMagnitudes = (): Magnitudes => ({ counts: new Array<number>(BINS).fill(0), total: 0 });

/** @param halfLife after so many more a magnitude counts half */
export function addMagnitude(seen: Magnitudes, magnitude: number, halfLife: number): void {
  const { counts } = seen;
  const fading = 2 ** (-1 / halfLife);
  for (let bin = 0; bin < BINS; bin++) counts[bin] = (counts[bin] ?? 0) * fading;
  const bin = Math.floor(placeOf(magnitude));
  counts[bin] = (counts[bin] ?? 0) + 1;
  seen.total = seen.total * fading + 1;
}

/**
 * How surprising a magnitude is after those that were seen: -log10 of the probability of one as large, so 3 for one in a thousand.
 * Counted where enough were seen; in the tail, and beyond what was ever seen, by the generalized Pareto distribution that has the
 * tail's mean and variance (peaks over threshold: Pickands, "Statistical inference using extreme order statistics", Annals of
 * Statistics 1975; moments after Hosking and Wallis, Technometrics 1987; on streams Siffer et al., "Anomaly detection in streams with
 * extreme value theory", KDD 2017).
 */
export function surpriseOf({ counts, total }: Magnitudes, magnitude: number): number {
  if (magnitude === 0) return 0;
  const place = placeOf(magnitude);
  const leastInTail = Math.max(TAIL_LEAST, TAIL_SHARE * total);
  let tailBegin = BINS;
  let inTail = 0;
  while (tailBegin > 0 && inTail < leastInTail) {
    tailBegin -= 1;
    inTail += counts[tailBegin] ?? 0;
  }
  if (inTail > 0 && magnitude > lowerEdgeOf(tailBegin)) {
    return -Math.log10((inTail + 0.5) / (total + 1)) + excessSurprise(counts, tailBegin, inTail, magnitude);
  }
  const own = Math.floor(place);
  let asLarge = (counts[own] ?? 0) * (1 - (place - own)) + 0.5;
  for (let bin = own + 1; bin < BINS; bin++) asLarge += counts[bin] ?? 0;
  return Math.max(0, -Math.log10(asLarge / (total + 1)));
}

/** Of those in the tail. */
function excessSurprise(counts: readonly number[], tailBegin: number, inTail: number, magnitude: number): number {
  const edge = lowerEdgeOf(tailBegin);
  let sum = 0;
  let squares = 0;
  for (let bin = tailBegin; bin < BINS; bin++) {
    const excess = (middles[bin] ?? 0) - edge;
    sum += (counts[bin] ?? 0) * excess;
    squares += (counts[bin] ?? 0) * excess * excess;
  }
  const mean = sum / inTail;
  const variance = squares / inTail - mean * mean;
  const shape = Math.min(Math.max(variance > 0 ? 0.5 * (1 - (mean * mean) / variance) : 0, LIGHTEST), HEAVIEST);
  const scale = mean * (1 - shape);
  return Math.log10(1 + (shape * (magnitude - edge)) / scale) / shape;
}

/** The magnitude that this share of those seen does not exceed, to a bin's width. 0 of none. */
export function magnitudeAt({ counts, total }: Magnitudes, share: number): number {
  let below = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const here = counts[bin] ?? 0;
    if (here > 0 && below + here >= share * total) {
      // What is smaller than the least bin is nothing.
      return bin === 0 ? 0 : lowerEdgeOf(bin + (share * total - below) / here);
    }
    below += here;
  }
  return 0;
}
