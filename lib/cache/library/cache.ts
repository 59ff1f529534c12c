import type { CachePolicy, CacheTierChoice } from '../../contracts/cache-policy.ts';
import type { CacheStats } from '../../contracts/cache-stats.ts';
import type { CacheEvents } from './events.ts';

/** How a caller was served. */
export type CacheStatus =
  /** By a copy that is fresh. */
  | 'hit'
  /** By a copy past its time that is being loaded anew, or whose loader failed or was slow. */
  | 'stale'
  /** By the loader. */
  | 'miss';

/** What is known of a value. */
export interface CacheHead {
  status: CacheStatus;
  /** Where it was found; `loader` when it was loaded for this call, or for one that it joined. */
  from: 'memory' | 'redis' | 'dynamodb' | 'loader';
  /** A strong validator, without its quotes. */
  etag: string;
  contentType?: string;
  tags: readonly string[];
  /** Epoch milliseconds, as are the others. */
  createdAt: number;
  freshUntil: number;
  expiresAt: number;
  /** The namespace's sequence when its load began. */
  born: number;
}

export interface CacheHit<V> extends CacheHead {
  value: V;
}

export interface GetOptions<V> {
  /** What is answered instead of nothing. */
  default?: V;
  /** The entry's time begins anew, as long as it was when it was stored. */
  refreshTtl?: boolean;
  /** Serve nothing older than this sequence (`epoch`), whatever the coherence mode is. */
  epoch?: number | undefined;
}

export interface SetOptions {
  ttlSeconds?: number | undefined;
  tags?: readonly string[] | undefined;
  /** `auto` when left out, or what the policy's strategy says. */
  tier?: CacheTierChoice | undefined;
  /** Only if the value stored has one of these ETags (without quotes), or `*`: if there is any. */
  ifMatch?: readonly string[] | '*' | undefined;
  /** Only if there is none. */
  ifNoneMatch?: '*' | undefined;
}

export interface SetItem<V> extends Omit<SetOptions, 'ifMatch' | 'ifNoneMatch'> {
  key: string;
  value: V;
}

export interface StoredEntry {
  etag: string;
  born: number;
  /** Whether there was an entry before that others may have held. */
  replaced: boolean;
}

/** What a loader is given, and may say of the value it returns. */
export interface LoadContext<V> {
  readonly key: string;
  /** Ends the load: at the hard timeout, or when the cache is closed. */
  readonly signal: AbortSignal;
  /** What is stored and has expired or is about to: for conditional requests. */
  readonly previous: CacheHit<V> | undefined;
  /** Adaptive TTL: set by the loader, which knows the value. 0 keeps it out of the cache. */
  ttlSeconds: number | undefined;
  /** To the tags that the caller gave. */
  tags: string[];
  /** The value is still `previous`, whose time begins anew. */
  notModified(): V;
}

/** Returns undefined when there is no value, which is remembered too (negative caching). */
export type Loader<V> = (context: LoadContext<V>) => V | undefined | Promise<V | undefined>;

export interface GetOrSetOptions extends Omit<SetOptions, 'ifMatch' | 'ifNoneMatch'> {
  /** Both go before the policy's. */
  softTimeoutMs?: number | undefined;
  hardTimeoutMs?: number | undefined;
  epoch?: number | undefined;
  /** Load whatever is stored, and store what comes. */
  forceRefresh?: boolean;
}

export type InvalidateOptions = ({ keys: readonly string[] } | { pattern: string } | { tags: readonly string[] }) & {
  /** What is hit may still be served while it is loaded anew. */
  soft?: boolean;
};

export interface InvalidationResult {
  /** Entries that were stored, each counted once; of the memory only this process's. */
  invalidated: number;
  exact: boolean;
  /** When not exact: about the most there can have been, by a count that may be a minute old. */
  upperBound?: number;
  /** Tiers that could not be told yet. They serve nothing dead; what they hold is removed later. */
  pending?: readonly ('redis' | 'dynamodb')[];
  /** The sequence from which on everybody knows. */
  epoch: number;
  /** What is left to reap, when there is more than the budget: to be handed to `reap`, as often as it comes back. */
  rest?: ReapRest;
}

/** Plain data: it may be stored, and go on in another process. */
export interface ReapRest {
  invalidation: {
    sequence: number;
    kind: 'keys' | 'tags' | 'pattern' | 'clear';
    values: readonly string[];
    soft: boolean;
  };
  /** Absent: from the beginning. */
  cursor?: string;
}

