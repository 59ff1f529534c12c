import { expect, it } from 'vitest';
import type { Cache } from '../../../lib/cache/library/cache.ts';
import { type CacheOptions, createCache } from '../../../lib/cache/library/create-cache.ts';
import { bucketKeys } from '../../../lib/cache/library/redis/layout.ts';
import { memory, redis } from '../../../lib/cache/library/tiers.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { ManualClock } from '../../support/stand-ins/manual-clock.ts';

const server = useRedisServer();

const BYTES_PER_MB = 1_048_576;
const usedBytes = async (cache: Cache<unknown>, tier: 'memory' | 'redis'): Promise<number> =>
  ((await cache.stats()).tiers[tier]?.usedMb ?? 0) * BYTES_PER_MB;

function open(namespace: string, options: Partial<CacheOptions<unknown>> = {}, limitMb?: number): Cache<unknown> {
  const tiers = [memory({ limitMb }), redis({ client: server.client, timeoutMs: 5_000 })];
  return createCache({ namespace, tiers, random: () => 0, ...options });
}

it('removes what expired entries left behind, and says how much that was', async () => {
  const cache = open('swept');
  const keys = bucketKeys('swept', 0);
  await cache.set('stays', 1, { tags: ['red'] });
  await cache.set('goes:1', 1, { tags: ['red', 'blue'] });
  await cache.set('goes:2', 1);
  // As Redis does it when their time is over.
  await server.client.del(keys.entry('goes:1'), keys.entry('goes:2'));
  const indexed = () => server.client.zcard(keys.index);
  const members = async () =>
    (await server.client.scard(keys.members('red'))) + (await server.client.scard(keys.members('blue')));
  const before = { indexed: await indexed(), members: await members(), bytes: await usedBytes(cache, 'redis') };
  const result = await cache.optimize();
  expect(result).toMatchObject({ expiredRemoved: 2, complete: true });
  expect(before.indexed - (await indexed())).toBe(result.expiredRemoved);
  expect(before.members - (await members())).toBe(2);
  expect(result.ghostsRemoved).toBeGreaterThanOrEqual(2);
  expect(result.bytesFreed).toBeGreaterThan(0);
  expect(await usedBytes(cache, 'redis')).toBeLessThan(before.bytes);
  expect(await cache.optimize()).toMatchObject({ expiredRemoved: 0, ghostsRemoved: 0, bytesFreed: 0 });
  expect(await cache.get('stays')).toBe(1);
});

it('frees in memory just the bytes that it says, and counts as expired what was kept nowhere else', async () => {
  const clock = new ManualClock();
  const cache = createCache<unknown>({ namespace: 'alone', tiers: [memory()], clock });
  await cache.set('goes', 'x'.repeat(5_000), { ttlSeconds: 1 });
  await cache.set('stays', 1);
  const before = await usedBytes(cache, 'memory');
  clock.advance(1_000);
  const { expiredRemoved, bytesFreed } = await cache.optimize();
  expect(expiredRemoved).toBe(1);
  expect(before - (await usedBytes(cache, 'memory'))).toBeCloseTo(bytesFreed, 3);
});

it('moves what is read into memory and what is not out of it, as many as it says', async () => {
  const cache = open('moved', { policy: { compression: { codec: 'none' } } }, 0.1);
  const all = Array.from({ length: 9 }, (_, at) => ({ key: `k:${at}`, value: 'x'.repeat(10_000) }));
  await cache.setMany(all);
  await cache.get('k:0');
  const entries = async () => (await cache.stats()).tiers.memory?.entries ?? 0;
  const before = await entries();
  const { demoted, promoted, bytesFreed } = await cache.optimize();
  expect(demoted).toBe(8);
  expect(promoted).toBe(0);
  expect(before - (await entries())).toBe(demoted);
  expect(bytesFreed).toBeGreaterThan(80_000);
  // It is stored below as ever.
  expect((await cache.getMany(all.map(({ key }) => key))).size).toBe(9);
  cache.trim(0);
  const again = await cache.optimize();
  expect(again.promoted).toBe(9);
  expect(await entries()).toBe(again.promoted);
});

it('holds a shared tier to its limit', async () => {
  const cache = open('limited', { policy: { redisLimitMb: 0.05, compression: { codec: 'none' } } });
  const all = Array.from({ length: 40 }, (_, at) => ({
    key: `k:${at}`,
    value: 'x'.repeat(5_000),
    ttlSeconds: 60 + at,
  }));
  await cache.setMany(all);
  expect(await usedBytes(cache, 'redis')).toBeGreaterThan(0.05 * BYTES_PER_MB);
  const { bytesFreed } = await cache.optimize();
  expect(bytesFreed).toBeGreaterThan(0);
  const { tiers } = await cache.stats();
  expect(tiers.redis?.usagePercent).toBeLessThan(120);
  cache.trim(0);
  const left = await cache.getMany(all.map(({ key }) => key));
  expect(left.size).toBe(tiers.redis?.entries);
});
