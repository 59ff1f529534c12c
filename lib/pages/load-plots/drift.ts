import type { Drift, LoadTestResult } from '../../contracts/load-result.ts';
import { orNull, type Plot } from '../plot.ts';
import { formats } from '../units.ts';

/** `rising, +12 % over the test (p = 0.003)`. */
export function driftInWords({ direction, changePercent, pValue }: Drift): string {
  if (direction === 'unknown') return 'unknown';
  const change = changePercent === undefined ? '' : `, ${formats.change(changePercent)} over the test`;
  return `${direction}${change}${pValue === undefined ? '' : ` (p ${pValue < 0.001 ? '' : '= '}${pInWords(pValue)})`}`;
}

export const pInWords = (pValue: number): string =>
  pValue < 0.001 ? '<0.001' : pValue.toLocaleString('en-US', { maximumFractionDigits: 3 });

/** The p95 of an endurance test by itself: beside the p99, a slow rise would not be seen. */
export function driftPlots({ timeline, endurance, steps = [] }: LoadTestResult): Plot[] {
  const last = timeline.at(-1);
  if (endurance === undefined || last === undefined) return [];
  const held = steps.filter(({ part }) => part === 'endurance');
  return [
    {
      name: 'drift',
      title: 'p95 response time, ms',
      note: `Its drift: ${driftInWords(endurance.responseTime)}.`,
      x: {
        label: 'time since the start',
        unit: 'clock',
        scale: 'time',
        values: timeline.map(({ second }) => second),
        range: [held[0]?.startSecond ?? 0, last.second + last.durationSeconds],
      },
      series: [
        {
          label: 'p95',
          unit: 'ms',
          colour: 'first',
          shape: 'line',
          values: timeline.map(({ p95ResponseTimeMs }) => orNull(p95ResponseTimeMs)),
        },
      ],
      marks: [],
      stretches: [],
    },
  ];
}
