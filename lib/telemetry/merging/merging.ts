/** One kind of thing that windows and rollups list, and how entries of the same key become one. */
export interface Merging<Wire, Total> {
  /** So many are told apart; what is beyond is counted together. */
  readonly limit: number;
  /** A total of its own, which nobody else holds. */
  open(wire: Wire): Total;
  keyOf(total: Total): string;
  /** What those are chosen by that are told apart. */
  costOf(total: Total): number;
  /** Associative and commutative: the result depends on the set of entries only. */
  merge(into: Total, from: Total): void;
  /** The same, named as one of all that are not told apart. */
  asOther(total: Total): Total;
  /** As it is stored; `open` reads it. */
  pack(total: Total): Wire;
}

/** What stands for all that is not told apart. The SDK has this name for it too. */
export const other = '*other*';

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
