import { inOrderOfX } from '../../statistics/series.ts';
import { CliError } from '../failure.ts';
import type { TimePoint } from './even-series.ts';
import { type Moment, timesInMs } from './timestamps.ts';

export interface SeriesRow {
  timestamp: Moment;
  /** Absent where the file has none. */
  value?: number | undefined;
  line: number;
}

/** A series in order of time, each time once, and what had to be done for that. @throws CliError as `timesInMs`, and where no row has a value */
export function seriesPoints(given: readonly SeriesRow[], title: string): { points: TimePoint[]; notes: string[] } {
  const rows = given.filter(({ value }) => value !== undefined);
  if (rows.length === 0) throw new CliError(`${title} has no value in any row.`);
  const gaps = given.length - rows.length;
  const times = timesInMs(rows, title);
  const early = times.filter((time, index) => time < (times[index - 1] ?? time)).length;
  const points = inOrderOfX(
    rows.map(({ value }, index) => ({ x: times[index] ?? Number.NaN, y: value ?? Number.NaN })),
  );
  const shared = rows.length - points.length;
  return {
    points: points.map(({ x, y }) => ({ timestampMs: x, value: y })),
    notes: [
      ...(gaps === 0 ? [] : [`${gaps} of ${given.length} rows have no value: they count as gaps.`]),
      ...(early === 0
        ? []
        : [`The rows are not in order of time (${early} come before the row above them): they were sorted.`]),
      ...(shared === 0
        ? []
        : [`${rows.length} rows have ${points.length} different times: rows of one time count as one, their mean.`]),
    ],
  };
}
