import KeyvRedis from '@keyv/redis';
import { createCache } from 'cache-manager';
import { Keyv } from 'keyv';
import type { CacheSetup, CacheUnderTest } from '../../bench/cache/subject.ts';
import { TTL_MS } from '../../bench/cache/subject.ts';

export async function open({ name, redisUrl }: CacheSetup): Promise<CacheUnderTest> {
  // As its own default is: values are kept as they are.
  const memory = new Keyv();
  memory.serialize = undefined;
  memory.deserialize = undefined;
  const stores = [memory];
  if (redisUrl !== undefined) stores.push(new Keyv({ store: new KeyvRedis(redisUrl, { namespace: name }) }));
  const cache = createCache({ stores, ttl: TTL_MS });
  return {
    get: (key) => cache.get(key),
    set: (key, value) => cache.set(key, value),
    getOrSet: (key, load) => cache.wrap(key, load),
    invalidate: (keys) => cache.mdel([...keys]),
    close: async () => {
      await cache.disconnect();
    },
  };
}
