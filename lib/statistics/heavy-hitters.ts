/** What is known of an item: it was counted at most `count` times and at least `count - error` times. */
export interface HeavyHitter {
  item: string;
  count: number;
  error: number;
}

export interface HeavyHittersSnapshot {
  total: number;
  items: readonly HeavyHitter[];
}

/**
 * The most frequent items of a stream in bounded memory: Space-Saving (Metwally, Agrawal, El Abbadi: "Efficient computation of
 * frequent and top-k elements in data streams", ICDT 2005), merged as by Agarwal et al., "Mergeable summaries", PODS 2012.
 *
 * With n the total counted and k the capacity: every item counted more than n / k times is held; no `error` exceeds n / k; up
 * to k distinct items all counts are exact.
 */
export class HeavyHitters {
  readonly capacity: number;
  #total = 0;
  readonly #slots = new Map<string, number>();
  readonly #items: string[] = [];
  readonly #counts: Float64Array;
  readonly #errors: Float64Array;
  /**
   * A binary min-heap of slots by `#keys`, counts as they were when they were last looked at. Counts only rise, so these are
   * lower bounds: when the top's is up to date it is the least. Counting a held item thus touches no heap.
   */
  readonly #heap: Uint32Array;
  readonly #keys: Float64Array;

  /** @param capacity how many items are held at most */
  constructor(capacity: number) {
    if (!(Number.isSafeInteger(capacity) && capacity > 0)) {
      throw new RangeError(`the capacity is a positive whole number, not ${capacity}`);
    }
    this.capacity = capacity;
    this.#counts = new Float64Array(capacity);
    this.#errors = new Float64Array(capacity);
    this.#heap = new Uint32Array(capacity);
    this.#keys = new Float64Array(capacity);
  }

  /** Everything counted, whether its item is still held or not. */
  get total(): number {
    return this.#total;
  }

  get size(): number {
    return this.#items.length;
  }

  /** @param times a positive number */
  add(item: string, times = 1): void {
    if (!(times > 0 && times < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`an item is counted a positive number of times, not ${times}`);
    }
    this.#total += times;
    const slot = this.#slots.get(item);
    if (slot !== undefined) {
      this.#counts[slot] = (this.#counts[slot] ?? 0) + times;
    } else if (this.#items.length < this.capacity) {
      this.#append(item, times, 0);
    } else {
      this.#replaceLeast(item, times);
    }
  }

  /** What is known of an item; one that is not held was counted at most `error` times. */
  estimate(item: string): HeavyHitter {
    const slot = this.#slots.get(item);
    if (slot === undefined) {
      const most = this.#most();
      return { item, count: most, error: most };
    }
    return { item, count: this.#counts[slot] ?? 0, error: this.#errors[slot] ?? 0 };
  }

  /** The most frequent items, most frequent first; of equal ones the better known, then by name. */
  top(limit = this.capacity): HeavyHitter[] {
    return this.#items
      .map((item) => this.estimate(item))
      .sort((a, b) => b.count - a.count || a.error - b.error || (a.item < b.item ? -1 : 1))
      .slice(0, limit);
  }

  /**
   * Adds what the other has counted; the bounds hold for the sum of both. The other stays as it is.
   * @throws RangeError when the other's capacity is less, for its errors may be larger than this one promises
   */
  merge(other: HeavyHitters): this {
    if (other.capacity < this.capacity) {
      throw new RangeError(`a sketch of ${other.capacity} items is too coarse for one of ${this.capacity}`);
    }
    const items = new Set([...this.#items, ...other.#items]);
    const joined = new HeavyHitters(Math.max(1, items.size));
    for (const item of items) {
      const mine = this.estimate(item);
      const theirs = other.estimate(item);
      joined.#append(item, mine.count + theirs.count, mine.error + theirs.error);
    }
    const total = this.#total + other.#total;
    this.#hold({ total, items: joined.top(this.capacity) });
    return this;
  }

  clear(): void {
    this.#hold({ total: 0, items: [] });
  }

  /** Plain data, for another process to merge. */
  snapshot(): HeavyHittersSnapshot {
    return { total: this.#total, items: this.top() };
  }

  /**
   * A snapshot merged into nothing. The capacity must be that of the sketch it was taken of: with a smaller one the bounds of
   * items not held would not be known to hold.
   * @throws RangeError on what no sketch of this capacity can be
   */
  static from(capacity: number, { total, items }: HeavyHittersSnapshot): HeavyHitters {
    const sketch = new HeavyHitters(capacity);
    if (items.length > capacity) throw new RangeError(`${items.length} items do not fit into ${capacity}`);
    let sum = 0;
    for (const { item, count, error } of items) {
      if (!(count > 0 && error >= 0 && error <= count)) throw new RangeError(`the counts of ${item} are wrong`);
      sum += count;
    }
    if (new Set(items.map(({ item }) => item)).size !== items.length)
      throw new RangeError('an item stands there twice');
    if (!(Number.isFinite(total) && sum <= total))
      throw new RangeError(`the items were counted more than ${total} times`);
    sketch.#hold({ total, items });
    return sketch;
  }

  #hold({ total, items }: HeavyHittersSnapshot): void {
    this.#slots.clear();
    this.#items.length = 0;
    this.#total = total;
    for (const { item, count, error } of items) this.#append(item, count, error);
  }

  #append(item: string, count: number, error: number): void {
    const slot = this.#items.length;
    this.#items.push(item);
    this.#slots.set(item, slot);
    this.#counts[slot] = count;
    this.#errors[slot] = error;
    let at = slot;
    for (; at > 0; ) {
      const parent = (at - 1) >> 1;
      const above = this.#heap[parent] ?? 0;
      if ((this.#keys[above] ?? 0) <= count) break;
      this.#heap[at] = above;
      at = parent;
    }
    this.#heap[at] = slot;
    this.#keys[slot] = count;
  }

  /** The newcomer takes the place of the least frequent, whose count is how often it may have been here unseen. */
  #replaceLeast(item: string, times: number): void {
    const slot = this.#least();
    this.#slots.delete(this.#items[slot] ?? '');
    this.#slots.set(item, slot);
    this.#items[slot] = item;
    const least = this.#counts[slot] ?? 0;
    this.#errors[slot] = least;
    this.#counts[slot] = least + times;
  }

  /** How often an item that is not held can have been counted. */
  #most(): number {
    return this.#items.length < this.capacity ? 0 : (this.#counts[this.#least()] ?? 0);
  }

  #least(): number {
    for (;;) {
      const slot = this.#heap[0] ?? 0;
      const count = this.#counts[slot] ?? 0;
      if (this.#keys[slot] === count) return slot;
      this.#keys[slot] = count;
      this.#sink(slot, count);
    }
  }

  #sink(slot: number, key: number): void {
    const size = this.#items.length;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      const left = this.#keys[this.#heap[child] ?? 0] ?? 0;
      const right = child + 1 < size ? (this.#keys[this.#heap[child + 1] ?? 0] ?? 0) : Number.POSITIVE_INFINITY;
      if (right < left) child++;
      if (Math.min(left, right) >= key) break;
      this.#heap[at] = this.#heap[child] ?? 0;
      at = child;
    }
    this.#heap[at] = slot;
  }
}
