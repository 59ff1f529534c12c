import { inOrderOfX } from '../../statistics/series.ts';
import type { TimePoint } from './even-series.ts';
import { type Moment, timesInMs } from './timestamps.ts';

export interface SeriesRow {
  timestamp: Moment;
  value: number;
  line: number;
}

/** A series in order of time, each time once, and what had to be done for that. @throws CliError as `timesInMs` */
export function seriesPoints(rows: readonly SeriesRow[], title: string): { points: TimePoint[]; notes: string[] } {
  const times = timesInMs(rows, title);
  const early = times.filter((time, index) => time < (times[index - 1] ?? time)).length;
  const points = inOrderOfX(rows.map(({ value }, index) => ({ x: times[index] ?? Number.NaN, y: value })));
  const shared = rows.length - points.length;
  return {
    points: points.map(({ x, y }) => ({ timestampMs: x, value: y })),
    notes: [
      ...(early === 0
        ? []
        : [`The rows are not in order of time (${early} come before the row above them): they were sorted.`]),
      ...(shared === 0
        ? []
        : [`${rows.length} rows have ${points.length} different times: rows of one time count as one, their mean.`]),
    ],
  };
}
