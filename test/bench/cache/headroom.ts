// Loaded beforehand, as the peers load it.
import 'ioredis';
import { createCache } from '../../../lib/cache/library/create-cache.ts';
import { connectRedis } from '../../../lib/cache/library/redis/connect.ts';
import { memory, redis, type TierSpec } from '../../../lib/cache/library/tiers.ts';
import { type CacheSetup, type CacheUnderTest, TTL_MS } from './subject.ts';

export async function open({
  name,
  memory: hasMemory,
  redisUrl,
  boundedMs,
  patient,
}: CacheSetup): Promise<CacheUnderTest> {
  const client = redisUrl === undefined ? undefined : await connectRedis(redisUrl);
  const tiers: TierSpec[] = [];
  if (hasMemory) tiers.push(memory());
  if (client !== undefined) tiers.push(redis({ client, ...(patient ? { timeoutMs: 10_000 } : {}) }));
  const coherence = boundedMs === undefined ? undefined : boundedMs === 0 ? 'strict' : { boundedMs };
  const cache = createCache<unknown>({
    namespace: name,
    tiers,
    policy: { defaultTtlSeconds: TTL_MS / 1_000, ...(coherence === undefined ? {} : { coherence }) },
  });
  return {
    get: (key) => cache.get(key),
    set: (key, value, tags) => cache.set(key, value, { tags }),
    getOrSet: (key, load) => cache.getOrSet(key, load),
    invalidate: (keys) => cache.invalidate({ keys }),
    removeUnder: (prefix) => cache.invalidate({ pattern: `${prefix}*` }),
    async close() {
      await cache.close();
      client?.disconnect();
    },
  };
}
