import type { LoadTestResult } from '../../contracts/load-result.ts';
import type { Mark, Plot } from '../plot.ts';

/** Response times of all requests, on a logarithmic axis: what a service is fast and slow at lies decades apart. */
export function histogramPlots({ histogram = [], performanceMetrics }: LoadTestResult): Plot[] {
  const bins = histogram.toSorted((one, other) => one.fromMs - other.fromMs);
  const first = bins[0];
  if (first === undefined) return [];
  const xs: number[] = [];
  const counts: number[] = [];
  const rise = (at: number, value: number): void => {
    xs.push(at);
    counts.push(value);
  };
  let end: number | undefined;
  for (const { fromMs, toMs, count } of bins) {
    if (end !== undefined && end < fromMs) rise(end, 0);
    // A logarithmic axis has no 0.
    rise(fromMs > 0 ? fromMs : toMs / 2, count);
    end = toMs;
  }
  if (end !== undefined) rise(end, 0);
  const { p50ResponseTimeMs, p95ResponseTimeMs, p99ResponseTimeMs } = performanceMetrics;
  const marks: (Mark | { at: undefined; label: string })[] = [
    { at: p50ResponseTimeMs, label: 'p50' },
    { at: p95ResponseTimeMs, label: 'p95' },
    { at: p99ResponseTimeMs, label: 'p99' },
  ];
  return [
    {
      name: 'histogram',
      title: 'Requests by response time',
      note: 'The axis of the times is logarithmic.',
      x: { label: 'response time', unit: 'ms', scale: 'log', values: xs, range: [xs[0] ?? 1, end ?? 10] },
      series: [{ label: 'requests', unit: 'count', colour: 'first', shape: 'steps', values: counts }],
      marks: marks.filter((mark) => mark.at !== undefined),
      stretches: [],
    },
  ];
}
