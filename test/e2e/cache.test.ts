import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CacheTierName } from '../../lib/contracts/cache-policy.ts';
import { startPlatform, type TestPlatform } from '../support/platform.ts';

describe('the cache of a running platform', () => {
  let platform: TestPlatform;
  const params = (key: string) => ({ namespace: 'shop', key });

  beforeAll(async () => {
    // A minute that is over in a second.
    const wait = (ms: number, signal: AbortSignal) => delay(Math.min(ms, 1_000), undefined, { signal });
    platform = await startPlatform({ time: { now: Date.now, wait } });
  });
  afterAll(() => platform?.stop());

  const get = (key: string, headers: Record<string, string> = {}) =>
    fetch(`${platform.runtime.apiUrl}/v1/cache/shop/entries/${key}`, {
      headers: { authorization: `Bearer ${platform.adminToken}`, ...headers },
    });
  const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString();
  const put = (key: string, text: string) =>
    platform.client.call('putCacheEntry', {
      params: params(key),
      body: { bytes: Buffer.from(text), contentType: 'text/plain' },
    });

  it('keeps values in every tier, and says so', async () => {
    for (let at = 0; at < 10; at++) await put(`user/${at}`, `value ${at}`);
    const { bytes, headers } = await platform.client.exchange('getCacheEntry', { params: params('user/3') });
    expect(textOf(bytes)).toBe('value 3');
    expect(headers.get('content-type')).toBe('text/plain');
    const stats = await platform.client.call('getCacheStats', { params: { namespace: 'shop' } });
    expect(stats.tiers.dynamodb).toMatchObject({ entries: 10 });
    expect(Object.keys(stats.tiers).toSorted()).toEqual(['dynamodb', 'memory', 'redis']);
  });

  it('forgets by pattern, with an exact count', async () => {
    await put('post/1', 'x');
    const told = await platform.client.call('invalidateCache', {
      params: { namespace: 'shop' },
      body: { pattern: 'user/*' },
    });
    expect(told).toEqual({ invalidated: 10, exact: true });
    expect((await get('user/3')).status).toBe(404);
    expect((await get('post/1')).status).toBe(200);
  });

  it('takes large values, in chunks below', async () => {
    const large = Buffer.alloc(3_000_000, 'abcdefgh');
    await platform.client.call('putCacheEntry', { params: params('large'), body: { bytes: large } });
    const { bytes } = await platform.client.exchange('getCacheEntry', { params: params('large') });
    expect(Buffer.from(bytes).equals(large)).toBe(true);
  });

  it('removes in the background what an invalidation left', async () => {
    const large = { namespace: 'large' };
    await platform.client.call('putCachePolicy', { params: large, body: { tiers: ['memory', 'redis'] } });
    const total = 5_200;
    for (let from = 0; from < total; from += 100) {
      const set = Array.from({ length: 100 }, (_, at) => ({ key: `k/${from + at}`, value: at }));
      await platform.client.call('batchCache', { params: large, body: { set } });
    }
    const { exact, taskId = '' } = await platform.client.call('clearCache', { params: large });
    expect(exact).toBe(false);
    const params = { ...large, taskId };
    const shown = platform.client.poll(
      'getCacheInvalidation',
      { params },
      { until: ({ status }) => status === 'completed', intervalMs: 200 },
    );
    let last = {};
    for await (const state of shown) last = state;
    expect(last).toMatchObject({ status: 'completed', invalidated: total });
  }, 180_000);

  it('goes on without Redis, and nothing that was forgotten meanwhile comes back with it', async () => {
    // Without memory every get asks Redis first.
    const tiers: CacheTierName[] = ['redis', 'dynamodb'];
    await platform.client.call('putCachePolicy', { params: { namespace: 'shop' }, body: { tiers } });
    await put('kept', 'old');
    const { redisUrl } = platform.runtime;
    if (redisUrl === undefined) throw new Error('This needs redis-server or valkey-server on the path.');
    const client = new Redis(redisUrl);
    // It answers nobody for a while, and has all its data afterwards.
    await client.call('CLIENT', 'PAUSE', '1500', 'ALL');
    const startedAt = performance.now();
    expect((await get('kept')).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    const told = await platform.client.call('invalidateCache', {
      params: { namespace: 'shop' },
      body: { keys: ['kept'] },
    });
    expect(told.invalidated).toBe(1);
    expect((await get('kept')).status).toBe(404);
    await client.ping();
    expect((await get('kept')).status).toBe(404);
    client.disconnect();
  });
});
