import { mean } from '../../../statistics/moments.ts';
import type { Pair } from '../../../statistics/paired-ratio.ts';
import { winsorized } from '../../../statistics/winsorized.ts';
import type { Cell, RoundFigures } from '../measuring/figures.ts';

/** Fewer answers do not make a mean, and far fewer no percentile. */
const enoughRequests = 5;

/** A slice before and one after of the same pair, of one worker. */
export interface CellPair {
  /** Of the round as well: a worker of another round is another process. */
  worker: string;
  /** What chance does to all workers at once, it does to this. */
  block: string;
  before: Cell;
  after: Cell;
}

/**
 * Of all rounds; what one of both sides is missing of is left out, and what was asked and not answered is not: such pairs tell of
 * errors.
 */
export const cellPairs = (rounds: readonly RoundFigures[]): CellPair[] =>
  rounds.flatMap(({ slices, cells }, round) => {
    const found = new Map(cells.map((cell) => [`${cell.slice} ${cell.worker}`, cell]));
    const workers = [...new Set(cells.map(({ worker }) => worker))];
    const pairs = Map.groupBy(
      slices.map((slice, index) => ({ ...slice, index })),
      ({ pair }) => pair,
    );
    return [...pairs.values()].flatMap((ofPair) =>
      workers.flatMap((worker): CellPair[] => {
        const of = (side: 'before' | 'after') => ofPair.find((slice) => slice.side === side);
        const [first, last] = [of('before'), of('after')];
        const before = first && found.get(`${first.index} ${worker}`);
        const after = last && found.get(`${last.index} ${worker}`);
        if (first === undefined || before === undefined || after === undefined) return [];
        return [{ worker: `${round} ${worker}`, block: `${round} ${first.block}`, before, after }];
      }),
    );
  });

/** Whether both sides were answered often enough for their times to be compared. */
export const hasTimes = ({ before, after }: CellPair): boolean =>
  before.requests >= enoughRequests && after.requests >= enoughRequests;

export type Figure = 'mean' | 'p50' | 'p95';

const values: Record<Figure, (pair: CellPair) => [number, number]> = {
  mean: ({ before, after }) => sameMix(before, after),
  p50: ({ before, after }) => [before.p50Ms, after.p50Ms],
  p95: ({ before, after }) => [before.p95Ms, after.p95Ms],
};

/** Of each worker in each pair of slices, clustered by worker. */
export const byWorker = (pairs: readonly CellPair[], figure: Figure): Pair[] =>
  steady(ratiosOf(pairs, figure).map(({ worker, ratio }) => ({ cluster: worker, ratio })));

/** One of each block: the mean of what all workers saw in it. */
export const byBlock = (pairs: readonly CellPair[], figure: Figure): Pair[] =>
  steady(
    [...Map.groupBy(ratiosOf(pairs, figure), ({ block }) => block)].map(([block, members]) => ({
      cluster: block,
      ratio: mean(members.map(({ ratio }) => ratio)),
    })),
  );

const ratiosOf = (pairs: readonly CellPair[], figure: Figure): { worker: string; block: string; ratio: number }[] =>
  pairs.filter(hasTimes).flatMap((pair) => {
    const [a, b] = values[figure](pair);
    return a > 0 && b > 0 ? [{ worker: pair.worker, block: pair.block, ratio: Math.log(a / b) }] : [];
  });

/** What a burst does to one slice of many is no part of the change, whichever side it falls on. */
function steady(members: readonly { cluster: string; ratio: number }[]): Pair[] {
  const ratios = winsorized(members.map(({ ratio }) => ratio));
  return members.map(({ cluster, ratio }, index) => ({ cluster, a: Math.exp(ratios[index] ?? ratio), b: 1 }));
}

/**
 * The means of both sides for the same mix of requests: by chance, one side is asked for more of what is slow (direct standardization,
 * by what both sides were asked for together). What only one side was asked for is left out.
 */
export function sameMix(before: Cell, after: Cell): [number, number] {
  let [weight, a, b] = [0, 0, 0];
  for (const [name, [requests, meanMs]] of Object.entries(before.byName)) {
    const other = after.byName[name];
    if (other === undefined) continue;
    const both = requests + other[0];
    weight += both;
    a += both * meanMs;
    b += both * other[1];
  }
  return weight === 0 ? [before.meanMs, after.meanMs] : [a / weight, b / weight];
}
