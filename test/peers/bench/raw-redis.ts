import { Redis } from 'ioredis';
import type { CacheSetup, CacheUnderTest } from '../../bench/cache/subject.ts';
import { TTL_MS } from '../../bench/cache/subject.ts';

/** Redis as it is, without any cache around it: the measure of what a cache adds. */
export async function open({ name, redisUrl = '' }: CacheSetup): Promise<CacheUnderTest> {
  const client = new Redis(redisUrl);
  const under = (key: string): string => `${name}:${key}`;
  return {
    async get(key) {
      const text = await client.get(under(key));
      return text === null ? undefined : JSON.parse(text);
    },
    set: (key, value) => client.set(under(key), JSON.stringify(value), 'PX', TTL_MS),
    getOrSet: (_key, load) => load(),
    invalidate: (keys) => client.unlink(keys.map(under)),
    async removeUnder(prefix) {
      let cursor = '0';
      do {
        const [next, keys] = await client.scan(cursor, 'MATCH', under(`${prefix}*`), 'COUNT', 1_000);
        cursor = next;
        if (keys.length > 0) await client.unlink(keys);
      } while (cursor !== '0');
    },
    close: async () => client.disconnect(),
  };
}
