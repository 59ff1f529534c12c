/** So many keys are remembered with what they cost: beyond, a service is not described by its routes any more. */
const maxRemembered = 50_000;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Which of many endpoints or queries get an entry of their own. On a first look at them, those that come first, while all are
 * remembered with what they cost; if there turn out to be too many, the costliest, on a second look.
 */
export class ToldApart {
  readonly #limit: number;
  readonly #chosen: ReadonlySet<string> | undefined;
  readonly #first = new Set<string>();
  readonly #costs = new Map<string, number>();

  /** @param chosen on a second look, what `costliest` said of the first */
  constructor(limit: number, chosen?: ReadonlySet<string>) {
    this.#limit = limit;
    this.#chosen = chosen;
  }

  /** @returns whether the key has an entry of its own */
  has(key: string, cost: number): boolean {
    if (this.#chosen !== undefined) return this.#chosen.has(key);
    const known = this.#costs.get(key);
    if (known !== undefined || this.#costs.size < maxRemembered) this.#costs.set(key, (known ?? 0) + cost);
    if (this.#first.size < this.#limit) this.#first.add(key);
    return this.#first.has(key);
  }

  /** Of all keys seen, so many as may be told apart; undefined when no others were seen. */
  costliest(): ReadonlySet<string> | undefined {
    if (this.#costs.size <= this.#limit) return undefined;
    const ranked = [...this.#costs].sort(([a, costA], [b, costB]) => costB - costA || compare(a, b));
    return new Set(ranked.slice(0, this.#limit).map(([key]) => key));
  }
}
