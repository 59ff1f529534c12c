const SQRT_TWO_PI = Math.sqrt(2 * Math.PI);

const density = (z: number): number => Math.exp(-0.5 * z * z) / SQRT_TWO_PI;

/**
 * How likely a standard normal number exceeds z, exact to some 1e-15 of its value far out in the tail too.
 *
 * Near the middle the series z + z^3/3 + z^5/(3*5) + ... (Marsaglia: "Evaluating the normal distribution", 2004), beyond it the
 * continued fraction of Laplace.
 */
export function upperTail(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (z < 0) return 1 - upperTail(-z);
  if (z > 38.6) return 0;
  if (z < 2.5) {
    let sum = z;
    let term = z;
    for (let odd = 3; term > sum * 1e-17; odd += 2) {
      term *= (z * z) / odd;
      sum += term;
    }
    return 0.5 - density(z) * sum;
  }
  let fraction = z;
  for (let k = 150; k >= 1; k--) fraction = z + k / fraction;
  return density(z) / fraction;
}

/** How likely a standard normal number is at least as far from 0 as z. */
export const twoSidedP = (z: number): number => Math.min(1, 2 * upperTail(Math.abs(z)));
