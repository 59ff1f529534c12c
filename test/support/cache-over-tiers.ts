import { Redis } from 'ioredis';
import type { Cache } from '../../lib/cache/library/cache.ts';
import { createCache } from '../../lib/cache/library/create-cache.ts';
import { memory, redis, type TierSpec } from '../../lib/cache/library/tiers.ts';

/** Which tiers a cache has, as plain data, so that it can be opened in another process. */
export interface TierChoice {
  memory?: boolean;
  redisUrl?: string | undefined;
}

export interface OpenedCache<V> {
  cache: Cache<V>;
  close(): Promise<void>;
}

/** A cache with clients of its own, which go with it. */
export function openCacheOver<V>(namespace: string, choice: TierChoice): OpenedCache<V> {
  const client = choice.redisUrl === undefined ? undefined : new Redis(choice.redisUrl);
  const tiers: TierSpec[] = [];
  if (choice.memory) tiers.push(memory());
  if (client !== undefined) tiers.push(redis({ client }));
  const cache = createCache<V>({ namespace, tiers });
  return {
    cache,
    async close() {
      await cache.close();
      client?.disconnect();
    },
  };
}
