import { Random } from '../../lib/statistics/random.ts';

/** Pairs of six workers, as a file: b is faster by so much, and both vary. */
export function pairsFile({ gain }: { gain: number }): string {
  const random = new Random(4);
  const rows = Array.from({ length: 120 }, (_, index) => {
    const a = 100 * Math.exp(0.3 * random.normal());
    const b = a * (1 - gain) * Math.exp(0.03 * random.normal());
    return `worker ${index % 6},${a},${b}`;
  });
  return ['worker,a,b', ...rows].join('\n');
}
