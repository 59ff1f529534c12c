import { areMonths, monthOf, monthsLater } from './months.ts';

/** A series as most methods need it. */
export interface EvenSeries {
  /** Milliseconds: of the first value, and from one to the next; of months, the median. */
  fromMs: number;
  stepMs: number;
  /** What `stepMs` would be if it were not coarser: the median distance of the points. */
  usualMs: number;
  values: number[];
  /** Which of them, in order, were put in between their neighbours, where the series has none: they show no level, and no trend. */
  filled: number[];
  /** How many of them are means of two points or more, though the step is that of the series. */
  shared: number;
  /** Of months, which are not equally long: the day of the month (1 to 31) that values are of. */
  dayOfMonth?: number;
  /** Why the values are means over steps that are longer than those of the series. Absent where they are not. */
  coarserFor?: 'many-points' | 'uneven-points';
}

export interface TimePoint {
  timestampMs: number;
  value: number;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
/** By which series are made coarser: so that a day or a week of them can be seen as a season. */
const coarserSteps = [
  ...[1, 5, 10, 30].map((s) => s * second),
  ...[1, 5, 10, 15, 30].map((min) => min * minute),
  ...[1, 2, 24, 168].map((h) => h * hour),
];

/** More take long, and say no more of levels, trends and what comes. */
const mostValues = 50_000;
const fewestValues = 20;
/** What may be missing: what is put in its place knows nothing. */
const mostFilled = 0.1;

/**
 * A value for each step of time: the mean of the points in it. The step is that of the series (the median distance of its points), or
 * the next longer one where too many of those would be empty, or where they would be too many.
 *
 * @param points in order of time, each time once
 * @returns undefined when they are too few, or too unevenly spaced for any step
 */
export function evenSeries(points: readonly TimePoint[]): EvenSeries | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return undefined;
  const usualMs = medianDistance(points);
  const spanMs = last.timestampMs - first.timestampMs;
  const coarserFor = spanMs / usualMs > mostValues ? 'many-points' : 'uneven-points';
  if (
    areMonths(
      points.map(({ timestampMs }) => timestampMs),
      usualMs,
    )
  )
    return evenMonths(points, usualMs);
  const steps = [usualMs, ...coarserSteps.filter((step) => step > usualMs)];
  for (const stepMs of steps) {
    if (spanMs / stepMs > mostValues) continue;
    const coarser = stepMs > usualMs;
    if (coarser && spanMs / stepMs < fewestValues) return undefined;
    // A point that comes a little early or late is still of its step.
    const beginMs = coarser ? Math.floor(first.timestampMs / stepMs) * stepMs : first.timestampMs - stepMs / 2;
    const { means, shared } = meansOfSteps(points, ({ timestampMs }) => Math.floor((timestampMs - beginMs) / stepMs));
    const filled = fillBetween(means);
    if (filled.length > mostFilled * means.length) continue;
    return {
      fromMs: coarser ? beginMs : first.timestampMs,
      stepMs,
      usualMs,
      values: means,
      filled,
      shared: coarser ? 0 : shared,
      ...(coarser ? { coarserFor } : {}),
    };
  }
  return undefined;
}

/** Milliseconds: of the value at this place of the series, or, from its length on, of one to come. */
export const timeAt = ({ fromMs, stepMs, dayOfMonth }: EvenSeries, place: number): number =>
  dayOfMonth === undefined ? fromMs + place * stepMs : monthsLater(fromMs, place, dayOfMonth);

function evenMonths(points: readonly TimePoint[], usualMs: number): EvenSeries | undefined {
  const [first] = points;
  if (first === undefined) return undefined;
  const { means: values } = meansOfSteps(
    points,
    ({ timestampMs }) => monthOf(timestampMs) - monthOf(first.timestampMs),
  );
  const filled = fillBetween(values);
  if (filled.length > mostFilled * values.length) return undefined;
  // The last day of each month is the 31st of those that have one.
  const dayOfMonth = Math.max(...points.map(({ timestampMs }) => new Date(timestampMs).getUTCDate()));
  return { fromMs: first.timestampMs, stepMs: usualMs, usualMs, values, filled, shared: 0, dayOfMonth };
}

function medianDistance(points: readonly TimePoint[]): number {
  const distances = Float64Array.from(
    points.slice(1),
    ({ timestampMs }, index) => timestampMs - (points[index]?.timestampMs ?? 0),
  ).sort();
  return distances[distances.length >> 1] ?? 0;
}

/** NaN where there is none. @param placeOf from 0, never falling from point to point */
function meansOfSteps(
  points: readonly TimePoint[],
  placeOf: (point: TimePoint) => number,
): { means: number[]; shared: number } {
  const last = points.at(-1);
  const length = last === undefined ? 0 : placeOf(last) + 1;
  const sums = new Float64Array(length);
  const counts = new Uint32Array(length);
  for (const point of points) {
    const place = placeOf(point);
    sums[place] = (sums[place] ?? 0) + point.value;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return {
    means: Array.from(sums, (sum, place) => sum / (counts[place] ?? 0)),
    shared: counts.reduce((steps, count) => steps + (count > 1 ? 1 : 0), 0),
  };
}

/** Puts straight lines over what is NaN. @returns where that was */
function fillBetween(values: number[]): number[] {
  const filled: number[] = [];
  let known = 0;
  for (const [place, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    const from = values[known] ?? value;
    for (let gap = known + 1; gap < place; gap++) {
      values[gap] = from + ((value - from) * (gap - known)) / (place - known);
      filled.push(gap);
    }
    known = place;
  }
  return filled;
}
