import type { Interval } from './bootstrap.ts';
import { withoutDrift } from './change-points/drift.ts';
import { measuredChange } from './change-points/measured-change.ts';
import { noiseAroundSegments, noiseOfDifferences } from './change-points/noise.ts';
import { StepScan } from './change-points/step-scan.ts';
import { withoutOutliers } from './change-points/without-outliers.ts';
import { medianOf } from './quantiles.ts';

export interface ChangePoint {
  /** Of the first value of the new level. */
  index: number;
  /** Where that lies in 95 of 100 cases. */
  indexInterval: Interval;
  /** The level from the change point before it up to this one: a mean without the values that stood alone. */
  before: number;
  /** The level from here up to the next change point, or the end. */
  after: number;
  /** From `before` to `after`, in percent of `before`. Absent, as its interval, when that is not clearly above 0. */
  changePercent?: number;
  /** Of `changePercent`: holds the true change in 95 of 100 cases. */
  interval?: Interval;
  /** How likely a series whose level never changes shows a step as clear anywhere. At most 0.01. */
  pValue: number;
}

/** Of fewer values nothing can be said: between noise and its memory, a level is no longer told apart. */
export const ENOUGH_VALUES_FOR_CHANGE_POINTS = 20;

/**
 * Where the level of a series changed and stayed changed: regressions (and gains) in a history of checks.
 *
 * Binary segmentation on L2, in whole and in stretches, with the noise taken for an autoregression of order 1, in three steps: values
 * that stand alone are replaced; steps worth a look are searched with the noise that differences show; of these, the least
 * significant are dropped while the noise is measured anew around the rest. A slow drift is not called a change (see `trend`), and
 * neither are three or fewer values that return. A season is not known here: take it out before.
 *
 * Time grows with n log n: 10,000 values take some 130 ms.
 *
 * @param values in order of time, evenly spaced
 * @returns in order; none for fewer than 20 values
 * @throws RangeError on a value that is not finite
 */
export function changePointsOf(values: readonly number[]): ChangePoint[] {
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new RangeError(`value ${wrong} of a series is finite, not ${values[wrong]}`);
  if (values.length < ENOUGH_VALUES_FOR_CHANGE_POINTS) return [];
  const middle = medianOf(values);
  const centered = Float64Array.from(values, (value) => value - middle);
  const level = withoutOutliers(centered, noiseOfDifferences(centered).deviation);
  const { cleaned, cuts } = withoutDrift(level);
  const noise = noiseAroundSegments(cleaned.values, cuts, cleaned.replaced);
  const scan = new StepScan(cleaned.values);
  return cuts.map((index, i) => {
    const bounds = { begin: cuts[i - 1] ?? 0, index, end: cuts[i + 1] ?? values.length };
    return measuredChange(bounds, { cleaned: cleaned.values, level: middle, noise, scan });
  });
}
