import type { PoolFigures, PoolState } from './pool-figures.ts';

/** A pool that is watched. */
export interface WatchedPool {
  /** `postgresql`, `mysql`, ... */
  readonly system: string;
  state(): PoolState;
  /**
   * Asks the server whether a connection works: rejects when it does not, and lets the driver drop it. Undefined where all
   * are in use, or awaited: they prove themselves, and a check would only stand in the way.
   */
  check(): Promise<unknown> | undefined;
  /**
   * Lets it open so many connections from now on; those that are open beyond go when they are idle. Undefined: its driver takes no other
   * size while it runs.
   */
  resize?(size: number): void;
  /** Leaves the pool as it was. */
  stop(): void;
}

export interface AdapterOptions {
  /** Of a pool of anything: tells that a resource works, or rejects. */
  readonly ping?: (resource: unknown) => unknown;
}

/** What makes one kind of pool watchable. */
export interface PoolAdapter {
  /** By its shape: the driver itself is never loaded, for a service has its own copy. */
  isPool(pool: object): boolean;
  watch(pool: object, figures: PoolFigures, options: AdapterOptions): WatchedPool;
}

/** Whether the object has methods of these names. */
export const hasMethods = (object: object, ...names: readonly string[]): boolean =>
  names.every((name) => typeof Reflect.get(object, name) === 'function');
