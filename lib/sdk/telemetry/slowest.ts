/** Keeps the `limit` highest of what it is offered, in descending order; of equal ones the first. */
export class Slowest<Item> {
  readonly #limit: number;
  readonly #ranked: { value: number; item: Item }[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The item is made only when it is kept, which is rare. */
  offer(value: number, make: () => Item): void {
    const lowest = this.#ranked.at(-1);
    const full = this.#ranked.length >= this.#limit;
    if (full && (lowest === undefined || value <= lowest.value)) return;
    if (full) this.#ranked.pop();
    const at = this.#ranked.findIndex((other) => value > other.value);
    this.#ranked.splice(at < 0 ? this.#ranked.length : at, 0, { value, item: make() });
  }

  get items(): Item[] {
    return this.#ranked.map(({ item }) => item);
  }
}
