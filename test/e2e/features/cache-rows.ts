import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { expect } from 'vitest';
import { connectRedis, createCache, memory, redis, remote } from '../../../lib/sdk/cache.ts';
import type { Row, World } from './world.ts';

const put = (
  { client }: World,
  namespace: string,
  key: string,
  text: string,
  { tags, ...query }: { ttlSeconds?: number; tier?: 'memory' | 'redis' | 'dynamodb' | 'auto'; tags?: string } = {},
) =>
  client.call('putCacheEntry', {
    params: { namespace, key },
    query,
    headers: tags === undefined ? {} : { 'headroom-tags': tags },
    body: { bytes: Buffer.from(text), contentType: 'text/plain' },
  });

const look = async ({ client }: World, namespace: string, ...keys: string[]) => {
  const { entries } = await client.call('batchCache', { params: { namespace }, body: { get: keys } });
  return entries;
};

const textOf = (base64 = ''): string => Buffer.from(base64, 'base64').toString();

/** Whether a time to live that began within the last seconds is this one. */
const began = (seconds: number, ttlSeconds: number): boolean => seconds <= ttlSeconds && seconds > ttlSeconds - 30;

export const cacheRows = {
  async A1(world) {
    const namespace = 'a1';
    const policy = { strategy: 'durable', memoryLimitMb: 3, dynamodbLimitMb: 7, defaultTtlSeconds: 222 } as const;
    await world.client.call('putCachePolicy', { params: { namespace }, body: policy });
    await put(world, namespace, 'by-default', 'one');
    await put(world, namespace, 'for-long', 'two', { ttlSeconds: 999, tags: 'blue,red' });
    const [byDefault, forLong] = await look(world, namespace, 'by-default', 'for-long');
    expect([byDefault, forLong].map((entry) => textOf(entry?.valueBase64))).toEqual(['one', 'two']);
    expect(began(byDefault?.ttlSeconds ?? 0, 222)).toBe(true);
    expect(began(forLong?.ttlSeconds ?? 0, 999)).toBe(true);
    expect(forLong?.tags.toSorted()).toEqual(['blue', 'red']);
    // In the memory of the process that is asked: another one may answer the next request.
    const inMemory = async () => {
      await put(world, namespace, 'in-memory', 'three', { tier: 'memory' });
      const [entry] = await look(world, namespace, 'in-memory');
      return entry && [entry.from, textOf(entry.valueBase64)];
    };
    await expect.poll(inMemory).toEqual(['memory', 'three']);
    const { tiers } = await world.client.call('getCacheStats', { params: { namespace } });
    expect(tiers.memory).toMatchObject({ limitMb: 3 });
    // What is `durable` lies in the lowest tier, and what is kept in memory alone does not.
    expect(tiers.dynamodb).toMatchObject({ entries: 2, limitMb: 7 });
  },

  async A2(world) {
    const { apiUrl } = world.platform.runtime;
    const tier = remote({ url: apiUrl, apiKey: world.platform.adminToken });
    const cache = createCache<string>({ namespace: 'a2', tiers: [tier] });
    expect(await cache.get('absent', { default: 'instead' })).toBe('instead');
    await cache.set('a', 'value', { ttlSeconds: 100 });
    await put(world, 'a2', 'b', 'over HTTP', { ttlSeconds: 100 });
    const [first] = await look(world, 'a2', 'b');
    await delay(1_100);
    const before = await cache.lookup('a');
    expect(await cache.get('a', { refreshTtl: true })).toBe('value');
    const after = await cache.lookup('a');
    await cache.close();
    expect((after?.freshUntil ?? 0) - (before?.freshUntil ?? 0)).toBeGreaterThan(1_000);
    const [second] = await look(world, 'a2', 'b');
    expect(await (await world.get('/v1/cache/a2/entries/b?refreshTtl=true')).text()).toBe('over HTTP');
    const [third] = await look(world, 'a2', 'b');
    const [atFirst = 0, later = 0, anew = 0] = [first, second, third].map((entry) => entry?.ttlSeconds);
    expect(atFirst - later).toBeGreaterThan(1);
    expect(anew - later).toBeGreaterThan(1);
  },

  async A3(world) {
    const { client } = world;
    const params = { namespace: 'a3' };
    const keys = Array.from({ length: 12 }, (_, at) => `${at % 3 === 0 ? 'page' : 'user'}/${at}`);
    for (const [at, key] of keys.entries()) await put(world, 'a3', key, key, at % 2 === 0 ? { tags: 'even' } : {});
    const left = new Set(keys);
    const takes = (gone: readonly string[]) => {
      const count = gone.filter((key) => left.delete(key)).length;
      return { invalidated: count, exact: true };
    };
    const byKeys = ['page/0', 'user/1', 'nobody'];
    expect(await client.call('invalidateCache', { params, body: { keys: byKeys } })).toEqual(takes(byKeys));
    const pages = keys.filter((key) => key.startsWith('page/'));
    expect(await client.call('invalidateCache', { params, body: { pattern: 'page/*' } })).toEqual(takes(pages));
    const even = keys.filter((_, at) => at % 2 === 0);
    expect(await client.call('invalidateCache', { params, body: { tags: ['even'] } })).toEqual(takes(even));
    expect((await look(world, 'a3', ...keys)).map(({ key }) => key)).toEqual([...left]);
    expect(await client.call('clearCache', { params })).toEqual(takes([...left]));
    expect(await look(world, 'a3', ...keys)).toEqual([]);
  },

  async A4(world) {
    const namespace = 'a4';
    for (const key of ['a', 'b', 'c']) await put(world, namespace, key, 'x'.repeat(10_000));
    const reads = ['a', 'b', 'a', 'none', 'a', 'c', 'nothing', 'b'];
    let hits = 0;
    for (const key of reads) {
      const { status } = await world.get(`/v1/cache/${namespace}/entries/${key}`);
      if (status === 200) hits++;
    }
    const stats = await world.client.call('getCacheStats', { params: { namespace } });
    expect(stats).toMatchObject({ totalRequests: reads.length, cacheHits: hits, cacheMisses: reads.length - hits });
    expect(stats.hitRatePercent).toBeCloseTo((100 * hits) / reads.length, 1);
    expect((stats.hitRatePercent ?? 0) + (stats.missRatePercent ?? 0)).toBeCloseTo(100, 6);
    expect(stats.topKeys.slice(0, 2)).toEqual([
      { key: 'a', reads: 3 },
      { key: 'b', reads: 2 },
    ]);
    for (const tier of Object.values(stats.tiers)) {
      const { entries, usedMb = 0, limitMb = usedMb, usagePercent = 100 } = tier ?? {};
      expect(entries).toBe(3);
      expect(usedMb).toBeGreaterThan(0);
      expect(usagePercent).toBeCloseTo((100 * usedMb) / limitMb, 1);
    }
    expect(stats.performance.avgSetMs).toBeGreaterThan(0);
    expect(await world.json('cache', 'stats', namespace)).toMatchObject({ cacheHits: hits });
  },

  async A5(world) {
    const namespace = 'a5';
    for (const key of ['a', 'b']) await put(world, namespace, key, 'soon over', { ttlSeconds: 0.2, tier: 'dynamodb' });
    await put(world, namespace, 'c', 'stays', { tier: 'dynamodb' });
    await delay(300);
    const done = await world.client.call('optimizeCache', { params: { namespace } });
    expect(done).toMatchObject({ expiredRemoved: 2, complete: true });
    expect(done.bytesFreed).toBeGreaterThan(0);
    const { tiers } = await world.client.call('getCacheStats', { params: { namespace } });
    expect(tiers.dynamodb?.entries).toBe(1);
  },

  async B1(world) {
    const text = 'the same words again, '.repeat(5_000);
    const sizes: Record<string, number> = {};
    for (const codec of ['lz4', 'gzip', 'zstd', 'none'] as const) {
      const namespace = `b1.${codec}`;
      await world.client.call('putCachePolicy', {
        params: { namespace },
        body: {
          strategy: 'durable',
          compression: { codec, aboveBytes: 1_000 },
          ttlRules: [
            { prefix: 'page', ttlSeconds: 60 },
            { prefix: 'page/news', ttlSeconds: 30 },
          ],
        },
      });
      await put(world, namespace, 'page/news/1', text);
      await put(world, namespace, 'page/1', 'small');
      const [news, page] = await look(world, namespace, 'page/news/1', 'page/1');
      expect(textOf(news?.valueBase64)).toBe(text);
      expect([began(news?.ttlSeconds ?? 0, 30), began(page?.ttlSeconds ?? 0, 60)]).toEqual([true, true]);
      const { tiers } = await world.client.call('getCacheStats', { params: { namespace } });
      sizes[codec] = (tiers.dynamodb?.usedMb ?? 0) * 2 ** 20;
    }
    expect(sizes.none).toBeGreaterThan(text.length);
    for (const codec of ['lz4', 'gzip', 'zstd']) expect(sizes[codec], codec).toBeLessThan(text.length / 20);
    // Nobody listens there: values come from memory and the loader, and the tier is not asked for a while.
    const away = await connectRedis('redis://127.0.0.1:1');
    const cache = createCache<number>({ namespace: 'b1', tiers: [memory(), redis({ client: away })] });
    let loads = 0;
    for (let at = 0; at < 8; at++) expect(await cache.getOrSet(`key ${at}`, async () => ++loads)).toBe(at + 1);
    expect((await cache.stats()).tiers.redis).toMatchObject({ breaker: 'open' });
    await cache.close();
    away.disconnect();
  },

  async C1(world) {
    const namespace = 'c1';
    const raw = new Redis(world.platform.runtime.redisUrl ?? '');
    await put(world, namespace, 'a', 'value');
    const from = async (): Promise<string | undefined> => (await look(world, namespace, 'a'))[0]?.from;
    expect(await from()).toBe('memory');
    // Without memory each get asks the tiers below.
    await world.client.call('putCachePolicy', { params: { namespace }, body: { tiers: ['redis', 'dynamodb'] } });
    const seen = [await from()];
    const keys = await raw.keys(`*${namespace}*`);
    expect(keys.length).toBeGreaterThan(0);
    await raw.del(keys);
    seen.push(await from(), await from());
    raw.disconnect();
    expect(seen).toEqual(['redis', 'dynamodb', 'redis']);
  },

  async D3() {
    const cache = createCache<string>({ namespace: 'd3', tiers: [memory({ maxEntries: 3 })] });
    for (const key of ['a', 'b', 'c']) await cache.set(key, key.toUpperCase());
    await cache.set('brief', 'x', { ttlSeconds: 0.01 });
    // `a` went for `brief`; `b` is used, so `c` goes next.
    expect([await cache.get('a'), await cache.get('b')]).toEqual([undefined, 'B']);
    await cache.set('d', 'D');
    await delay(20);
    const gets = await Promise.all(['b', 'c', 'd', 'brief'].map((key) => cache.get(key)));
    expect(gets).toEqual(['B', undefined, 'D', undefined]);
    const stats = await cache.stats();
    expect(stats).toMatchObject({ cacheHits: 3, cacheMisses: 3, performance: { evictions: 2 } });
    expect(stats.hitRatePercent).toBe(50);
    await cache.close();
  },

  async E9(world) {
    const { client, shop } = world;
    const { before, task, after } = await world.maintainedCache();
    expect(before).toContain('kept');
    expect(task.status).toBe('completed');
    expect(after).toEqual(['kept']);

    await world.shopTest();
    const served = (await shop.counts()).came;
    const total = Object.values(served).reduce((sum, count) => sum + count, 0);
    for (const resolution of ['minute', 'hour'] as const) {
      const from = new Date(Date.now() - 2 * 3_600_000).toISOString();
      const query = { metric: 'requests', resolution, from } as const;
      const { points } = await client.call('getHistory', { params: { project: 'shop' }, query });
      expect(
        points.reduce((sum, { value }) => sum + value, 0),
        resolution,
      ).toBe(total);
    }
  },
} satisfies Record<string, Row>;
