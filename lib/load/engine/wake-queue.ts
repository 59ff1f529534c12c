/** Who is to be woken when: a binary heap of (time, slot), the earliest first. Allocates nothing after it was made. */
export class WakeQueue {
  readonly #times: Float64Array;
  readonly #slots: Uint32Array;
  #size = 0;

  constructor(capacity: number) {
    this.#times = new Float64Array(capacity);
    this.#slots = new Uint32Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** When the first is due; infinity when nobody waits. */
  get nextAt(): number {
    return this.#size > 0 ? this.#time(0) : Number.POSITIVE_INFINITY;
  }

  add(time: number, slot: number): void {
    if (this.#size === this.#times.length) throw new RangeError('the wake queue is full');
    let at = this.#size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#time(parent) <= time) break;
      this.#copy(parent, at);
      at = parent;
    }
    this.#times[at] = time;
    this.#slots[at] = slot;
  }

  /** Takes out the earliest; not when empty. */
  take(): number {
    if (this.#size === 0) throw new RangeError('the wake queue is empty');
    const first = this.#slots[0] ?? 0;
    const last = --this.#size;
    const time = this.#time(last);
    const slot = this.#slots[last] ?? 0;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && this.#time(child + 1) < this.#time(child)) child++;
      if (time <= this.#time(child)) break;
      this.#copy(child, at);
      at = child;
    }
    this.#times[at] = time;
    this.#slots[at] = slot;
    return first;
  }

  clear(): void {
    this.#size = 0;
  }

  #time(at: number): number {
    return this.#times[at] ?? Number.NaN;
  }

  #copy(from: number, to: number): void {
    this.#times[to] = this.#time(from);
    this.#slots[to] = this.#slots[from] ?? 0;
  }
}
