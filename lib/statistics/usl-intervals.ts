import type { Interval } from './bootstrap.ts';
import { squaresAround } from './moments.ts';
import { quantileOf } from './quantiles.ts';
import type { Random } from './random.ts';
import { type LoadPoint, leastSquares, type Residuals } from './usl-least-squares.ts';
import { peakUsers, throughputAt, type UslParameters } from './usl-model.ts';

/**
 * 95 % intervals of the parameters and of where throughput peaks (infinite when a curve has no peak), by a parametric bootstrap:
 * noise is put on the fitted curve, and the curve is fitted again.
 *
 * A stress test has few steps: drawing steps would leave too few different loads, and the error of four steps around a curve of
 * three parameters is itself hardly known. So the noise's deviation is drawn too, as wide as its estimate is unsure (its square
 * over chi-squared of n - 3), which is what Student's t does for a mean.
 */
export function uslIntervals(
  fit: UslParameters,
  points: readonly LoadPoint[],
  { random, resamples, residuals }: { random: Random; resamples: number; residuals: Residuals },
): Record<keyof UslParameters | 'maxUsers', Interval> {
  const modelled = points.map(({ users }) => throughputAt(fit, users));
  const errors = points.map(({ throughput }, i) => {
    const expected = modelled[i] ?? Number.NaN;
    return residuals === 'relative' ? Math.log(throughput / expected) : throughput - expected;
  });
  const squares = squaresAround(0, errors);
  const freedom = points.length - 3;
  const fits = Array.from({ length: resamples }, () => {
    const deviation = Math.sqrt(squares / chiSquared(freedom, random));
    const noisy = points.map(({ users }, i) => {
      const expected = modelled[i] ?? Number.NaN;
      const error = deviation * random.normal();
      // A difference may be larger than the throughput itself; what is left is little, but not less than nothing.
      const throughput =
        residuals === 'relative' ? expected * Math.exp(error) : Math.max(expected + error, expected / 1e3);
      return { users, throughput };
    });
    return leastSquares(noisy, residuals);
  });
  const intervalOf = (figure: (parameters: UslParameters) => number): Interval => {
    const sorted = Float64Array.from(fits, figure).sort();
    return { low: quantileOf(sorted, 0.025), high: quantileOf(sorted, 0.975) };
  };
  return {
    lambda: intervalOf(({ lambda }) => lambda),
    sigma: intervalOf(({ sigma }) => sigma),
    kappa: intervalOf(({ kappa }) => kappa),
    maxUsers: intervalOf(peakUsers),
  };
}

function chiSquared(freedom: number, random: Random): number {
  let sum = 0;
  for (let i = 0; i < freedom; i++) sum += random.normal() ** 2;
  return sum;
}
