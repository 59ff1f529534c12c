import type { CachePolicy } from '../../contracts/cache-policy.ts';
import type { CacheStats } from '../../contracts/cache-stats.ts';
import type {
  Cache,
  CacheFigures,
  CacheHead,
  CacheHit,
  GetOptions,
  GetOrSetOptions,
  InvalidateOptions,
  InvalidationResult,
  Loader,
  OptimizeResult,
  ReapRest,
  SetItem,
  SetOptions,
  StoredEntry,
  WarmResult,
  WarmSource,
} from './cache.ts';
import type { CacheEvents } from './events.ts';
import { Finder, type Found, freshnessNow } from './finder.ts';
import type { Held } from './held.ts';
import { hitOf, toldOf } from './hit.ts';
import { Invalidating, requestOf } from './invalidating.ts';
import { checkKey } from './limits.ts';
import { type Loaded, Loads } from './loads.ts';
import { Maintenance } from './maintenance.ts';
import type { CacheParts } from './parts.ts';
import type { TierState } from './recorder.ts';
import { type SharedTierName, TierUnavailableError, type TierUsage } from './shared-tier.ts';
import { Touches } from './touches.ts';
import { Writes } from './writes.ts';

/** Of gets from memory, one in so many is timed: reading the clock costs as much as the rest. */
const TIMED_GETS = 64;

/** Tier 1 in this process over at most one shared tier, which may be made of several. */
export class TieredCache<V> implements Cache<V> {
  readonly namespace: string;
  readonly #parts: CacheParts<V>;
  readonly #finder: Finder<V>;
  readonly #loads: Loads<V>;
  readonly #writes: Writes<V>;
  readonly #touches: Touches<V>;
  readonly #invalidating: Invalidating<V>;
  readonly #maintenance: Maintenance<V>;
  #untimedGets = 0;

  constructor(namespace: string, parts: CacheParts<V>) {
    this.namespace = namespace;
    this.#parts = parts;
    this.#finder = new Finder(parts);
    this.#loads = new Loads(parts, this.#finder);
    this.#writes = new Writes(parts);
    this.#touches = new Touches(parts);
    this.#invalidating = new Invalidating(parts);
    this.#maintenance = new Maintenance(parts, this.#finder);
  }

  get policy(): CachePolicy {
    return this.#parts.policy;
  }

  get epoch(): number {
    return this.#parts.follower.born;
  }

  get(key: string): Promise<V | undefined>;
  get(key: string, options: GetOptions<V> & { default: V }): Promise<V>;
  get(key: string, options?: GetOptions<V>): Promise<V | undefined>;
  get(key: string, options?: GetOptions<V>): Promise<V | undefined> {
    if (options === undefined && ++this.#untimedGets < TIMED_GETS) {
      // Once for all that is asked of it: reading the clock is much of what a hit costs.
      const now = this.#parts.clock.now();
      const held = this.#finder.inMemory(key, now);
      if (held !== undefined && !held.isStale && held.freshUntil > now) {
        this.#count(key, held, 'memory', 'hit');
        return Promise.resolve(held.value);
      }
    }
    return this.#get(key, options);
  }

  async lookup(key: string, options: Omit<GetOptions<V>, 'default'> = {}): Promise<CacheHit<V> | undefined> {
    checkKey(key);
    const { clock, recorder } = this.#parts;
    const startedAt = clock.monotonic();
    const found = await this.#finder.find(key, options.epoch);
    const served = this.#serve(key, found);
    recorder.getMs.add(clock.monotonic() - startedAt);
    if (served !== undefined && options.refreshTtl === true) {
      const touched = await this.#touches.touch(key, served.held);
      return this.#hitFor({ ...served, held: touched });
    }
    return served && this.#hitFor(served);
  }

