import { twoSidedP } from './normal.ts';

export interface MannWhitney {
  /** Of how many pairs of one a and one b the a is larger; equal ones count half. */
  u: number;
  /** u over all such pairs, 0 to 1: how likely an a exceeds a b. 0.5 when neither tends to be larger. */
  superiority: number;
  /** Two-sided: how likely samples of the same distribution differ as much. */
  p: number;
  /** Counted from all orders the samples can stand in, not approximated. */
  exact: boolean;
}

/** Up to so many values in each sample all orders are counted. */
const EXACT_UP_TO = 20;

/**
 * Whether values of one sample tend to be larger than those of the other: the U test of Mann and Whitney (1947), two-sided, with
 * corrections for ties and continuity; exact for up to 20 values each without ties.
 *
 * Takes the values of a sample to be independent of one another. For pairs see `judge`.
 *
 * @throws RangeError on an empty sample or a value that is not a number
 */
export function mannWhitney(a: readonly number[], b: readonly number[]): MannWhitney {
  if (a.length === 0 || b.length === 0) throw new RangeError('the U test needs values of both samples');
  const all = [...a.map((value) => ({ value, isA: true })), ...b.map((value) => ({ value, isA: false }))];
  if (all.some(({ value }) => Number.isNaN(value))) throw new RangeError('the U test compares numbers');
  // By comparison, not by difference: of infinite ones that is no number.
  all.sort((x, y) => (x.value < y.value ? -1 : x.value > y.value ? 1 : 0));

  let rankSum = 0;
  let tieTerm = 0;
  for (let start = 0, end = 0; start < all.length; start = end) {
    let ofA = 0;
    for (end = start; end < all.length && all[end]?.value === all[start]?.value; end++) if (all[end]?.isA) ofA++;
    const tied = end - start;
    rankSum += ofA * ((start + 1 + end) / 2);
    tieTerm += tied ** 3 - tied;
  }
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const product = a.length * b.length;
  const exact = tieTerm === 0 && a.length <= EXACT_UP_TO && b.length <= EXACT_UP_TO;
  const p = exact ? exactP(u, a.length, b.length) : approximateP(u, product, all.length, tieTerm);
  return { u, superiority: u / product, p, exact };
}

function approximateP(u: number, product: number, count: number, tieTerm: number): number {
  const variance = (product / 12) * (count + 1 - tieTerm / (count * (count - 1)));
  if (!(variance > 0)) return 1;
  return twoSidedP(Math.max(0, Math.abs(u - product / 2) - 0.5) / Math.sqrt(variance));
}

/** How many of the orders of m and n values have each u: the coefficients of the Gaussian binomial, built up factor by factor. */
function exactP(u: number, m: number, n: number): number {
  const orders = new Float64Array(m * n + 1);
  orders[0] = 1;
  for (let i = 1; i <= m; i++) {
    for (let at = m * n; at >= n + i; at--) orders[at] = (orders[at] ?? 0) - (orders[at - n - i] ?? 0);
    for (let at = i; at <= m * n; at++) orders[at] = (orders[at] ?? 0) + (orders[at - i] ?? 0);
  }
  const lower = Math.min(u, m * n - u);
  let asFar = 0;
  let all = 0;
  for (const [each, count] of orders.entries()) {
    all += count;
    if (each <= lower) asFar += count;
  }
  return Math.min(1, (2 * asFar) / all);
}
