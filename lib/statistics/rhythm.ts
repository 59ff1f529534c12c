import { mean } from './moments.ts';
import { medianOf } from './quantiles.ts';

/** With fewer, what repeats cannot be told from what happened, where nobody knows that it repeats. */
const ENOUGH_ROUNDS = 3;

interface Rhythm {
  /** How long a round is, and how finely places in it are told apart, in the unit of `at`. */
  round: number;
  slot: number;
  /** A series that lasts for less is left as it is. */
  leastRounds?: number;
}

/**
 * Takes out of a series what comes again each day or week, so that half a day more of it is no trend: the median, of all rounds, of
 * how far values at the same place of the round lie from the mean of the round around them (the seasonal part of a classical
 * decomposition, with medians, as in Hyndman and Athanasopoulos: "Forecasting: Principles and Practice", 3.4). Being taken from the
 * level around it, neither a trend nor a step of the level is mistaken for a rhythm. The mean of a round stays what it was.
 *
 * @param points in order of `at`, which is of any unit
 */
export function withoutRhythm<Point extends { at: number; value: number }>(
  points: readonly Point[],
  { round, slot, leastRounds = ENOUGH_ROUNDS }: Rhythm,
): Point[] {
  const span = (points.at(-1)?.at ?? 0) - (points[0]?.at ?? 0) + slot;
  if (span < leastRounds * round) return [...points];
  const levels = levelsAround(points, round, slot);
  const placeOf = (index: number): number => Math.floor(((points[index]?.at ?? 0) % round) / slot);
  const usual = new Map(
    [...Map.groupBy(points.keys(), placeOf)].map(([place, alike]) => [
      place,
      medianOf(alike.map((index) => (points[index]?.value ?? 0) - (levels[index] ?? 0))),
    ]),
  );
  const centre = mean([...usual.values()]);
  return points.map((point, index) => ({ ...point, value: point.value - (usual.get(placeOf(index)) ?? 0) + centre }));
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
