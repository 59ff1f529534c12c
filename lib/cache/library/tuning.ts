import type { MemoryLimits, MemoryStore } from './memory-store.ts';

/** What is set for all caches, in place of what their policies say. */
export interface Tuned {
  /** Of every TTL; 1 when left out. */
  ttlMultiplier?: number | undefined;
  earlyRefreshBeta?: number | undefined;
  staleWhileRevalidateSeconds?: number | undefined;
  memoryLimitMb?: number | undefined;
  maxEntries?: number | undefined;
}

type LimitedStore = Pick<MemoryStore<unknown>, 'limit'>;

/** Changes caches while they live: all that were made with it, and all that will be. It keeps none of them alive. */
export class CacheTuning {
  #tuned: Tuned = {};
  readonly #stores = new Set<WeakRef<LimitedStore>>();
  readonly #ownLimits = new WeakMap<LimitedStore, MemoryLimits>();

  get tuned(): Tuned {
    return this.#tuned;
  }

  /** What is undefined is as the policies have it again; what is not named stays. */
  set(tuned: Tuned): void {
    this.#tuned = { ...this.#tuned, ...tuned };
    for (const reference of this.#stores) {
      const store = reference.deref();
      if (store === undefined) this.#stores.delete(reference);
      else this.#limit(store);
    }
  }

  /** @param own the limits that it has by itself */
  follow(store: LimitedStore, own: MemoryLimits): void {
    this.#stores.add(new WeakRef(store));
    this.#ownLimits.set(store, own);
    this.#limit(store);
  }

  #limit(store: LimitedStore): void {
    const own = this.#ownLimits.get(store);
    if (own === undefined) return;
    const { memoryLimitMb = own.limitMb, maxEntries = own.maxEntries } = this.#tuned;
    store.limit({ limitMb: memoryLimitMb, maxEntries });
  }
}
