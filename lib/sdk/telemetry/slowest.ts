/** Keeps the `limit` highest of what it is offered, in descending order; of equal ones the first. */
export class Slowest<Item> {
  readonly #limit: number;
  readonly #ranked: { value: number; item: Item }[] = [];
  /** Nothing below or at it is kept. */
  #threshold = Number.NEGATIVE_INFINITY;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether it would be kept, which is rare: only then is it worth being made. */
  wants(value: number): boolean {
    return value > this.#threshold;
  }

  add(value: number, item: Item): void {
    if (!this.wants(value)) return;
    const at = this.#ranked.findIndex((other) => value > other.value);
    this.#ranked.splice(at < 0 ? this.#ranked.length : at, 0, { value, item });
    if (this.#ranked.length > this.#limit) this.#ranked.pop();
    if (this.#ranked.length === this.#limit) this.#threshold = this.#ranked.at(-1)?.value ?? this.#threshold;
  }

  get items(): Item[] {
    return this.#ranked.map(({ item }) => item);
  }
}
