import { medianOf } from './quantiles.ts';

/** With fewer, what repeats cannot be told from what happened. */
const ENOUGH_ROUNDS = 3;

/**
 * Takes out of a series what comes again each day or week, so that half a day more of it is no trend: the median, of all rounds, of
 * how far values at the same place of the round lie from the mean of the round around them (the seasonal part of a classical
 * decomposition, with medians, as in Hyndman and Athanasopoulos: "Forecasting: Principles and Practice", 3.4). Being taken from the
 * level around it, neither a trend nor a step of the level is mistaken for a rhythm.
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
  const levels = levelsAround(points, round, slot);
  const placeOf = (index: number): number => Math.floor(((points[index]?.at ?? 0) % round) / slot);
  const usual = new Map(
    [...Map.groupBy(points.keys(), placeOf)].map(([place, alike]) => [
      place,
      medianOf(alike.map((index) => (points[index]?.value ?? 0) - (levels[index] ?? 0))),
    ]),
  );
  return points.map((point, index) => ({ ...point, value: point.value - (usual.get(placeOf(index)) ?? 0) }));
}

/** For each point the mean of the round that has it in its middle; at the ends, of the first and the last round. */
function levelsAround(points: readonly { at: number; value: number }[], round: number, slot: number): number[] {
  const begin = points[0]?.at ?? 0;
  const lastFrom = (points.at(-1)?.at ?? 0) + slot - round;
  let [first, next, sum] = [0, 0, 0];
  return points.map(({ at }) => {
    const from = Math.min(lastFrom, Math.max(begin, at - round / 2));
    for (let entering = points[next]; entering && entering.at < from + round; entering = points[++next]) {
      sum += entering.value;
    }
    for (let leaving = points[first]; leaving && leaving.at < from; leaving = points[++first]) sum -= leaving.value;
    return sum / (next - first);
  });
}
