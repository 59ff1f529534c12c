import type { ForecastPoint } from '../../../../lib/statistics/forecast.ts';
import { type ForecastSubject, forecastSubjects } from './subjects.ts';

/** What came of forecasts, against what then was. */
export interface Tally {
  forecasts: number;
  /** Of each forecast, how many values lay in its intervals, in percent. */
  coveragePercent: number[];
  /** Of each forecast, its error in those of the naive one in the values before. */
  mase: number[];
  /** The same of those that claimed skill. */
  claimedMase: number[];
}

export const noTally = (): Tally => ({ forecasts: 0, coveragePercent: [], mase: [], claimedMase: [] });

/** @param split values before are known, those after are foretold */
export function tallied(tally: Tally, subject: ForecastSubject, values: readonly number[], split: number): void {
  const known = values.slice(0, split);
  const future = values.slice(split);
  const found = forecastSubjects[subject](known, future.length);
  if (found === undefined) return;
  const { points, seasonLength, claimsSkill } = found;
  const mase = meanAbsoluteError(points, future) / naiveError(known, seasonLength);
  tally.forecasts += 1;
  tally.coveragePercent.push((100 * inside(points, future)) / future.length);
  tally.mase.push(mase);
  if (claimsSkill) tally.claimedMase.push(mase);
}

const inside = (points: readonly ForecastPoint[], future: readonly number[]): number =>
  points.filter(({ low, high }, i) => low <= (future[i] ?? Number.NaN) && (future[i] ?? Number.NaN) <= high).length;

const meanAbsoluteError = (points: readonly ForecastPoint[], future: readonly number[]): number =>
  meanOf(points.map(({ value }, i) => Math.abs(value - (future[i] ?? Number.NaN))));

const naiveError = (known: readonly number[], seasonLength: number): number =>
  meanOf(known.slice(seasonLength).map((value, i) => Math.abs(value - (known[i] ?? Number.NaN))));

/** NaN of nothing. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
