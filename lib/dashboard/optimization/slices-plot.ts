import type { PerformanceComparison } from '../../contracts/optimization-runs.ts';
import { orNull, type Plot } from '../../pages/plot.ts';

/** Both sides, slice by slice, from the fastest to the slowest: how far the sides lie apart, and how far their own slices do. */
export function slicesPlot({ slices }: PerformanceComparison): Plot | undefined {
  if (slices === undefined || slices.beforeMs.length < 2 || slices.afterMs.length < 2) return undefined;
  const { beforeMs, afterMs } = slices;
  const percents = (times: readonly number[]): number[] => times.map((_, at) => (100 * at) / (times.length - 1));
  const values = [...new Set([...percents(beforeMs), ...percents(afterMs)])].sort((a, b) => a - b);
  const along = (times: readonly number[]): (number | null)[] => {
    const known = new Map(percents(times).map((percent, at) => [percent, times[at]]));
    return values.map((percent) => orNull(known.get(percent)));
  };
  return {
    name: 'slices',
    title: 'Mean response times of the slices, ms',
    note: 'From the fastest slice to the slowest of each side.',
    x: { label: '% of slices', unit: 'percent', scale: 'linear', values, range: [0, 100] },
    series: [
      { label: 'before', unit: 'ms', colour: 'second', shape: 'linked-points', values: along(beforeMs) },
      { label: 'after', unit: 'ms', colour: 'first', shape: 'linked-points', values: along(afterMs) },
    ],
    marks: [],
    stretches: [],
  };
}
