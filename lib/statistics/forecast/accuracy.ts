import type { Backtest } from './backtest.ts';
import { independentOf, reachByLead } from './reach.ts';

/**
 * A mean absolute error of n independent, normal errors is uncertain by 0.75 / sqrt(n) of itself: in 19 of 20 cases it stays below so much
 * more.
 */
const CHANCE = 1.645 * 0.75;

/**
 * The backtest's error in those of the naive forecast (MASE; Hyndman and Koehler: "Another look at measures of forecast accuracy",
 * International Journal of Forecasting 22, 2006), and whether that is skill: a backtest may have met none of the shifts that the rest of the
 * series had.
 *
 * @param everywhere over all of the series
 * @param naive mean absolute error before the backtest
 * @returns without `mase` where the naive forecast had no error to hold others against, and this one has
 */
export function skillOf(test: Backtest, everywhere: Backtest, naive: number): { mase?: number; hasSkill: boolean } {
  // What never changed, and did not in the backtest, was foretold; what never changed before it is no measure of what did.
  const maseOf = ({ meanAbsoluteError }: Backtest): number =>
    meanAbsoluteError === 0 ? 0 : naive === 0 ? Number.POSITIVE_INFINITY : meanAbsoluteError / naive;
  const chance = CHANCE / Math.sqrt(Math.max(1, independentOf(test.errors)));
  const mase = maseOf(test);
  return { ...(Number.isFinite(mase) ? { mase } : {}), hasSkill: mase * (1 + chance) < 1 && maseOf(everywhere) < 1 };
}

/** The mean absolute error of the forecast that a value is that of one season before. */
export function naiveError(values: Float64Array, seasonLength: number): number {
  let sum = 0;
  for (let i = seasonLength; i < values.length; i++) {
    sum += Math.abs((values[i] as number) - (values[i - seasonLength] as number));
  }
  return sum / (values.length - seasonLength);
}

/** How many errors of the second half lie within reach as the first half gives it, in percent. */
export function coverageOf({ errors }: Backtest): number {
  const half = (errors[0]?.length ?? 0) >> 1;
  const reach = reachByLead(errors.map((list) => list.subarray(0, half)));
  let inside = 0;
  let all = 0;
  for (const [lead, list] of errors.entries()) {
    for (const error of list.subarray(half)) {
      all += 1;
      if (Math.abs(error) <= (reach[lead] ?? 0)) inside += 1;
    }
  }
  return (100 * inside) / all;
}
