import KeyvRedis from '@keyv/redis';
import { Keyv } from 'keyv';
import type { CacheSetup, CacheUnderTest } from '../../bench/cache/subject.ts';
import { TTL_MS } from '../../bench/cache/subject.ts';

/** A tier 2 and nothing else. */
export async function open({ name, redisUrl = '' }: CacheSetup): Promise<CacheUnderTest> {
  const cache = new Keyv({ store: new KeyvRedis(redisUrl, { namespace: name }), ttl: TTL_MS });
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    async getOrSet(key, load) {
      const stored = await cache.get(key);
      if (stored !== undefined) return stored;
      const loaded = await load();
      await cache.set(key, loaded);
      return loaded;
    },
    invalidate: (keys) => cache.delete([...keys]),
    close: () => cache.disconnect(),
  };
}
