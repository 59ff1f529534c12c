import { ToldApart } from '../told-apart.ts';
import { compare, type Merging } from './merging.ts';

/** Entries of many windows, by their key. */
export class Totals<Wire, Total> {
  readonly #merging: Merging<Wire, Total>;
  readonly #toldApart: ToldApart;
  readonly #totals = new Map<string, Total>();

  /** @param chosen what is told apart, on a second look */
  constructor(merging: Merging<Wire, Total>, chosen?: ReadonlySet<string>) {
    this.#merging = merging;
    this.#toldApart = new ToldApart(merging.limit, chosen);
  }

  /** @returns the entry, opened: to be read before the next one is added, which may be merged into it */
  add(wire: Wire): Total {
    const { open, keyOf, costOf, asOther, merge } = this.#merging;
    const opened = open(wire);
    const named = this.#toldApart.has(keyOf(opened), costOf(opened)) ? opened : asOther(opened);
    const key = keyOf(named);
    const present = this.#totals.get(key);
    if (present === undefined) this.#totals.set(key, named);
    else merge(present, named);
    return opened;
  }

  /** What to tell apart, when there is too much to tell all apart. */
  crowded(): ReadonlySet<string> | undefined {
    return this.#toldApart.costliest();
  }

  /** Sorted by key. */
  result(): Total[] {
    return [...this.#totals].sort(([a], [b]) => compare(a, b)).map(([, total]) => total);
  }
}
