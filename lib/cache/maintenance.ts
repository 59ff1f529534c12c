import type { Stored } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import { namespaceItem, namespaceRetentionMs, type StoredNamespace, type StoredRest } from './model.ts';
import type { CacheService, CacheServiceParts } from './service.ts';
import { CacheUpkeep } from './upkeep.ts';

/** Longer than the function may run: who claimed something and is gone does not come back to it. */
const leaseMs = 60_000;
/** What expired or was invalidated is served by nobody: how soon it is removed is a matter of room alone. */
const sweepEveryMs = 60 * 60 * 1000;

export interface MaintenanceOptions {
  /** No new piece of work is begun after so long. */
  budgetMs?: number;
}

/**
 * What is left to do for caches, for a function that stands where they do. Each duty claims a piece of work by a conditional write, does
 * what the time allows, and leaves the rest for the next tick.
 */
export class CacheMaintenance {
  readonly #parts: CacheServiceParts;
  readonly #caches: CacheService;
  readonly #upkeep: CacheUpkeep;
  readonly #budgetMs: number;

  constructor(parts: CacheServiceParts, caches: CacheService, { budgetMs = 15_000 }: MaintenanceOptions = {}) {
    this.#parts = parts;
    this.#caches = caches;
    this.#upkeep = new CacheUpkeep(parts, caches);
    this.#budgetMs = budgetMs;
  }

  /** Does what somebody has asked for. @returns how many pieces of work */
  carryOutUpkeep(): Promise<number> {
    return this.#upkeep.carryOut();
  }

  /** Removes what invalidations left. @returns how many entries */
  async finishInvalidations(): Promise<number> {
    const { clock, log } = this.#parts;
    const until = clock() + this.#budgetMs;
    let removed = 0;
    for await (const found of this.#caches.rests.all()) {
      if (clock() >= until) break;
      try {
        removed += await this.#finish(found, until);
      } catch (error) {
        // One that cannot go on now keeps none of the others from it.
        log.warn('What an invalidation left could not be removed', { namespace: found.value.namespace, error });
      }
    }
    return removed;
  }

  async #finish(found: Stored<StoredRest>, until: number): Promise<number> {
    const { rests } = this.#caches;
    let held = await rests.claim(found, leaseMs);
    let removed = 0;
    while (held?.value.rest !== undefined && this.#parts.clock() < until) {
      const { namespace, rest } = held.value;
      const { invalidated, rest: left } = await this.#caches.within(namespace, ({ cache }) => cache.reap(rest));
      removed += invalidated;
      held = await rests.progress(held, invalidated, left, leaseMs);
      // A tier that does not answer leaves the rest as it was: there is no use in asking it again at once.
      if (invalidated === 0 && left?.cursor === rest.cursor) break;
    }
    if (held?.value.rest !== undefined) await rests.giveBack(held);
    return removed;
  }

  /** Sweeps the namespaces whose turn it is. @returns how many expired entries and ghosts were removed */
  async sweepNamespaces(): Promise<number> {
    const { table, clock, log } = this.#parts;
    const until = clock() + this.#budgetMs;
    let removed = 0;
    for await (const found of table.all(namespaceItem, keys.cacheNamespaces())) {
      if (clock() >= until) break;
      try {
        removed += await this.#sweep(found, until);
      } catch (error) {
        log.warn('A namespace could not be swept', { namespace: found.value.namespace, error });
      }
    }
    return removed;
  }

  async #sweep(found: Stored<StoredNamespace>, until: number): Promise<number> {
    const { table, clock } = this.#parts;
    const { namespace, sweptAtMs = 0, leaseUntilMs = 0 } = found.value;
    const now = clock();
    if (now - sweptAtMs < sweepEveryMs || leaseUntilMs > now) return 0;
    const claimed = await table.replace(found, { ...found.value, leaseUntilMs: now + leaseMs });
    if (claimed === undefined) return 0;
    let removed = 0;
    let isComplete = false;
    const isEmpty = await this.#caches.within(namespace, async ({ cache, shared }) => {
      while (!isComplete && clock() < until) {
        const swept = await cache.optimize();
        removed += swept.expiredRemoved + swept.ghostsRemoved;
        isComplete = swept.complete;
      }
      const usage = Object.values((await shared?.usage()) ?? {});
      return isComplete && usage.every(({ entries }) => entries === 0);
    });
    // Whoever stores something there enters it again.
    if (isEmpty) await table.delete(claimed.key);
    else {
      const swept = isComplete ? { sweptAtMs: clock() } : {};
      await table.replace(claimed, { namespace, ...swept }, { expiresAt: clock() + namespaceRetentionMs });
    }
    return removed;
  }
}
