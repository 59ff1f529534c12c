import { mean, squaresAround } from '../../../lib/statistics/moments.ts';
import { studentUpperTail } from '../../../lib/statistics/student-t.ts';

/** As Apache Otava has them by default. */
const WINDOW = 50;
const MOST_P = 0.001;
/** In a first search, how much weaker a change may be. */
const WEAK = 10;
const FEWEST = 2;

/**
 * E-divisive means (Matteson and James, 2014) with Student's t test in place of permutations, over windows that overlap by half, and
 * weak change points dropped afterwards: the method of Hunter (Fleming and Kolaczkowski: "Hunter: using change point detection to hunt for
 * performance regressions", 2023), from which Apache Otava came. Written for this bench.
 */
export function eDivisive(values: readonly number[]): number[] {
  const found = new Set<number>();
  for (let begin = 0; ; begin += WINDOW / 2) {
    const end = Math.min(values.length, begin + WINDOW);
    for (const at of split(values, begin, end)) found.add(at);
    if (end === values.length) break;
  }
  let cuts = [...found].sort((a, b) => a - b);
  for (;;) {
    const p = cuts.map((at, i) => difference(values, cuts[i - 1] ?? 0, at, cuts[i + 1] ?? values.length));
    const weakest = Math.max(...p);
    if (cuts.length === 0 || weakest <= MOST_P) return cuts;
    cuts = cuts.toSpliced(p.indexOf(weakest), 1);
  }
}

function split(values: readonly number[], begin: number, end: number): number[] {
  const at = mostDivisive(values, begin, end);
  if (at < 0 || difference(values, begin, at, end) > WEAK * MOST_P) return [];
  return [...split(values, begin, at), at, ...split(values, at, end)];
}

/** Where the energy distance of both sides is greatest, or -1. */
function mostDivisive(values: readonly number[], begin: number, end: number): number {
  let best = -1;
  let greatest = 0;
  for (let at = begin + FEWEST; at <= end - FEWEST; at++) {
    const [before, after] = [values.slice(begin, at), values.slice(at, end)];
    const between = 2 * meanDistance(before, after);
    const within = meanDistanceWithin(before) + meanDistanceWithin(after);
    const energy = ((before.length * after.length) / (end - begin)) * (between - within);
    if (energy > greatest) {
      greatest = energy;
      best = at;
    }
  }
  return best;
}

function meanDistance(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (const x of a) for (const y of b) sum += Math.abs(x - y);
  return sum / (a.length * b.length);
}

/** Of different members. */
const meanDistanceWithin = (list: readonly number[]): number =>
  (meanDistance(list, list) * list.length) / (list.length - 1);

/** Student's t test, two-sided, of equal variances. */
function difference(values: readonly number[], begin: number, at: number, end: number): number {
  const [before, after] = [values.slice(begin, at), values.slice(at, end)];
  const freedom = before.length + after.length - 2;
  const squares = squaresAround(mean(before), before) + squaresAround(mean(after), after);
  const error = Math.sqrt((squares / freedom) * (1 / before.length + 1 / after.length));
  return 2 * studentUpperTail(Math.abs(mean(after) - mean(before)) / error, freedom);
}
