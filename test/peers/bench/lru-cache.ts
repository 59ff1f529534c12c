import { LRUCache } from 'lru-cache';
import { type CacheSetup, type CacheUnderTest, MAX_ENTRIES, TTL_MS } from '../../bench/cache/subject.ts';

/** A tier 1 and nothing else. */
export async function open({ maxEntries = MAX_ENTRIES }: CacheSetup): Promise<CacheUnderTest> {
  const cache = new LRUCache<string, object>({ max: maxEntries, ttl: TTL_MS });
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, Object(value)),
    async getOrSet(key, load) {
      const held = cache.get(key);
      if (held !== undefined) return held;
      const loaded = await load();
      cache.set(key, Object(loaded));
      return loaded;
    },
    invalidate: async (keys) => {
      for (const key of keys) cache.delete(key);
    },
    close: async () => {},
  };
}