export interface OptimizeResult {
  /** Each counted where its home is. */
  expiredRemoved: number;
  /** Places in indices, members of tags and marks that stood for nothing any more. */
  ghostsRemoved: number;
  /** Entries that were brought into memory because they are read most. */
  promoted: number;
  /** Copies that left a crowded memory because nobody had read them. */
  demoted: number;
  /** In memory, and about what was freed in the shared tiers. */
  bytesFreed: number;
  /** Whether all was looked at; else the next call goes on from there. */
  complete: boolean;
}

export interface WarmResult {
  requested: number;
  stored: number;
  failed: { key: string; reason: string }[];
}

export type WarmSource<V> =
  | { entries: readonly SetItem<V>[] }
  | { keys: readonly string[]; loader: Loader<V>; concurrency?: number }
  /** The most read keys of this process are brought into its memory. */
  | { fromTopKeys: number };

/** What costs nothing to ask: counted by this process since its start, without trips and sweeps. */
export interface CacheFigures {
  readonly hits: { readonly memory: number; readonly redis: number; readonly dynamodb: number };
  readonly misses: number;
  /** Of the memory tier, where there is one. What is dead and was not asked for since is among its entries. */
  readonly memory?: { readonly entries: number; readonly bytes: number; readonly evictions: number };
}

export interface Cache<V> {
  readonly namespace: string;
  readonly policy: CachePolicy;

  /** @throws CacheInputError on a wrong key; never because a tier is down */
  get(key: string): Promise<V | undefined>;
  get(key: string, options: GetOptions<V> & { default: V }): Promise<V>;
  get(key: string, options?: GetOptions<V>): Promise<V | undefined>;
  /** As `get`, with all that is known of it. */
  lookup(key: string, options?: Omit<GetOptions<V>, 'default'>): Promise<CacheHit<V> | undefined>;
  /** As `lookup`, without the value: it is not read where that would cost a trip of its own. */
  head(key: string, options?: { epoch?: number | undefined }): Promise<CacheHead | undefined>;
  /** In the order of the keys, what is there. */
  getMany(keys: readonly string[], options?: { epoch?: number | undefined }): Promise<Map<string, V>>;
  /** As `getMany`, with all that is known of each. */
  lookupMany(keys: readonly string[], options?: { epoch?: number | undefined }): Promise<Map<string, CacheHit<V>>>;

  /**
   * @throws CacheInputError, PreconditionError, TierUnavailableError when the tier that is its home cannot take it
   */
  set(key: string, value: V, options?: SetOptions): Promise<StoredEntry>;
  /** Each on its own: some may be stored when it throws. */
  setMany(items: readonly SetItem<V>[]): Promise<StoredEntry[]>;

  /** Loaded once for all who ask at the same time, in all processes. */
  getOrSet(key: string, loader: Loader<V>, options?: GetOrSetOptions): Promise<V | undefined>;
  /** As `getOrSet`, with all that is known of it. */
  load(key: string, loader: Loader<V>, options?: GetOrSetOptions): Promise<CacheHit<V> | undefined>;

  /** @returns whether there was one */
  delete(key: string): Promise<boolean>;
  /** @throws CacheInputError, LivePatternsError, TierUnavailableError when it could not be acknowledged */
  invalidate(what: InvalidateOptions): Promise<InvalidationResult>;
  clear(): Promise<InvalidationResult>;
  /** Goes on with what an invalidation left, for about as many entries as one call takes. */
  reap(rest: ReapRest): Promise<InvalidationResult>;

  stats(): Promise<CacheStats>;
  figures(): CacheFigures;
  optimize(): Promise<OptimizeResult>;
  warm(source: WarmSource<V>): Promise<WarmResult>;

  /** The last sequence this process knows of; what it has invalidated itself is below it. */
  readonly epoch: number;
  on<E extends keyof CacheEvents>(event: E, listener: (...args: CacheEvents[E]) => void): this;
  off<E extends keyof CacheEvents>(event: E, listener: (...args: CacheEvents[E]) => void): this;

  /** When all that runs in the background (refreshes, fills) has ended: to be awaited before a function is frozen. */
  settled(): Promise<void>;
  /** Frees the memory for when the process runs short of it: the least recently used go. */
  trim(toBytes: number): void;
  /** Ends loads and what the cache opened itself; what it was given stays open. */
  close(): Promise<void>;
}

/** A condition on what is stored (`ifMatch`, `ifNoneMatch`) does not hold. */
export class PreconditionError extends Error {
  override name = 'PreconditionError';
}

/** The loader took longer than the hard timeout, and nothing stale may be served. */
export class LoaderTimeoutError extends Error {
  override name = 'LoaderTimeoutError';
}
