import type { Backtest } from './backtest.ts';
import { independentOf, reachByLead } from './reach.ts';

/**
 * A mean absolute error of n independent, normal errors is uncertain by 0.75 / sqrt(n) of itself: in 9 of 10 cases it stays below so much
 * more.
 */
const CHANCE = 1.28 * 0.75;

/**
 * The backtest's error in those of the naive forecast, one season ahead in the values before (MASE; Hyndman and Koehler: "Another look
 * at measures of forecast accuracy", International Journal of Forecasting 22, 2006).
 *
 * @param training what was before the backtest
 */
export function skillOf(
  { errors, meanAbsoluteError }: Backtest,
  training: Float64Array,
  seasonLength: number,
): { mase: number; hasSkill: boolean } {
  // What never changed, and did not in the backtest, was foretold.
  const mase = meanAbsoluteError === 0 ? 0 : meanAbsoluteError / naiveError(training, seasonLength);
  const chance = CHANCE / Math.sqrt(Math.max(1, independentOf(errors)));
  return { mase, hasSkill: mase * (1 + chance) < 1 };
}

function naiveError(values: Float64Array, seasonLength: number): number {
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
