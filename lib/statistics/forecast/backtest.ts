import type { Forecaster } from './forecaster.ts';

/** What forecasts missed values by: of many places in a series, at every lead. */
export interface Backtest {
  /** By lead (the first is 1), in order of time: value less forecast. */
  errors: Float64Array[];
  meanAbsoluteError: number;
}

/** Places from which is forecast; more only take time. */
const MOST_ORIGINS = 400;

/**
 * Lets a forecaster go through the series, and forecast from places in its last part what comes then, knowing no more than it had seen.
 *
 * @param from the first index that is forecast
 */
export function backtest(forecaster: Forecaster, values: Float64Array, from: number, horizon: number): Backtest {
  const origins = values.length - from - horizon + 1;
  const stride = Math.ceil(origins / MOST_ORIGINS);
  const count = Math.floor((origins - 1) / stride) + 1;
  const errors = Array.from({ length: horizon }, () => new Float64Array(count));
  let sum = 0;
  for (let i = 0, origin = 0; origin < count; i++) {
    forecaster.update(values[i] as number);
    if (i !== from - 1 + origin * stride) continue;
    for (let lead = 1; lead <= horizon; lead++) {
      const error = (values[i + lead] as number) - forecaster.ahead(lead);
      (errors[lead - 1] as Float64Array)[origin] = error;
      sum += Math.abs(error);
    }
    origin += 1;
  }
  return { errors, meanAbsoluteError: sum / count / horizon };
}
