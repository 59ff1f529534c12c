import type { Interval } from './bootstrap.ts';
import { mannKendall } from './mann-kendall.ts';
import { medianOf } from './quantiles.ts';
import { inOrderOfX } from './series.ts';
import { theilSen } from './theil-sen.ts';

export interface TrendPoint {
  /** Milliseconds, from any beginning. */
  at: number;
  value: number;
}

export interface Trend {
  /**
   * Other than stable only when significant (p < 0.05) and more than 5 % over the window: of the line's beginning, or of the median of absolute
   * values where that is not above 0.
   */
  direction: 'rising' | 'falling' | 'stable';
  /** In the value's unit. */
  slopePerHour: number;
  /** Holds the true slope in 95 of 100 cases. */
  slopePerHourInterval: Interval;
  /** From the line's beginning to its end, in percent of its beginning. Absent when that is not above 0. */
  changePercent?: number;
  /** How likely a series without a trend looks as much like one. */
  p: number;
  /** Different times that had a value. */
  points: number;
}

const HOUR_MS = 3_600_000;
const SIGNIFICANT = 0.05;
const CHANGE_PERCENT = 5;
/** With fewer the test's normal approximation does not hold. */
const ENOUGH_POINTS = 8;

/**
 * Whether values rise or fall over time: the slope by Theil and Sen, which outliers do not move, and the test by Mann and Kendall,
 * which neighbours that resemble each other do not fool. A season is not seen as one: half a day of a daily rhythm is a trend.
 *
 * @param points in any order; values of the same time count as one, their mean
 * @returns undefined with fewer than 8 different times
 * @throws RangeError on a time or value that is not finite
 */
export function trend(points: readonly TrendPoint[]): Trend | undefined {
  const begin = points.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
  // From the window's beginning: in milliseconds since 1970 the line's beginning would lie far outside of it.
  const series = inOrderOfX(points.map(({ at, value }) => ({ x: (at - begin) / HOUR_MS, y: value })));
  if (series.length < ENOUGH_POINTS) return undefined;
  const line = theilSen(series);
  const { varianceOfS, p } = mannKendall(
    series.map(({ y }) => y),
    series.map(({ x, y }) => y - line.slope * x),
  );
  const change = line.slope * (series.at(-1)?.x ?? 0);
  const changePercent = line.intercept > 0 ? (100 * change) / line.intercept : undefined;
  const level = line.intercept > 0 ? line.intercept : medianOf(series.map(({ y }) => Math.abs(y)));
  const matters = Math.abs(change) > (CHANGE_PERCENT / 100) * level;
  return {
    direction: p < SIGNIFICANT && matters && change !== 0 ? (change > 0 ? 'rising' : 'falling') : 'stable',
    slopePerHour: line.slope,
    slopePerHourInterval: line.intervalOf(varianceOfS),
    ...(changePercent === undefined ? {} : { changePercent }),
    p,
    points: series.length,
  };
}
