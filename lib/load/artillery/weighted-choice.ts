import type { Random } from '../../statistics/random.ts';

/** Draws numbers from 0 on, each as often as its weight says. */
export class WeightedChoice {
  readonly #random: Random;
  readonly #upTo: number[] = [];
  readonly #whole: number;

  /** @param weights of which one is above 0 */
  constructor(weights: readonly number[], random: Random) {
    this.#random = random;
    let sum = 0;
    for (const weight of weights) {
      sum += weight;
      this.#upTo.push(sum);
    }
    this.#whole = sum;
  }

  next(): number {
    const drawn = this.#random.fraction() * this.#whole;
    return this.#upTo.findIndex((upTo) => drawn < upTo);
  }
}
