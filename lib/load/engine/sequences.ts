/** How far sequences have come, by their names. */
export type Places = Readonly<Record<string, number>>;

/** Counts up from a place. */
export class Sequence {
  #place: number;
  readonly #givenBack: { next: number; end: number }[] = [];

  constructor(place = 0) {
    this.#place = place;
  }

  /** Nothing from here on was taken yet. */
  get place(): number {
    return this.#place;
  }

  take(): number {
    const [range] = this.#givenBack;
    if (range === undefined) return this.#place++;
    const taken = range.next++;
    if (range.next >= range.end) this.#givenBack.shift();
    return taken;
  }

  /** Takes these first, before it goes on. */
  giveBack(from: number, to: number): void {
    if (from < to) this.#givenBack.push({ next: from, end: to });
  }
}

/**
 * The sequences of one worker: of `{{seq()}}`, and of the rows of data. Whoever works on the same shard after it goes on
 * from their places; so nothing is taken twice.
 */
export class Sequences {
  readonly #before: ReadonlyMap<string, number>;
  readonly #known = new Map<string, Sequence>();

  /** @param before where they go on; those that are not named begin at 0 */
  constructor(before: Places = {}) {
    this.#before = new Map(Object.entries(before));
  }

  of(name: string): Sequence {
    const sequence = this.#known.get(name) ?? new Sequence(this.#before.get(name));
    this.#known.set(name, sequence);
    return sequence;
  }

  /** Of all, also of those that it was only told of. */
  get places(): Places {
    const own = [...this.#known].map(([name, { place }]) => [name, place] as const);
    return Object.fromEntries([...this.#before, ...own]);
  }

  /** What was kept for whoever came before, and not taken by him: from the first places to the second ones. */
  giveBack(from: Places, to: Places): void {
    for (const [name, place] of Object.entries(from)) this.of(name).giveBack(place, to[name] ?? place);
  }
}
