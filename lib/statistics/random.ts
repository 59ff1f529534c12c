const TWO_32 = 2 ** 32;

/** Spreads a seed of few bits over all of them (splitmix32, after Steele, Lea and Flood, 2014). */
function* splitmix32(seed: number): Generator<number, never> {
  for (let state = seed | 0; ; ) {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    yield (mixed ^ (mixed >>> 15)) | 0;
  }
}

/** A seeded generator (sfc32, Chris Doty-Humphrey): the same seed gives the same test. Not for secrets. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    const state = splitmix32(seed);
    this.#a = state.next().value;
    this.#b = state.next().value;
    this.#c = state.next().value;
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** 0 to 2^32 - 1. */
  uint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }

  /** From 0 up to and without 1, of 53 bits. */
  fraction(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    const values = high - low + 1;
    if (values <= TWO_32) return low + Math.floor((this.uint32() / TWO_32) * values);
    return low + Math.floor(this.fraction() * values);
  }

  /** Of the standard normal distribution (Marsaglia's polar method, 1964). */
  normal(): number {
    for (;;) {
      const x = 2 * this.fraction() - 1;
      const y = 2 * this.fraction() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }
}
