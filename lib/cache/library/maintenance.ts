import type { Loader, OptimizeResult, SetItem, WarmResult, WarmSource } from './cache.ts';
import type { Finder } from './finder.ts';
import type { CacheParts } from './parts.ts';
import { type SharedTierName, TierUnavailableError } from './shared-tier.ts';

/** One step of the DynamoDB tier with so many to remove stays within the time it has. */
const SWEEP_BUDGET = 5_000;
const PROMOTED_KEYS = 100;
const WARMED_AT_ONCE = 8;
const BYTES_PER_MB = 1_048_576;
/** From this share of the memory on, what nobody has read since the last maintenance gives way. */
const CROWDED = 0.75;

/** What keeps a cache in order: nothing here is needed for what it answers to be right. */
export class Maintenance<V> {
  readonly #parts: CacheParts<V>;
  readonly #finder: Finder<V>;
  /** Where the last sweep of the shared tier ended. */
  #cursor: string | undefined;

  constructor(parts: CacheParts<V>, finder: Finder<V>) {
    this.#parts = parts;
    this.#finder = finder;
  }

  async optimize(): Promise<OptimizeResult> {
    const { memory, shared } = this.#parts;
    const here = memory?.sweep() ?? { homes: 0, bytes: 0 };
    const result = {
      expiredRemoved: here.homes,
      ghostsRemoved: 0,
      promoted: 0,
      demoted: 0,
      bytesFreed: here.bytes,
      complete: true,
    };
    if (shared !== undefined) {
      const swept = await shared.sweep({ budget: SWEEP_BUDGET, cursor: this.#cursor });
      this.#cursor = swept.cursor;
      result.expiredRemoved += swept.removed;
      result.ghostsRemoved += swept.ghosts;
      result.bytesFreed += swept.bytes;
      result.complete = swept.cursor === undefined;
      result.bytesFreed += await this.#shrink();
    }
    const demoted = this.#demote();
    result.demoted = demoted.entries;
    result.bytesFreed += demoted.bytes;
    result.promoted = await this.#promote(PROMOTED_KEYS);
    return result;
  }

  async warm(source: WarmSource<V>, stores: WarmStores<V>): Promise<WarmResult> {
    if ('fromTopKeys' in source) {
      const keys = this.topKeys(source.fromTopKeys);
      const found = await this.#finder.findMany(keys);
      const stored = found.filter(({ held }) => held !== undefined).length;
      const failed = keys
        .filter((_, at) => found[at]?.held === undefined)
        .map((key) => ({ key, reason: 'It is not stored any more.' }));
      return { requested: keys.length, stored, failed };
    }
    if ('entries' in source) {
      return inParallel(
        source.entries.map((item) => ({ key: item.key, run: () => stores.set(item) })),
        WARMED_AT_ONCE,
      );
    }
    const { keys, loader, concurrency = WARMED_AT_ONCE } = source;
    return inParallel(
      keys.map((key) => ({ key, run: () => stores.load(key, loader) })),
      concurrency,
    );
  }

  /** The most read keys of this process. */
  topKeys(limit: number): string[] {
    const { memory, recorder } = this.#parts;
    for (const { key, value } of memory?.store.entries() ?? []) recorder.left(key, value);
    return recorder.topKeys(limit).map(({ key }) => key);
  }

  /** Brings what is read most into memory. */
  async #promote(limit: number): Promise<number> {
    const { memory, follower } = this.#parts;
    if (memory === undefined) return 0;
    const missing = this.topKeys(limit).filter((key) => memory.store.peek(key) === undefined);
    const found = missing.length === 0 ? [] : await this.#finder.read(missing, follower.maxAgeMs);
    return found.filter(({ held }, at) => held !== undefined && memory.store.peek(missing[at] ?? '') !== undefined)
      .length;
  }

  /** Where the memory is crowded, what was not read since the last time goes, when a lower tier has it too. */
  #demote(): { entries: number; bytes: number } {
    const { memory } = this.#parts;
    const gone = { entries: 0, bytes: 0 };
    if (memory === undefined) return gone;
    const isCrowded = memory.store.usedBytes > CROWDED * memory.store.limitBytes;
    for (const { key, value: held, bytes } of memory.store.entries()) {
      if (isCrowded && !held.isWarm && !held.isHome) {
        memory.store.delete(key);
        gone.entries++;
        gone.bytes += bytes;
      }
      held.coolDown();
    }
    return gone;
  }

  /** Where a shared tier is above its limit, what expires soonest goes. */
  async #shrink(): Promise<number> {
    const { shared, policy } = this.#parts;
    const limits: Record<SharedTierName, number | undefined> = {
      redis: policy.redisLimitMb,
      dynamodb: policy.dynamodbLimitMb,
    };
    const usage = (await shared?.usage()) ?? {};
    let freed = 0;
    for (const tier of ['redis', 'dynamodb'] as const) {
      const limitMb = limits[tier];
      const bytes = usage[tier]?.bytes;
      if (limitMb === undefined || bytes === undefined || bytes <= limitMb * BYTES_PER_MB) continue;
      freed += (await shared?.evict(tier, bytes - limitMb * BYTES_PER_MB))?.bytes ?? 0;
    }
    return freed;
  }
}

export interface WarmStores<V> {
  set(item: SetItem<V>): Promise<unknown>;
  load(key: string, loader: Loader<V>): Promise<unknown>;
}

interface Work {
  key: string;
  run(): Promise<unknown>;
}

/** Each on its own: one that fails does not hold up the others, unless nothing answers any more. */
async function inParallel(work: readonly Work[], concurrency: number): Promise<WarmResult> {
  const failed: WarmResult['failed'] = [];
  const queue = work.values();
  let isDown = false;
  const drain = async (): Promise<void> => {
    for (const { key, run } of queue) {
      try {
        if (isDown) failed.push({ key, reason: 'A tier does not answer.' });
        else await run();
      } catch (error) {
        isDown ||= error instanceof TierUnavailableError;
        failed.push({ key, reason: reasonOf(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, drain));
  return { requested: work.length, stored: work.length - failed.length, failed };
}

/** Why a tier does not answer is for who looks after it: it may name addresses. */
function reasonOf(error: unknown): string {
  if (error instanceof TierUnavailableError) return `The tier ${error.tier} does not answer.`;
  return error instanceof Error ? error.message : String(error);
}
