import type { LoadTestResult } from '../../../contracts/load-result.ts';
import { type Mark, orNull, type Plot, type Series } from '../../../pages/plot.ts';

type Bins = NonNullable<LoadTestResult['histogram']>;

/** Up to the upper end of each bin, how many percent of the requests were answered. */
function cumulative(bins: Bins): { ms: number; percent: number }[] {
  const ordered = bins.toSorted((one, other) => one.toMs - other.toMs);
  const total = ordered.reduce((sum, { count }) => sum + count, 0);
  let below = 0;
  return ordered.map(({ toMs, count }) => {
    below += count;
    return { ms: toMs, percent: (100 * below) / total };
  });
}

/** Both runs on one logarithmic axis, each as the share of its requests that were answered by then, whatever its bins. */
export function overlaidPlot(a: LoadTestResult, b: LoadTestResult): Plot | undefined {
  const runs = [a, b].map(({ histogram = [] }) => cumulative(histogram.filter(({ count }) => count > 0)));
  const ends = [...new Set(runs.flatMap((run) => run.map(({ ms }) => ms)))].sort((one, other) => one - other);
  const [first, last] = [ends[0], ends.at(-1)];
  if (first === undefined || last === undefined || runs.some((run) => run.length === 0)) return undefined;
  const low = first / 1.5;
  const values = [low, ...ends];
  const side = (label: string, colour: Series['colour'], run: (typeof runs)[number]): Series => ({
    label,
    unit: 'percent',
    colour,
    shape: 'line',
    values: values.map((ms) => orNull(run.findLast((point) => point.ms <= ms)?.percent ?? 0)),
  });
  const [ofA = [], ofB = []] = runs;
  return {
    name: 'distributions',
    title: 'Requests answered within a time, %',
    note: 'The axis of the times is logarithmic. The line further to the left is the faster run.',
    x: { label: 'response time', unit: 'ms', scale: 'log', values, range: [low, Math.max(last, low * 2)] },
    y: { range: [0, 100] },
    series: [side('A', 'first', ofA), side('B', 'second', ofB)],
    marks: [...marksOf('A', a), ...marksOf('B', b)],
    stretches: [],
  };
}

const marksOf = (label: string, { performanceMetrics: { p95ResponseTimeMs: at } }: LoadTestResult): Mark[] =>
  at === undefined ? [] : [{ at, label: `p95 of ${label}` }];
