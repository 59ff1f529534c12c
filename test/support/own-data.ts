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

export const seriesBeginMs = Date.UTC(2026, 0, 1);
export const hourMs = 3_600_000;

/** Six weeks of hours with a daily rhythm around 100, 18 more from the fifth week on, and one hour of 300. */
export function hourlySeries(): { timestampMs: number; value: number }[] {
  const random = new Random(2);
  return Array.from({ length: 42 * 24 }, (_, hour) => {
    const rhythm = 25 * Math.sin((2 * Math.PI * (hour % 24)) / 24);
    const level = hour >= 28 * 24 ? 118 : 100;
    const value = hour === 500 ? 300 : level + rhythm + 4 * random.normal();
    return { timestampMs: seriesBeginMs + hour * hourMs, value };
  });
}

/** Times as databases write them. */
export const seriesFile = (points: readonly { timestampMs: number; value: number }[]): string =>
  [
    'timestamp,value',
    ...points.map(({ timestampMs, value }) => {
      const time = new Date(timestampMs).toISOString().slice(0, 19).replace('T', ' ');
      return `${time},${value}`;
    }),
  ].join('\n');