  async head(key: string, { epoch }: { epoch?: number | undefined } = {}): Promise<CacheHead | undefined> {
    checkKey(key);
    const found = await this.#finder.head(key, epoch);
    if (found === undefined || found.head.negative) return undefined;
    const freshness = freshnessNow({ ...found.head, isStale: found.isStale }, this.#parts.clock.now());
    if (freshness !== 'fresh' && freshness !== 'revalidate') return undefined;
    return toldOf(found.head, freshness === 'fresh' ? 'hit' : 'stale', found.from);
  }

  async getMany(keys: readonly string[], options: { epoch?: number | undefined } = {}): Promise<Map<string, V>> {
    const hits = await this.lookupMany(keys, options);
    return new Map(Array.from(hits, ([key, { value }]) => [key, value]));
  }

  async lookupMany(
    keys: readonly string[],
    options: { epoch?: number | undefined } = {},
  ): Promise<Map<string, CacheHit<V>>> {
    for (const key of keys) checkKey(key);
    const distinct = [...new Set(keys)];
    const { clock, recorder } = this.#parts;
    const startedAt = clock.monotonic();
    const found = await this.#finder.findMany(distinct, options.epoch);
    recorder.getMs.add(clock.monotonic() - startedAt);
    const hits = new Map<string, CacheHit<V>>();
    distinct.forEach((key, at) => {
      const each = found[at];
      const hit = each && this.#serve(key, each);
      const told = hit && this.#hitFor(hit);
      if (told !== undefined) hits.set(key, told);
    });
    return hits;
  }

  async set(key: string, value: V, options: SetOptions = {}): Promise<StoredEntry> {
    const { ifMatch, ifNoneMatch, ...rest } = options;
    return this.#timed(this.#writes.set({ key, value, ...rest }, { ifMatch, ifNoneMatch }));
  }

  setMany(items: readonly SetItem<V>[]): Promise<StoredEntry[]> {
    return this.#timed(this.#writes.setMany(items));
  }

  async getOrSet(key: string, loader: Loader<V>, options: GetOrSetOptions = {}): Promise<V | undefined> {
    return (await this.#load(key, loader, options)).held.value;
  }

  async load(key: string, loader: Loader<V>, options: GetOrSetOptions = {}): Promise<CacheHit<V> | undefined> {
    return this.#hitFor(await this.#load(key, loader, options));
  }

  async delete(key: string): Promise<boolean> {
    return (await this.invalidate({ keys: [key] })).invalidated > 0;
  }

  async invalidate(what: InvalidateOptions): Promise<InvalidationResult> {
    return this.#invalidating.invalidate(requestOf(what));
  }

  clear(): Promise<InvalidationResult> {
    return this.#invalidating.invalidate({ kind: 'clear', values: [], soft: false });
  }

  reap(rest: ReapRest): Promise<InvalidationResult> {
    return this.#invalidating.reap(rest);
  }

  async stats(): Promise<CacheStats> {
    const { memory, shared, recorder, policy, codec } = this.#parts;
    memory?.purge();
    for (const { key, value } of memory?.store.entries() ?? []) recorder.left(key, value);
    const usage = await this.#usage();
    const states = shared?.health?.() ?? {};
    const limits = { redis: policy.redisLimitMb, dynamodb: policy.dynamodbLimitMb };
    const stateOf = (tier: SharedTierName): { [tier in SharedTierName]?: TierState } =>
      states[tier] === undefined && usage[tier] === undefined
        ? {}
        : { [tier]: { ...states[tier], usage: usage[tier], limitMb: limits[tier] } };
    return recorder.stats({
      memory: memory && {
        entries: memory.store.size,
        bytes: memory.store.usedBytes,
        limitBytes: memory.store.limitBytes,
        evictions: memory.store.evictions,
      },
      shared: { ...stateOf('redis'), ...stateOf('dynamodb') },
      cost: shared?.cost(),
      savedBytes: codec.savedBytes,
    });
  }

  figures(): CacheFigures {
    const { memory, recorder } = this.#parts;
    const { hits, misses } = recorder;
    if (memory === undefined) return { hits: { ...hits }, misses };
    const { size: entries, usedBytes: bytes, evictions } = memory.store;
    return { hits: { ...hits }, misses, memory: { entries, bytes, evictions } };
  }

  optimize(): Promise<OptimizeResult> {
    return this.#maintenance.optimize();
  }

  warm(source: WarmSource<V>): Promise<WarmResult> {
    return this.#maintenance.warm(source, {
      set: (item) => this.#writes.set(item, {}),
      load: (key, loader) => this.#load(key, loader, {}),
    });
  }

