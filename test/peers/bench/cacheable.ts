import KeyvRedis from '@keyv/redis';
import { Cacheable } from 'cacheable';
import { Keyv } from 'keyv';
import type { CacheSetup, CacheUnderTest } from '../../bench/cache/subject.ts';
import { TTL_MS } from '../../bench/cache/subject.ts';

export async function open({ name, redisUrl, tags = false }: CacheSetup): Promise<CacheUnderTest> {
  const cache = new Cacheable({ stats: true, ttl: TTL_MS, tags });
  if (redisUrl !== undefined) cache.setSecondary(new Keyv({ store: new KeyvRedis(redisUrl, { namespace: name }) }));
  return {
    get: (key) => cache.get(key),
    set: (key, value, tags) => cache.set(key, value, tags === undefined ? {} : { tags: [...tags] }),
    getOrSet: (key, load) => cache.getOrSet(key, load),
    invalidate: (keys) => cache.deleteMany([...keys]),
    close: () => cache.disconnect(),
  };
}
