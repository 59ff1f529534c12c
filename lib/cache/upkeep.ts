import type { CacheUpkeepWork } from '../contracts/cache.ts';
import type { Stored } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import type { SharedTier } from './library/shared-tier.ts';
import { type StoredUpkeep, upkeepItem, upkeepRetentionMs } from './model.ts';
import { NamespaceService } from './namespace-service.ts';
import type { OpenNamespace } from './open-namespace.ts';
import type { CacheService, CacheServiceParts } from './service.ts';
import { topKeysOf } from './top-keys.ts';
import type { UpkeepFigures } from './upkeep-service.ts';

/** Longer than the function may run. */
const leaseMs = 60_000;
/** Of one question to the shared tiers: values may be large. */
const keysAtOnce = 32;
const defaultTopKeys = 50;

interface Progress {
  isDone: boolean;
  figures: UpkeepFigures;
}

/**
 * Does the work on namespaces that somebody has asked for, where the caches stand. Each piece is claimed by a conditional write; what the
 * time does not allow is gone on with at the next turn, and what it comes to stands in the item.
 */
export class CacheUpkeep {
  readonly #parts: CacheServiceParts;
  readonly #caches: CacheService;
  readonly #namespaces: NamespaceService;
  readonly #budgetMs: number;

  constructor(parts: CacheServiceParts, caches: CacheService, { budgetMs = 10_000 }: { budgetMs?: number } = {}) {
    this.#parts = parts;
    this.#caches = caches;
    this.#namespaces = new NamespaceService(parts);
    this.#budgetMs = budgetMs;
  }

  /** @returns how many pieces of work were brought to their end */
  async carryOut(): Promise<number> {
    const { table, clock, log } = this.#parts;
    const until = clock() + this.#budgetMs;
    let done = 0;
    for await (const found of table.all(upkeepItem, keys.cacheUpkeeps())) {
      if (clock() >= until) break;
      const { namespace, work, doneMs, leaseUntilMs = 0 } = found.value;
      if (doneMs !== undefined || leaseUntilMs > clock()) continue;
      try {
        if (await this.#carryOut(found, until)) done += 1;
      } catch (error) {
        log.warn('Work on a cache that was asked for could not be done', { namespace, work, error });
      }
    }
    return done;
  }

  async #carryOut(found: Stored<StoredUpkeep>, until: number): Promise<boolean> {
    const { table, clock } = this.#parts;
    const claimed = await table.replace(found, { ...found.value, leaseUntilMs: clock() + leaseMs });
    if (claimed === undefined) return false;
    const { leaseUntilMs: _, ...order } = claimed.value;
    const { isDone, figures } = await this.#caches.within(order.namespace, (opened) =>
      this.#work[order.work](order, opened, until),
    );
    const now = clock();
    const value: StoredUpkeep = { ...order, figures, ...(isDone ? { doneMs: now } : {}) };
    // Where it is not written, somebody has withdrawn it, or asked for it anew.
    return (await table.replace(claimed, value, isDone ? { expiresAt: now + upkeepRetentionMs } : {})) !== undefined;
  }

  readonly #work: {
    [Work in CacheUpkeepWork]: (order: StoredUpkeep, opened: OpenNamespace, until: number) => Promise<Progress>;
  } = {
    maintenance: async ({ figures: { expiredRemoved = 0, ghostsRemoved = 0, bytesFreed = 0 } }, { cache }, until) => {
      const figures = { expiredRemoved, ghostsRemoved, bytesFreed };
      for (;;) {
        const done = await cache.optimize();
        figures.expiredRemoved += done.expiredRemoved;
        figures.ghostsRemoved += done.ghostsRemoved;
        figures.bytesFreed += done.bytesFreed;
        if (done.complete || this.#parts.clock() >= until) return { isDone: done.complete, figures };
      }
    },

    warming: async ({ namespace, topKeys = defaultTopKeys }, { shared }) => {
      const figures = { keysStored: 0, keysThereBefore: 0, keysThere: 0 };
      if (shared === undefined) return { isDone: true, figures };
      const hottest = topKeysOf(await this.#namespaces.reports(namespace)).slice(0, topKeys);
      for (let from = 0; from < hottest.length; from += keysAtOnce) {
        const asked = hottest.slice(from, from + keysAtOnce).map(({ key }) => key);
        figures.keysThereBefore += await inUpperTier(shared, asked);
        // Past the memory of this process, which serves nobody: what is read from the lower tier is copied into the upper one.
        const { entries } = await shared.read(asked);
        await shared.settled?.();
        figures.keysStored += entries.filter((entry) => entry !== undefined).length;
        figures.keysThere += await inUpperTier(shared, asked);
      }
      return { isDone: true, figures };
    },
  };
}

/** How many of the keys are found in Redis. */
async function inUpperTier(shared: SharedTier, asked: readonly string[]): Promise<number> {
  const { entries } = await shared.read(asked, { headsOnly: true });
  return entries.filter((entry) => entry?.tier === 'redis').length;
}
