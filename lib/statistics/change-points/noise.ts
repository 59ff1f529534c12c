import { medianOf } from '../quantiles.ts';
import { meansOf } from './segments.ts';

/** What a series does around its level, as an autoregression of order 1. */
export interface Noise {
  /** Standard deviation of the values around their level. */
  deviation: number;
  /** How much of a value's distance from the level the next one keeps, 0 to 0.95. */
  memory: number;
}

const MOST_MEMORY = 0.95;
const LAGS = [1, 2, 3, 4, 5];
/** A median distance times this is a standard deviation, of normal values. */
const DEVIATIONS_PER_MEDIAN = 1.4826;
/** The share of a normal distribution's variance within three deviations, of what is drawn within them. */
const VARIANCE_WITHIN_THREE = 0.9733;

/** Half the mean square of differences at a lag, without those that outliers and changes of level made. */
function semivariance(values: Float64Array, lag: number): number {
  const distances = distancesAt(values, lag);
  const farthest = 3 * DEVIATIONS_PER_MEDIAN * medianOf(distances);
  return meanSquare(distances.filter((distance) => distance <= farthest)) / VARIANCE_WITHIN_THREE / 2;
}

function distancesAt(values: Float64Array, lag: number): Float64Array {
  const distances = new Float64Array(values.length - lag);
  for (let i = 0; i < distances.length; i++) distances[i] = Math.abs((values[i + lag] ?? 0) - (values[i] ?? 0));
  return distances;
}

const meanSquare = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value * value, 0) / values.length;

/**
 * The noise of a series whose level may change anywhere: from differences, which know no level. At a lag k half their mean square is
 * deviation^2 (1 - memory^k); the memory that lags 1 to 5 agree on best is taken. (Differences of lag 1 and 2 alone, as by Chakar,
 * Lebarbier, Levy-Leduc and Robin: "A robust approach for estimating change-points in the mean of an AR(1) process", Bernoulli 23,
 * 2017, leave it half again as uncertain.)
 *
 * @returns a deviation of 0 for a constant series
 */
export function noiseOfDifferences(values: Float64Array): Noise {
  const measured = LAGS.map((lag) => semivariance(values, lag));
  if (measured.includes(0)) {
    // Most values equal others near them, so that only the rest can say how far they lie apart.
    return { deviation: Math.sqrt(meanSquare(distancesAt(values, 1)) / 2), memory: 0 };
  }
  let best: Noise = { deviation: 0, memory: 0 };
  let least = Number.POSITIVE_INFINITY;
  for (let memory = 0; memory <= MOST_MEMORY; memory += 0.01) {
    const variances = measured.map((variance, i) => variance / (1 - memory ** (i + 1)));
    const variance = variances.reduce((sum, each) => sum + each, 0) / variances.length;
    const misfit = variances.reduce((sum, each, i) => sum + Math.log(each / variance) ** 2 / (i + 1), 0);
    if (misfit < least) {
      least = misfit;
      best = { deviation: Math.sqrt(variance), memory };
    }
  }
  return best;
}

/**
 * The noise around the means of segments: far more certain than that of differences, once the segments are known.
 *
 * Both are corrected for what the means took away. Each mean lowers the lag-1 coefficient by some (1 + 3 memory) / n (Marriott and
 * Pope: "Bias in the estimation of autocorrelations", Biometrika 41, 1954), and the variance by that of a mean.
 *
 * @param cuts the first index of every segment but the first
 * @param replaced values that were replaced by others like them: they neither varied nor count
 */
export function noiseAroundSegments(values: Float64Array, cuts: readonly number[], replaced: number): Noise {
  const count = values.length;
  const means = meansOf(values, cuts);
  let squares = 0;
  let products = 0;
  let last = 0;
  for (let i = 0, segment = 0; i < count; i++) {
    if (i === cuts[segment]) segment += 1;
    const distance = (values[i] ?? 0) - (means[segment] ?? 0);
    squares += distance * distance;
    products += distance * last;
    last = distance;
  }
  if (squares === 0) return { deviation: 0, memory: 0 };
  const corrected = (count * (products / squares) + means.length) / Math.max(1, count - 3 * means.length - 1);
  const memory = Math.min(MOST_MEMORY, Math.max(0, corrected));
  const perMean = Math.min((1 + memory) / (1 - memory), count / means.length / 2);
  const variance = squares / (count - means.length * perMean);
  return { deviation: (Math.sqrt(variance) * count) / (count - replaced), memory };
}
