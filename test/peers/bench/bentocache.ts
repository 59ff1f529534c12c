import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { type CacheSetup, type CacheUnderTest, MAX_ENTRIES, TTL_MS } from '../../bench/cache/subject.ts';

export async function open({
  name,
  memory,
  redisUrl,
  bus,
  maxEntries = MAX_ENTRIES,
}: CacheSetup): Promise<CacheUnderTest> {
  const store = bentostore({ prefix: name });
  if (memory) store.useL1Layer(memoryDriver({ maxItems: maxEntries }));
  if (redisUrl !== undefined) {
    const { hostname, port } = new URL(redisUrl);
    const connection = { host: hostname, port: Number(port) };
    store.useL2Layer(redisDriver({ connection }));
    if (bus) store.useBus(redisBusDriver({ connection }));
  }
  const bento = new BentoCache({ default: 'cache', ttl: TTL_MS, stores: { cache: store } });
  return {
    get: (key) => bento.get({ key }),
    set: (key, value, tags) => bento.set({ key, value, ...(tags === undefined ? {} : { tags: [...tags] }) }),
    getOrSet: (key, load) => bento.getOrSet({ key, factory: load }),
    invalidate: (keys) => bento.deleteMany({ keys: [...keys] }),
    removeUnder: (prefix) => bento.namespace(prefix.slice(0, -1)).clear(),
    close: () => bento.disconnectAll(),
  };
}