  on<E extends keyof CacheEvents>(event: E, listener: (...args: CacheEvents[E]) => void): this {
    this.#parts.events.on<keyof CacheEvents>(event, listener as (...args: CacheEvents[keyof CacheEvents]) => void);
    return this;
  }

  off<E extends keyof CacheEvents>(event: E, listener: (...args: CacheEvents[E]) => void): this {
    this.#parts.events.off<keyof CacheEvents>(event, listener as (...args: CacheEvents[keyof CacheEvents]) => void);
    return this;
  }

  async settled(): Promise<void> {
    await this.#parts.background.settled();
    await this.#parts.shared?.settled?.();
  }

  trim(toBytes: number): void {
    this.#parts.memory?.store.trim(toBytes);
  }

  async close(): Promise<void> {
    this.#loads.close();
    await this.settled();
  }

  async #get(key: string, options: GetOptions<V> | undefined): Promise<V | undefined> {
    this.#untimedGets = 0;
    if (options?.refreshTtl === true) return (await this.lookup(key, options))?.value ?? options.default;
    checkKey(key);
    const { clock, recorder } = this.#parts;
    const startedAt = clock.monotonic();
    const served = this.#serve(key, await this.#finder.find(key, options?.epoch));
    recorder.getMs.add(clock.monotonic() - startedAt);
    return served === undefined || served.held.negative ? options?.default : served.held.value;
  }

  async #load(key: string, loader: Loader<V>, options: GetOrSetOptions): Promise<Loaded<V>> {
    const { recorder, events } = this.#parts;
    const loaded = await this.#loads.load(key, loader, options);
    const { held, from, status } = loaded;
    if (from === 'loader') {
      recorder.misses++;
      events.emit('miss', { key });
    } else this.#count(key, held, from, status);
    return loaded;
  }

  /** What may be served of what was found, counted. */
  #serve(key: string, { held, from }: Found<V>): Loaded<V> | undefined {
    const { recorder, clock, events } = this.#parts;
    const freshness = held === undefined ? 'expired' : freshnessNow(held, clock.now());
    if (held === undefined || (freshness !== 'fresh' && freshness !== 'revalidate')) {
      recorder.misses++;
      events.emit('miss', { key });
      return undefined;
    }
    const status = freshness === 'fresh' ? 'hit' : 'stale';
    this.#count(key, held, from, status);
    return { held, from, status };
  }

  #count(key: string, held: Held<V>, tier: 'memory' | SharedTierName, status: 'hit' | 'stale' | 'miss'): void {
    const { recorder, events } = this.#parts;
    recorder.hit(tier, key, held);
    // Looked for first: most caches have no listener, and a hit is to cost next to nothing.
    if (events.listenerCount('hit') > 0) events.emit('hit', { key, tier, status });
  }

  async #timed<T>(work: Promise<T>): Promise<T> {
    const { clock, recorder } = this.#parts;
    const startedAt = clock.monotonic();
    const result = await work;
    recorder.setMs.add(clock.monotonic() - startedAt);
    return result;
  }

  async #usage(): Promise<Partial<Record<SharedTierName, TierUsage>>> {
    try {
      return (await this.#parts.shared?.usage()) ?? {};
    } catch (error) {
      if (error instanceof TierUnavailableError) return {};
      throw error;
    }
  }

  /** Nothing for what is known not to be there. */
  #hitFor({ held, status, from }: Loaded<V>): CacheHit<V> | undefined {
    return held.negative ? undefined : hitOf(held, this.#parts.codec, status, from);
  }
}
