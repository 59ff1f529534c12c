import type { Noise } from './noise.ts';

/** Where a step between two indexes shows most. */
export interface Step {
  /** The first index of the new level; -1 when there is no room for a step. */
  index: number;
  /** How many standard deviations of its own the step is high. */
  z: number;
}

/** A segment has so many values at least: fewer may be a handful of outliers. */
export const SHORTEST_SEGMENT = 4;

/**
 * Measures steps in a series whose noise is an autoregression: between two levels fitted by generalized least squares, so that
 * neighbours who resemble each other are not taken for independent witnesses, and a jump from one value to the next counts for the
 * more. Without memory it is the well-known L2 statistic: z^2 is what the step takes from the sum of squares, in variances.
 */
export class StepScan {
  readonly #values: Float64Array;
  readonly #sums: Float64Array;

  /** @param values of a middle near 0, for the sums to be exact */
  constructor(values: Float64Array) {
    this.#values = values;
    this.#sums = new Float64Array(values.length + 1);
    for (let i = 0; i < values.length; i++) this.#sums[i + 1] = (this.#sums[i] as number) + (values[i] as number);
  }

  get count(): number {
    return this.#values.length;
  }

  /** The most visible step of `begin <= index < end`. */
  best(begin: number, end: number, noise: Noise): Step {
    let index = -1;
    let highest = -1;
    for (let at = begin + SHORTEST_SEGMENT; at <= end - SHORTEST_SEGMENT; at++) {
      const height = this.#height(begin, at, end, noise.memory);
      if (height > highest) {
        highest = height;
        index = at;
      }
    }
    return { index, z: index < 0 || highest === 0 ? 0 : highest / innovation(noise) };
  }

  /** How visible a step at this index is, between levels of `begin` and `end`. */
  at(begin: number, index: number, end: number, noise: Noise): number {
    const height = this.#height(begin, index, end, noise.memory);
    return height === 0 ? 0 : height / innovation(noise);
  }

  /**
   * z of innovations of deviation 1. The inverse of an autoregression's covariance has three diagonals: 1 at both ends of the main
   * one and 1 + memory^2 between, -memory beside it. Of it, the sums over two segments are these.
   */
  #height(begin: number, at: number, end: number, memory: number): number {
    const values = this.#values;
    const kept = (1 - memory) ** 2;
    const before = 1 + (at - begin - 1) * kept;
    const after = 1 + (end - at - 1) * kept;
    const determinant = before * after - memory * memory;
    const sumBefore = (this.#sums[at] as number) - (this.#sums[begin] as number);
    const sumAfter = (this.#sums[end] as number) - (this.#sums[at] as number);
    const lower = values[at - 1] as number;
    const upper = values[at] as number;
    const edge = memory * (1 - memory);
    const pullBefore = kept * sumBefore + edge * (values[begin] as number) + memory * (lower - upper);
    const pullAfter = kept * sumAfter + edge * (values[end - 1] as number) + memory * (upper - lower);
    const step = (before * pullAfter - after * pullBefore - memory * (pullAfter - pullBefore)) / determinant;
    return Math.abs(step) / Math.sqrt((before + after - 2 * memory) / determinant);
  }
}

const innovation = ({ deviation, memory }: Noise): number => deviation * Math.sqrt(1 - memory * memory);
