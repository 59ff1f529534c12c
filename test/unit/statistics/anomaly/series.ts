import type { TimedValue } from '../../../../lib/statistics/anomalies-of.ts';
import { Random } from '../../../../lib/statistics/random.ts';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
export const BEGIN_MS = Date.UTC(2026, 0, 5);

/** Points every five minutes, of a value for each. */
export const everyFiveMinutes = (count: number, at: (place: number) => number): TimedValue[] =>
  Array.from({ length: count }, (_, place) => ({
    timestampMs: BEGIN_MS + place * 5 * MINUTE_MS,
    value: at(place),
  }));

/** Noise around 100 with a deviation of 5. */
export function noise(count: number, seed: number): TimedValue[] {
  const random = new Random(seed);
  return everyFiveMinutes(count, () => 100 + 5 * random.normal());
}

/** The same series with some points replaced. */
export const withValues = (points: readonly TimedValue[], values: Record<number, number>): TimedValue[] =>
  points.map((point, place) => ({ ...point, value: values[place] ?? point.value }));
