import Keyv from 'keyv';
import { describe, expect, it } from 'vitest';
import { createCache } from '../../../lib/cache/library/create-cache.ts';
import { HeadroomKeyv } from '../../../lib/sdk/cache/keyv-adapter.ts';

const open = (namespace?: string) => {
  const cache = createCache<unknown>({ namespace: 'shop' });
  const store = new HeadroomKeyv(cache);
  return { cache, store, keyv: new Keyv({ store, ...(namespace && { namespace }) }) };
};

describe('The store for Keyv', () => {
  it('keeps values with their TTL, under the namespace', async () => {
    const { cache, keyv } = open('books');
    expect(await keyv.set('a', { pages: 10 }, 60_000)).toBe(true);
    expect(await keyv.get('a')).toEqual({ pages: 10 });
    const hit = await cache.lookup('books:a');
    expect(hit && hit.freshUntil - hit.createdAt).toBe(60_000);
    expect(await keyv.get(['a', 'none'])).toEqual([{ pages: 10 }, undefined]);
    expect(await keyv.has('a')).toBe(true);
  });

  it('clears one namespace and leaves the other, also one that looks like a pattern', async () => {
    const { cache, store, keyv } = open('b*');
    await keyv.set('a', 1);
    await cache.set('books:a', 'stays');
    await keyv.clear();
    expect(await keyv.get('a')).toBeUndefined();
    expect(await cache.get('books:a')).toBe('stays');
    store.namespace = undefined;
    await store.clear();
    expect(await cache.get('books:a')).toBeUndefined();
  });

  it('sets and deletes many, and says what was there', async () => {
    const { keyv } = open();
    expect(
      await keyv.setMany([
        { key: 'a', value: 1 },
        { key: 'b', value: 2, ttl: 50_000 },
      ]),
    ).toEqual([true, true]);
    expect(await keyv.deleteMany(['a', 'none'])).toBe(true);
    expect(await keyv.delete('none')).toBe(false);
    expect(await keyv.get(['a', 'b'])).toEqual([undefined, 2]);
  });

  it('removes what is set with a time that is over', async () => {
    const { store } = open();
    await store.set('a', 'old');
    await store.set('a', 'new', -1);
    expect(await store.get('a')).toBeUndefined();
  });

  it('lets Keyv report what the cache refuses', async () => {
    const { keyv } = open();
    const reported: unknown[] = [];
    keyv.on('error', (error: unknown) => reported.push(error));
    await keyv.set('k'.repeat(2_000), 1);
    expect(reported).toEqual([expect.objectContaining({ code: 'invalid-key' })]);
  });
});
