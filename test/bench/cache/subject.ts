/** How a cache under test is set up; plain data, for it is opened in a child process. */
export interface CacheSetup {
  /** Its namespace, or the prefix of its keys: nobody else's. */
  name: string;
  /** Tier 1 in the process. */
  memory: boolean;
  /** Tier 2, where there is to be one. */
  redisUrl?: string;
  /** The instances tell each other of what was removed, where the cache has a way to. */
  bus?: boolean;
  /** Entries have tags. */
  tags?: boolean;
  /** For caches that let one choose: how long a copy may be served that was invalidated elsewhere; 0 is not at all. */
  boundedMs?: number;
  /** Redis may take its time: how long it does is measured, not when it is given up. */
  patient?: boolean;
  /** How many entries tier 1 has room for, for caches that allot it beforehand. */
  maxEntries?: number;
}

/** What the benches do with a cache, whichever it is. */
export interface CacheUnderTest {
  /** Undefined, or a promise of it, when there is nothing. */
  get(key: string): unknown;
  set(key: string, value: unknown, tags?: readonly string[]): unknown;
  getOrSet(key: string, load: () => Promise<unknown>): Promise<unknown>;
  invalidate(keys: readonly string[]): Promise<unknown>;
  /** Removes the keys that begin with the prefix, which ends with a colon; not every cache can. */
  removeUnder?(prefix: string): Promise<unknown>;
  close(): Promise<void>;
}

/** What a module of a cache under test exports: each instance is one of several that share the Redis, as if in processes of their own. */
export interface SubjectModule {
  open(setup: CacheSetup): Promise<CacheUnderTest>;
}

const modules = {
  headroom: './headroom.ts',
  bentocache: '../../peers/bench/bentocache.ts',
  cacheable: '../../peers/bench/cacheable.ts',
  'cache-manager': '../../peers/bench/cache-manager.ts',
  'layered-loader': '../../peers/bench/layered-loader.ts',
  'lru-cache': '../../peers/bench/lru-cache.ts',
  '@keyv/redis': '../../peers/bench/keyv-redis.ts',
  redis: '../../peers/bench/raw-redis.ts',
};
export type SubjectName = keyof typeof modules;

/** No value of a bench is removed while it runs because its time is over. */
export const TTL_MS = 3_600_000;
/** Nor for want of room. */
export const MAX_ENTRIES = 10_000;

export async function openSubject(name: SubjectName, setup: CacheSetup): Promise<CacheUnderTest> {
  const subject: SubjectModule = await import(modules[name]);
  return subject.open(setup);
}

/** A key as applications have them, 22 characters on average. */
export const keyOf = (entry: number): string => `user:${entry % 1_000}:profile:${entry}`;
