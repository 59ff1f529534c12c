import { type Quota, type Taken, take } from './bucket.ts';

/**
 * The buckets of all who ask, in this process. Their number is bounded: past it, whoever has asked the longest ago is
 * forgotten, and starts anew with a full one.
 */
export class Buckets {
  /** By who asks: when the bucket will be full. The order is that of the last request. */
  readonly #fullAt = new Map<string, number>();
  readonly #maxBuckets: number;

  constructor(maxBuckets: number) {
    this.#maxBuckets = maxBuckets;
  }

  get size(): number {
    return this.#fullAt.size;
  }

  take(who: string, now: number, quota: Quota): Taken {
    const taken = take(this.#fullAt.get(who), now, quota);
    this.#fullAt.delete(who);
    for (const oldest of this.#fullAt.keys()) {
      if (this.#fullAt.size < this.#maxBuckets) break;
      this.#fullAt.delete(oldest);
    }
    this.#fullAt.set(who, taken.fullAt);
    return taken;
  }

  /** What would come of a request, which is not counted. */
  look(who: string, now: number, quota: Quota): Taken {
    return take(this.#fullAt.get(who), now, quota);
  }
}
