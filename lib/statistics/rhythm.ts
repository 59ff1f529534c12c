import { medianOf } from './quantiles.ts';

/** With fewer, what repeats cannot be told from what happened. */
const ENOUGH_ROUNDS = 3;

/**
 * Takes out of a series what comes again each day or week, so that half a day more of it is no trend: from each value the median
 * of those at the same place of the round is taken, and the median of all is put in its place. Of a straight line over n
 * rounds it leaves all but the rise within a round, 1/n of it.
 *
 * @param points `at` in milliseconds, in order
 * @param round how long a round is, and `slot` how finely places in it are told apart, in milliseconds
 * @returns the same series where it lasts for less than three rounds
 */
export function withoutRhythm<Point extends { at: number; value: number }>(
  points: readonly Point[],
  { round, slot }: { round: number; slot: number },
): Point[] {
  const span = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0) + slot;
  if (span < ENOUGH_ROUNDS * round) return [...points];
  const placeOf = ({ at }: Point): number => Math.floor((at % round) / slot);
  const usual = new Map(
    [...Map.groupBy(points, placeOf)].map(([place, alike]) => [place, medianOf(alike.map(({ value }) => value))]),
  );
  const level = medianOf(points.map(({ value }) => value));
  return points.map((point) => ({ ...point, value: point.value - (usual.get(placeOf(point)) ?? level) + level }));
}
