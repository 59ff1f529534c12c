import type { MemorySweepCurve } from '../../../contracts/memory-sweeps.ts';
import type { Plot, Series } from '../../../pages/plot.ts';

type Point = MemorySweepCurve['curve'][number];

/** Time and cost by memory, each with its interval. */
export function sweepPlots({ curve, balanced }: MemorySweepCurve): Plot[] {
  const sizesMb = curve.map(({ memoryMb }) => memoryMb);
  const [smallest, largest] = [sizesMb[0], sizesMb.at(-1)];
  if (smallest === undefined || largest === undefined || curve.length < 2) return [];
  const x: Plot['x'] = {
    label: 'memory, MB',
    unit: 'bareCount',
    scale: 'log',
    values: sizesMb,
    range: [smallest / 1.1, largest * 1.1],
  };
  const marks = balanced === undefined ? [] : [{ at: balanced.memoryMb, label: 'balanced' }];
  const plot = (name: string, title: string, series: Series[]): Plot => ({
    name,
    title,
    x,
    series,
    bands: [{ upper: 0, lower: 2 }],
    marks,
    stretches: [],
  });
  return [
    plot(
      'sweep-time',
      'Time of an invocation, ms',
      withInterval(curve, 'ms', {
        low: ({ durationMs }) => durationMs.low,
        mean: ({ meanDurationMs }) => meanDurationMs,
        high: ({ durationMs }) => durationMs.high,
      }),
    ),
    plot(
      'sweep-cost',
      'Cost of a million invocations, USD',
      withInterval(curve, 'usd', {
        low: ({ costUsd }) => costUsd.low,
        mean: ({ usdPerMillion }) => usdPerMillion,
        high: ({ costUsd }) => costUsd.high,
      }),
    ),
  ];
}

type Figures = Record<'low' | 'mean' | 'high', (point: Point) => number>;

const withInterval = (curve: readonly Point[], unit: 'ms' | 'usd', { low, mean, high }: Figures): Series[] => [
  { label: 'at most', unit, colour: 'second', shape: 'line', values: curve.map(high) },
  { label: 'mean', unit, colour: 'first', shape: 'linked-points', values: curve.map(mean) },
  { label: 'at least', unit, colour: 'second', shape: 'line', values: curve.map(low) },
];
