import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Loader, PreconditionError } from '../../../lib/cache/library/cache.ts';
import { memory } from '../../../lib/cache/library/tiers.ts';
import { heldLoader } from '../../support/held-loader.ts';
import { useTieredCaches } from '../../support/tiered-caches.ts';

const { its, alone, over } = useTieredCaches();

describe.each([
  ['in memory alone', alone],
  ['over a shared tier', over],
])('A cache %s', (_, make) => {
  it('answers what was set until its time is over, and a default for what is not there', async () => {
    const cache = make();
    await cache.set('a', { n: 1 }, { ttlSeconds: 10 });
    expect(await cache.get('a')).toEqual({ n: 1 });
    expect(await cache.get('b')).toBeUndefined();
    expect(await cache.get('b', { default: 'none' })).toBe('none');
    its.clock.advance(10_000);
    expect(await cache.get('a')).toBeUndefined();
  });

  it('sets and gets many, and says which are there', async () => {
    const cache = make();
    await cache.setMany([
      { key: 'a', value: 1 },
      { key: 'b', value: 2, tags: ['t'] },
    ]);
    expect(await cache.getMany(['a', 'none', 'b', 'a'])).toEqual(
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    );
  });

  it.each([
    [{ keys: ['user:1', 'none'] }, 1, ['user:2', 'item:1']],
    [{ tags: ['red'] }, 2, ['user:2']],
    [{ pattern: 'user:*' }, 2, ['item:1']],
    [{ pattern: 'user:1' }, 1, ['user:2', 'item:1']],
  ])('forgets %j and says exactly how many went', async (what, invalidated, left) => {
    const cache = make();
    await cache.setMany([
      { key: 'user:1', value: 1, tags: ['red'] },
      { key: 'user:2', value: 2 },
      { key: 'item:1', value: 3, tags: ['red', 'blue'] },
    ]);
    expect(await cache.invalidate(what)).toMatchObject({ invalidated, exact: true });
    expect([...(await cache.getMany(['user:1', 'user:2', 'item:1'])).keys()]).toEqual(left);
    expect(await cache.clear()).toMatchObject({ invalidated: left.length, exact: true });
    expect(await cache.getMany(['user:1', 'user:2', 'item:1'])).toEqual(new Map());
  });

  it('tells tags apart whatever characters they have', async () => {
    const cache = make();
    await cache.set('a', 1, { tags: ['x\ny', 'z'] });
    await cache.set('b', 2, { tags: ['x', 'y\nz'] });
    expect(await cache.invalidate({ tags: ['y\nz'] })).toMatchObject({ invalidated: 1, exact: true });
    expect([...(await cache.getMany(['a', 'b'])).keys()]).toEqual(['a']);
  });

  it('tells whether what it deletes was there', async () => {
    const cache = make();
    await cache.set('a', 1);
    expect(await cache.delete('a')).toBe(true);
    expect(await cache.delete('a')).toBe(false);
  });

  it('lets an entry begin anew when it is read so', async () => {
    const cache = make();
    await cache.set('a', 'value', { ttlSeconds: 10 });
    for (let times = 0; times < 3; times++) {
      its.clock.advance(8_000);
      expect(await cache.get('a', { refreshTtl: true })).toBe('value');
    }
    its.clock.advance(9_999);
    expect(await cache.get('a')).toBe('value');
    its.clock.advance(1);
    expect(await cache.get('a')).toBeUndefined();
  });

  it('sets on conditions only', async () => {
    const cache = make();
    await expect(cache.set('a', 1, { ifMatch: '*' })).rejects.toThrow(PreconditionError);
    const { etag } = await cache.set('a', 1, { ifNoneMatch: '*' });
    await expect(cache.set('a', 2, { ifNoneMatch: '*' })).rejects.toThrow('already');
    await expect(cache.set('a', 2, { ifMatch: ['other'] })).rejects.toThrow(etag);
    await cache.set('a', 2, { ifMatch: ['other', etag] });
    expect(await cache.get('a')).toBe(2);
  });

  it('tells with a hit, and without its value, what it knows', async () => {
    const cache = make();
    const { etag, born } = await cache.set('a', { n: 1 }, { ttlSeconds: 60, tags: ['x'] });
    const expected = {
      status: 'hit',
      from: 'memory',
      etag,
      born,
      contentType: 'application/json',
      tags: ['x'],
      createdAt: its.clock.now(),
      freshUntil: its.clock.now() + 60_000,
      expiresAt: its.clock.now() + 60_000,
    };
    expect(await cache.lookup('a')).toEqual({ value: { n: 1 }, ...expected });
    expect(await cache.head('a')).toEqual(expected);
    expect(await cache.head('none')).toBeUndefined();
  });

  it('holds values to the schema, and refuses what JSON cannot say or the policy does not allow', async () => {
    const cache = make({
      schema: z.object({ name: z.string(), at: z.coerce.date() }),
      policy: { maxValueBytes: 100 },
    });
    await cache.set('a', { name: 'x', at: '2026-01-31T00:00:00.000Z' });
    expect(await cache.get('a')).toEqual({ name: 'x', at: new Date('2026-01-31T00:00:00.000Z') });
    await expect(cache.set('a', { name: 1 })).rejects.toMatchObject({ code: 'invalid-value', message: /name/ });
    await expect(cache.set('a', { name: 'x'.repeat(100), at: 0 })).rejects.toMatchObject({ code: 'value-too-large' });
    await expect(make().set('a', () => 1)).rejects.toMatchObject({ code: 'invalid-value' });
  });

  it('counts what it does', async () => {
    const cache = make();
    await cache.set('a', 1);
    await cache.get('a');
    await cache.get('a');
    await cache.get('b');
    await cache.getOrSet('a', () => 2);
    const stats = await cache.stats();
    expect(stats).toMatchObject({ totalRequests: 4, cacheHits: 3, cacheMisses: 1, hitRatePercent: 75 });
    expect(stats.topKeys).toEqual([{ key: 'a', reads: 3 }]);
    expect(stats.tiers.memory).toMatchObject({ entries: 1, hits: 3, limitMb: 512 });
  });

  it('warms up by entries, by a loader, and says what failed', async () => {
    const cache = make();
    const entries = [
      { key: 'a', value: 1 },
      { key: '', value: 2 },
    ];
    expect(await cache.warm({ entries })).toMatchObject({ requested: 2, stored: 1, failed: [{ key: '' }] });
    const loader: Loader<unknown> = ({ key }) => {
      if (key === 'bad') throw new Error('no');
      return key;
    };
    expect(await cache.warm({ keys: ['b', 'bad'], loader })).toEqual({
      requested: 2,
      stored: 1,
      failed: [{ key: 'bad', reason: 'no' }],
    });
    expect(await cache.getMany(['a', 'b', 'bad'])).toEqual(
      new Map<string, unknown>([
        ['a', 1],
        ['b', 'b'],
      ]),
    );
  });

  it.each([
    [() => make().get(''), 'invalid-key'],
    [() => make().get('x'.repeat(1_025)), 'invalid-key'],
    [() => make().set('a', 1, { ttlSeconds: 0 }), 'invalid-ttl'],
    [() => make().set('a', 1, { tags: [''] }), 'invalid-tags'],
    [() => make().getOrSet('a', () => 1, { ttlSeconds: -1 }), 'invalid-ttl'],
    [() => make().invalidate({ keys: [] }), 'invalid-key'],
    [() => make().invalidate({ tags: [] }), 'invalid-tags'],
    [() => make().invalidate({ pattern: '' }), 'invalid-pattern'],
    [async () => make({ policy: { defaultTtlSeconds: -1 } }), 'invalid-policy'],
    [async () => make({ namespace: 'A' }), 'invalid-namespace'],
    [async () => make({ tiers: [memory(), memory()] }), 'invalid-policy'],
  ])('refuses what is wrong (%#)', async (call, code) => {
    await expect(async () => call()).rejects.toMatchObject({ name: 'CacheInputError', code });
  });

  it('ends its loads when it is closed', async () => {
    const cache = make();
    const load = heldLoader();
    const outcome = cache.getOrSet('a', load.loader).catch((error: unknown) => error);
    await load.started;
    await cache.close();
    expect(await outcome).toMatchObject({ message: 'The cache was closed.' });
    expect(its.clock.waiting).toBe(0);
  });
});

it('tells the limit that a memory was given, which goes before the one of the policy', async () => {
  const stats = await alone({ tiers: [memory({ limitMb: 64 })] }).stats();
  expect(stats.tiers.memory).toMatchObject({ limitMb: 64 });
});
