import { addWhileUsed } from '../memory/trimmables.ts';

export interface ObjectPoolOptions<Value> {
  create: () => Value;
  /** Makes a used one as good as new; one for which it throws is not kept. */
  reset?: (value: Value) => void;
  /** For one that is not kept. */
  destroy?: (value: Value) => void;
  /** So many idle ones are kept at most; 100 by default. */
  maxIdle?: number;
}

/**
 * Objects that are costly to make (buffers, parsers, contexts), used again. It never refuses: who asks when none is idle gets a new
 * one. What is never given back is simply not used again.
 */
export class ObjectPool<Value extends object> {
  readonly #options: ObjectPoolOptions<Value>;
  readonly #maxIdle: number;
  readonly #idle: Value[] = [];
  /** Holds nothing that its user has lost. */
  readonly #inUse = new WeakSet<Value>();
  #created = 0;
  #reused = 0;
  #released = 0;

  constructor(options: ObjectPoolOptions<Value>) {
    const { maxIdle = 100 } = options;
    if (!(Number.isInteger(maxIdle) && maxIdle >= 0)) throw new RangeError('maxIdle must be 0 or more');
    this.#options = options;
    this.#maxIdle = maxIdle;
    addWhileUsed(this, (pool, fraction) => pool.trim(Math.floor(pool.#idle.length * (1 - fraction))));
  }

  acquire(): Value {
    const idle = this.#idle.pop();
    const value = idle ?? this.#options.create();
    if (idle === undefined) this.#created++;
    else this.#reused++;
    this.#inUse.add(value);
    return value;
  }

  /** @throws RangeError for what was not acquired here, or was given back already: two would use it at once */
  release(value: Value): void {
    if (!this.#inUse.delete(value)) throw new RangeError('this object is not in use');
    this.#released++;
    if (this.#idle.length >= this.#maxIdle || !this.#isClean(value)) this.#options.destroy?.(value);
    else this.#idle.push(value);
  }

  /** Acquires one, and releases it however the work ends. */
  async use<Result>(work: (value: Value) => Result | Promise<Result>): Promise<Result> {
    const value = this.acquire();
    try {
      return await work(value);
    } finally {
      this.release(value);
    }
  }

  /** Lets idle ones go; `trimOnPressure` does so when memory is short. @param keep so many stay */
  trim(keep = 0): void {
    for (const value of this.#idle.splice(keep)) this.#options.destroy?.(value);
  }

  /** `inUse` counts those that were never given back too. */
  get stats(): { idle: number; inUse: number; created: number; reused: number } {
    const inUse = this.#created + this.#reused - this.#released;
    return { idle: this.#idle.length, inUse, created: this.#created, reused: this.#reused };
  }

  #isClean(value: Value): boolean {
    try {
      this.#options.reset?.(value);
      return true;
    } catch {
      return false;
    }
  }
}
