import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MAX_LIVE_PATTERNS } from '../../../lib/cache/library/invalidations.ts';
import { bucketKeys } from '../../../lib/cache/library/redis/layout.ts';
import { RedisTier } from '../../../lib/cache/library/redis/redis-tier.ts';
import type { InvalidationRequest } from '../../../lib/cache/library/shared-tier.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { bornAt, decreed, reapAll, sweepAll } from '../../support/tier-entries.ts';

const server = useRedisServer();
const pattern = (value: string): InvalidationRequest => ({ kind: 'pattern', values: [value], soft: false });

function newTier(buckets = 1) {
  const namespace = randomUUID();
  const tier = new RedisTier({ client: server.client, namespace, buckets });
  return { tier, namespace, bucket: bucketKeys(namespace, 0) };
}

const fill = async (tier: RedisTier, count: number, tags: string[] = []) => {
  const { sequence } = await tier.read([]);
  const keys = Array.from({ length: count }, (_, at) => `k:${at}`);
  const entries = keys.map((key, at) => {
    const entry = bornAt(sequence, tags, 'x'.repeat(200));
    return { key, entry: { ...entry, expiresAt: entry.expiresAt + at } };
  });
  await tier.write(entries);
  return keys;
};

describe('The Redis tier keeps house:', () => {
  it('a log of large events is kept short, and says from where on it tells all', async () => {
    const { tier, bucket } = newTier();
    const { sequence } = await tier.read([]);
    const values = Array.from({ length: 1_000 }, (_, at) => `${at}:`.padEnd(1_000, 'x'));
    const small: InvalidationRequest = { kind: 'keys', values: ['small'], soft: false };
    await tier.invalidate(small);
    let last = 0;
    for (let at = 0; at < 12; at++) {
      ({ sequence: last } = await tier.invalidate({ kind: 'keys', values, soft: false }));
    }
    const { after, upTo, events } = await tier.changes(sequence);
    expect([after > sequence, upTo]).toEqual([true, last]);
    expect(events.map((event) => event.sequence)).toEqual(events.map((_, at) => after + 1 + at));
    expect(events.length).toBeGreaterThanOrEqual(7);
    expect(Number(await server.client.memory('USAGE', bucket.log))).toBeLessThan(12_000_000);
    // It grows again with small ones.
    for (let at = 0; at < 5; at++) await tier.invalidate(small);
    expect((await tier.changes(last)).events).toHaveLength(5);
  });

  it('a sweep finishes patterns whose reaper died, in every bucket, and leaves the others to theirs', async () => {
    const { tier, namespace } = newTier(3);
    await fill(tier, 50);
    const dead = [];
    for (let at = 0; at < MAX_LIVE_PATTERNS; at++) dead.push(await tier.invalidate(pattern(`k:${at}*`)));
    await expect(tier.invalidate(pattern('more:*'))).rejects.toThrow('patterns are still being reaped');
    expect((await sweepAll(tier)).removed).toBe(0);
    for (let at = 0; at < 3; at++) {
      const { metadata } = bucketKeys(namespace, at);
      for (const name of await server.client.hkeys(metadata)) {
        if (name.startsWith('ap') && name !== 'apk:63*') await server.client.hset(metadata, name, 1);
      }
    }
    expect((await sweepAll(tier)).removed).toBe(50);
    for (let at = 0; at < 3; at++) {
      expect(await server.client.hkeys(bucketKeys(namespace, at).patterns)).toEqual(['pk:63*']);
    }
    await tier.invalidate(pattern('more:*'));
    const born = dead[0]?.sequence ?? 0;
    const cold = new RedisTier({ client: server.client, namespace, buckets: 3 });
    expect(await cold.write([{ key: 'k:0', entry: bornAt(born - 1) }])).toEqual(['outlived']);
  });

  it('a pattern whose index was lost is swept on, and nothing else waits for it', async () => {
    const { tier, bucket } = newTier();
    await fill(tier, 3);
    await server.client.del(bucket.index);
    await tier.invalidate(pattern('k:*'));
    await server.client.hset(bucket.metadata, 'apk:*', 1);
    await sweepAll(tier);
    expect(await server.client.hkeys(bucket.patterns)).toEqual(['pk:*']);
    expect(await server.client.hexists(bucket.metadata, 'cs')).toBe(1);
  });

  it('leaves nothing of a pattern that was reaped', async () => {
    const { tier, bucket } = newTier();
    await reapAll(tier, await tier.invalidate(pattern('k:*')));
    const names = await server.client.hkeys(bucket.metadata);
    expect(names.filter((name) => name.startsWith('a'))).toEqual([]);
    expect(await server.client.exists(bucket.patterns)).toBe(0);
  });

  it('evicts what expires soonest, and no more than was asked for', async () => {
    const { tier, bucket } = newTier();
    const keys = await fill(tier, 40);
    expect(await tier.evict('redis', 1)).toEqual({ entries: 1, bytes: expect.any(Number) });
    expect((await tier.read(['k:0', 'k:1'])).entries.map((hit) => hit === undefined)).toEqual([true, false]);
    const one = Number(await server.client.memory('USAGE', bucket.entry('k:1')));
    expect(await tier.evict('redis', 4.5 * one)).toMatchObject({ entries: 5 });
    const left = (await tier.read(keys)).entries.flatMap((hit, at) => (hit === undefined ? [] : [at]));
    expect(left).toEqual(Array.from({ length: 34 }, (_, at) => at + 6));
    expect(await tier.evict('redis', 1_000_000)).toMatchObject({ entries: 34 });
    expect(await tier.evict('redis', 1)).toEqual({ entries: 0, bytes: 0 });
    expect((await tier.usage()).redis).toMatchObject({ entries: 0 });
  });

  it('says about what it takes, indices included', async () => {
    const { tier, namespace } = newTier(2);
    const before = await tier.usage();
    await fill(tier, 500, ['red', 'blue']);
    let bytes = 0;
    for (const name of await server.client.keys(`hr:{${namespace}:*}:*`)) {
      bytes += Number(await server.client.memory('USAGE', name, 'SAMPLES', 0));
    }
    const { redis } = await tier.usage();
    expect(redis?.entries).toBe(500);
    expect(redis?.bytes).toBeGreaterThan(bytes * 0.9);
    expect(redis?.bytes).toBeLessThan(bytes * 1.1);
    expect(before.redis?.entries).toBe(0);
  });

  it('frees about the bytes that it says it swept', async () => {
    const { tier, bucket } = newTier();
    const keys = await fill(tier, 300, ['red']);
    await server.client.unlink(...keys.slice(0, 200).map(bucket.entry));
    const names = [bucket.index, bucket.members('red')];
    const used = async () => {
      const sizes = await Promise.all(names.map((name) => server.client.memory('USAGE', name, 'SAMPLES', 0)));
      return sizes.reduce<number>((sum, size) => sum + Number(size), 0);
    };
    const before = await used();
    const swept = await sweepAll(tier, 1_000);
    expect(swept).toMatchObject({ removed: 200, ghosts: 400 });
    const freed = before - (await used());
    expect(swept.bytes).toBeGreaterThan(freed * 0.8);
    expect(swept.bytes).toBeLessThan(freed * 1.2);
  });

  it('tells of what is set where an entry was that Redis evicted itself', async () => {
    const set = async (tier: RedisTier, key: string) => (await tier.set([{ key, entry: decreed() }]))[0];
    const { tier, bucket } = newTier();
    const [first = '', second = ''] = await fill(tier, 2);
    await server.client.del(bucket.entry(first), bucket.entry(second));
    expect(await set(tier, first)).toHaveProperty('event');
    // Once it is swept nothing tells an evicted entry from one that has expired, unless Redis says that it evicts.
    await sweepAll(tier);
    expect(await set(tier, second)).not.toHaveProperty('event');
    const used = Number(/used_memory:(\d+)/.exec(await server.client.info('memory'))?.[1]);
    await server.client.set('filler', 'x'.repeat(1_000_000), 'PX', 60_000);
    await server.client.config('SET', 'maxmemory', used);
    // A write makes Redis evict until there is room, and here until there is nothing left.
    await server.client.set('more', 'x').catch(() => {});
    await server.client.config('SET', 'maxmemory', 268_435_456);
    const next = newTier();
    await fill(next.tier, 2);
    await server.client.del(next.bucket.entry(first));
    await sweepAll(next.tier);
    expect(await set(next.tier, first)).toHaveProperty('event');
    await server.client.config('RESETSTAT');
  });

  it.each([
    ['dies sooner', { ttl: 1_000, tags: ['red'] }],
    ['dies by a tag which that had not', { ttl: 3_600_000, tags: ['red', 'blue'] }],
  ])('tells of what is set where something was replaced by what %s', async (_, { ttl, tags }) => {
    const { tier, bucket } = newTier();
    const [key = ''] = await fill(tier, 1, ['red']);
    const entry = (await tier.read([key])).entries[0]?.entry ?? bornAt(0);
    const lease = await tier.lease(key, 10_000);
    const expiresAt = entry.createdAt + ttl;
    const next = { ...entry, tags, freshUntil: expiresAt, revalidateUntil: expiresAt, expiresAt };
    expect(await tier.write([{ key, entry: next, lease }])).toEqual(['stored']);
    // Its time is over, and it is swept.
    await server.client.del(bucket.entry(key));
    await sweepAll(tier);
    const set = async () => (await tier.set([{ key, entry: decreed() }]))[0];
    expect(await set()).toHaveProperty('event');
    await server.client.del(bucket.entry(key));
    await sweepAll(tier);
    expect(await set()).not.toHaveProperty('event');
  });

  it('does as well where neither MEMORY nor INFO is allowed, but for estimates', async () => {
    await server.client.acl('SETUSER', 'default', '-memory', '-info');
    try {
      const { tier, bucket } = newTier();
      const keys = await fill(tier, 50, ['red']);
      const used = (await tier.usage()).redis;
      expect(used?.entries).toBe(50);
      expect(used?.bytes).toBeGreaterThan(50 * 300);
      expect(used?.bytes).toBeLessThan(50 * 900);
      await server.client.del(...keys.slice(0, 10).map(bucket.entry));
      expect(await sweepAll(tier)).toMatchObject({ removed: 10, ghosts: 20, bytes: 2_000 });
      expect((await tier.evict('redis', 1_000)).entries).toBeGreaterThan(1);
      await reapAll(tier, await tier.invalidate({ kind: 'clear', values: [], soft: false }));
      expect((await tier.usage()).redis?.entries).toBe(0);
    } finally {
      await server.client.acl('SETUSER', 'default', '+@all');
    }
  });

  it('keeps the index for as long as what is touched lives', async () => {
    const { tier, bucket } = newTier();
    const [key = ''] = await fill(tier, 1, ['red']);
    const head = (await tier.read([key])).entries[0]?.entry ?? bornAt(0);
    const until = Date.now() + 10_000_000;
    const times = { createdAt: 0, freshUntil: until, revalidateUntil: until, expiresAt: until };
    expect(await tier.touch(key, head, times)).toBe(true);
    for (const name of [bucket.entry(key), bucket.index, bucket.tags, bucket.members('red')]) {
      expect(await server.client.pexpiretime(name)).toBeGreaterThanOrEqual(until);
    }
    expect(Number(await server.client.hget(bucket.metadata, 'u'))).toBeGreaterThanOrEqual(until);
  });
});
