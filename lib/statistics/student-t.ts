import { rootOf } from './root.ts';

/** The logarithm of the gamma function for x > 0, to some 1e-14 (the asymptotic series of Stirling, reached by recurrence). */
function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  for (; at < 12; at++) shift -= Math.log(at);
  const square = 1 / (at * at);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / at;
  return shift + (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series;
}

/** The regularized incomplete beta function by its continued fraction (Abramowitz and Stegun, 26.5.8), evaluated by Lentz's method. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast on this side of the mean only.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let numerator = 1;
  let denominator = 1 / (1 - ((a + b) * x) / (a + 1));
  let value = denominator;
  for (let m = 1; m <= 500; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    denominator = 1 / (1 + even * denominator);
    numerator = 1 + even / numerator;
    value *= numerator * denominator;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    denominator = 1 / (1 + odd * denominator);
    numerator = 1 + odd / numerator;
    const factor = numerator * denominator;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-15) break;
  }
  return front * value;
}

/** How likely a number of Student's t distribution exceeds t. */
export function studentUpperTail(t: number, degreesOfFreedom: number): number {
  const half = 0.5 * incompleteBeta(degreesOfFreedom / (degreesOfFreedom + t * t), degreesOfFreedom / 2, 0.5);
  return t < 0 ? 1 - half : half;
}

/**
 * The t within which, to both sides of 0, lies this share of Student's t distribution: 12.7 for 0.95 and 1 degree of freedom.
 *
 * @param degreesOfFreedom above 0, whole or not
 */
export function studentT(confidence: number, degreesOfFreedom: number): number {
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`a confidence lies between 0 and 1, not ${confidence}`);
  if (!(degreesOfFreedom > 0)) throw new RangeError(`degrees of freedom are above 0, not ${degreesOfFreedom}`);
  const tail = (1 - confidence) / 2;
  let high = 1;
  while (studentUpperTail(high, degreesOfFreedom) > tail) high *= 2;
  return rootOf((t) => studentUpperTail(t, degreesOfFreedom) - tail, 0, high, high * 1e-14);
}
