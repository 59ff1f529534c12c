import type { ComparisonResult } from '../../contracts/comparisons.ts';
import { type Colour, orNull, type Plot } from '../plot.ts';

/** By the order of the configurations, of which there are five at most. */
export const configurationColours: readonly Colour[] = ['first', 'second', 'third', 'fourth', 'fifth'];

/** The mean response time of each configuration in each round: what interleaving is for is seen here. */
export function roundPlots({ results, rounds }: ComparisonResult): Plot[] {
  const configurations = Object.entries(results);
  const length = Math.max(rounds, ...configurations.map(([, { slices }]) => slices.length));
  if (configurations.every(([, { slices }]) => slices.length === 0)) return [];
  const numbers = Array.from({ length }, (_, index) => index + 1);
  return [
    {
      name: 'rounds',
      title: 'Mean response time by round, ms',
      x: { label: 'round', unit: 'count', scale: 'linear', values: numbers, range: [0.5, length + 0.5] },
      series: configurations.map(([label, { slices }], index) => ({
        label,
        unit: 'ms',
        colour: configurationColours[index % configurationColours.length] ?? 'first',
        shape: 'linked-points',
        values: numbers.map((_, round) => orNull(slices[round]?.avgResponseTimeMs)),
      })),
      marks: [],
      stretches: [],
    },
  ];
}
