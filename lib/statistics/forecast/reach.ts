import { quantileOf } from '../quantiles.ts';
import { studentT } from '../student-t.ts';

const CONFIDENCE = 0.95;
/** Below, Student's t would know of errors that no series makes. */
const FEWEST = 3;

/**
 * How far to both sides of a forecast its interval reaches, at each lead, for 95 of 100 values to lie within: as far as values lay in the
 * backtest (split conformal prediction; Vovk, Gammerman and Shafer: "Algorithmic learning in a random world", 2005). No
 * distribution is assumed. Leads lend each other their errors, each in its own typical error, which never falls with the lead; and
 * where few errors are independent of one another, reach grows as Student's t does.
 *
 * @param errors by lead, in order of time
 */
export function reachByLead(errors: readonly Float64Array[]): number[] {
  const typical = neverFalling(
    errors.map((list) => list.reduce((sum, error) => sum + Math.abs(error), 0) / list.length),
  );
  const scaled = Float64Array.from(
    errors.flatMap((list, lead) =>
      Array.from(list, (error) => (error === 0 ? 0 : Math.abs(error) / (typical[lead] ?? 1))),
    ),
  ).sort();
  const independent = Math.max(FEWEST, independentOf(errors));
  const wider = studentT(CONFIDENCE, independent) / studentT(CONFIDENCE, 1e6);
  const factor = wider * quantileOf(scaled, CONFIDENCE);
  return typical.map((each) => factor * each);
}

/**
 * How many independent errors say as much as these. Forecasts that overlap share their errors: of a random walk those of the longest
 * lead move slowly from place to place, of noise around a level they do not.
 */
export function independentOf(errors: readonly Float64Array[]): number {
  const longest = errors.at(-1) ?? new Float64Array();
  let product = 0;
  let square = 0;
  for (const [i, error] of longest.entries()) {
    square += error * error;
    if (i > 0) product += error * (longest[i - 1] ?? 0);
  }
  const shared = square > 0 ? Math.max(0, product / square) : 0;
  return (longest.length * (1 - shared)) / (1 + shared);
}

/** The nearest list that never falls (pool adjacent violators). */
function neverFalling(list: readonly number[]): number[] {
  const pools: { mean: number; count: number }[] = [];
  for (const value of list) {
    let pool = { mean: value, count: 1 };
    for (let last = pools.at(-1); last !== undefined && last.mean > pool.mean; last = pools.at(-1)) {
      pools.pop();
      const count = last.count + pool.count;
      pool = { mean: (last.mean * last.count + pool.mean * pool.count) / count, count };
    }
    pools.push(pool);
  }
  return pools.flatMap(({ mean, count }) => new Array<number>(count).fill(mean));
}
