import { SHORTEST_SEGMENT } from './step-scan.ts';

/**
 * How likely the most visible step of a series of one level is at least so visible: the tail of the maximum of a standardized
 * Brownian bridge over the places where a step may be (Miller and Siegmund: "Maximally selected chi square statistics", Biometrics 38,
 * 1982). Of values that stand for themselves, not for a curve between them, it is a little less likely.
 *
 * @param z of the step, in its standard deviations
 * @param count values of the series
 */
export function significanceOf(z: number, count: number): number {
  // Below, the tail's approximation turns.
  if (z < 1.5) return 1;
  if (z > 38) return 0;
  const edge = Math.min(0.49, SHORTEST_SEGMENT / count);
  const places = 2 * Math.log((1 - edge) / edge);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  return Math.min(1, z * density * ((1 - 1 / z ** 2) * places + 4 / z ** 2));
}
