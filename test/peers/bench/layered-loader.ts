import { Redis } from 'ioredis';
import { createNotificationPair, HitStatisticsRecord, Loader, RedisCache } from 'layered-loader';
import { type CacheSetup, type CacheUnderTest, MAX_ENTRIES, TTL_MS } from '../../bench/cache/subject.ts';

/** Its loader belongs to the cache and not to the call, so the call leaves its own where that one finds it. */
export async function open({
  name,
  memory,
  redisUrl,
  bus,
  maxEntries = MAX_ENTRIES,
}: CacheSetup): Promise<CacheUnderTest> {
  const loads = new Map<string, () => Promise<unknown>>();
  const clients: Redis[] = [];
  const connect = (url: string): Redis => {
    const client = new Redis(url);
    // It logs what fails by itself.
    client.on('error', () => {});
    clients.push(client);
    return client;
  };
  const loader = new Loader<unknown>({
    inMemoryCache: memory && {
      ttlInMsecs: TTL_MS,
      maxItems: maxEntries,
      cacheId: name,
      cacheType: 'lru-object-statistics',
      globalStatisticsRecord: new HitStatisticsRecord(),
    },
    ...(redisUrl === undefined
      ? {}
      : { asyncCache: new RedisCache<unknown>(connect(redisUrl), { json: true, prefix: name, ttlInMsecs: TTL_MS }) }),
    ...(redisUrl === undefined || !bus ? {} : notifications(connect(redisUrl), connect(redisUrl), name)),
    dataSourceGetOneFn: async (key) => loads.get(key)?.(),
  });
  await loader.init();
  return {
    get: (key) => loader.get(key),
    set: (key, value) => loader.forceSetValue(key, value),
    async getOrSet(key, load) {
      loads.set(key, load);
      return loader.get(key);
    },
    invalidate: (keys) => loader.invalidateCacheForMany([...keys]),
    removeUnder: (prefix) =>
      new RedisCache(clients[0] ?? connect(redisUrl ?? ''), { prefix: `${name}:${prefix.slice(0, -1)}` }).clear(),
    close: async () => {
      for (const client of clients) client.disconnect();
    },
  };
}

function notifications(publisherRedis: Redis, consumerRedis: Redis, channel: string) {
  const { publisher, consumer } = createNotificationPair<unknown>({ channel, publisherRedis, consumerRedis });
  return { notificationPublisher: publisher, notificationConsumer: consumer };
}
