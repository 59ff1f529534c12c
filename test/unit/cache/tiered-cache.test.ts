import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { Cache, Loader } from '../../../lib/cache/library/cache.ts';
import { LoaderTimeoutError, PreconditionError } from '../../../lib/cache/library/cache.ts';
import { type CacheOptions, createCache } from '../../../lib/cache/library/create-cache.ts';
import { memory, type TierSpec } from '../../../lib/cache/library/tiers.ts';
import { ReferenceTier } from '../../support/reference-tier.ts';
import { ManualClock } from '../../support/stand-ins/manual-clock.ts';

const sharedBy = (tier: ReferenceTier): TierSpec => ({
  kind: 'redis',
  owner: () => tier,
  mirror: () => {
    throw new Error('nothing is below');
  },
});

let clock: ManualClock;
let below: ReferenceTier;
beforeEach(() => {
  clock = new ManualClock();
  below = new ReferenceTier({ now: clock.now });
});

const alone = (options: Partial<CacheOptions<unknown>> = {}): Cache<unknown> =>
  createCache<unknown>({ namespace: 'shop', clock, random: () => 0, ...options });
const over = (options: Partial<CacheOptions<unknown>> = {}): Cache<unknown> =>
  alone({ tiers: [memory(), sharedBy(below)], ...options });

/** A loader that answers when it is told to. */
function held() {
  let settle: { resolve: (value: unknown) => void; reject: (error: unknown) => void } | undefined;
  const started = Promise.withResolvers<void>();
  let calls = 0;
  const loader: Loader<unknown> = () => {
    calls++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    settle = { resolve, reject };
    started.resolve();
    return promise;
  };
  return {
    loader,
    started: started.promise,
    answer: (value: unknown) => settle?.resolve(value),
    fail: (error: unknown) => settle?.reject(error),
    get calls() {
      return calls;
    },
  };
}

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
    clock.advance(10_000);
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

  it('loads once for all who ask at the same time', async () => {
    const cache = make();
    const load = held();
    const answers = Array.from({ length: 100 }, () => cache.getOrSet('a', load.loader));
    await load.started;
    load.answer('value');
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['value']));
    expect(load.calls).toBe(1);
    expect(await cache.getOrSet('a', load.loader)).toBe('value');
    expect(load.calls).toBe(1);
  });

  it.each([
    ['its key', { keys: ['a'] }],
    ['a tag of its', { tags: ['red'] }],
    ['a pattern', { pattern: 'a*' }],
  ])('keeps nothing that began to load before an invalidation by %s', async (_, what) => {
    const cache = make();
    const load = held();
    const answer = cache.getOrSet('a', load.loader, { tags: ['red'] });
    await load.started;
    await cache.invalidate(what);
    load.answer('old');
    expect(await answer).toBe('old');
    await cache.settled();
    expect(await cache.get('a')).toBeUndefined();
    expect(await cache.getOrSet('a', () => 'new', { tags: ['red'] })).toBe('new');
    expect(await cache.get('a')).toBe('new');
  });

  it('does not join a load that began before an invalidation', async () => {
    const cache = make();
    const first = held();
    const before = cache.getOrSet('a', first.loader);
    await first.started;
    await cache.delete('a');
    const second = held();
    const after = cache.getOrSet('a', second.loader);
    // The first one still has the lease; it ends with its write.
    first.answer('old');
    expect(await before).toBe('old');
    while (second.calls === 0) {
      clock.advance(10);
      await new Promise(setImmediate);
    }
    second.answer('new');
    expect(await after).toBe('new');
    expect(await cache.get('a')).toBe('new');
  });

  it('does not let a load replace what was set while it ran', async () => {
    const cache = make();
    const load = held();
    const answer = cache.getOrSet('a', load.loader);
    await load.started;
    await cache.set('a', 'set');
    load.answer('loaded');
    expect(await answer).toBe('loaded');
    expect(await cache.get('a')).toBe('set');
  });

  it('serves what is past its time while it is loaded anew, once', async () => {
    const cache = make({ policy: { defaultTtlSeconds: 10, staleWhileRevalidateSeconds: 30 } });
    await cache.getOrSet('a', () => 'old');
    clock.advance(15_000);
    const load = held();
    expect(await cache.load('a', load.loader)).toMatchObject({ value: 'old', status: 'stale' });
    await load.started;
    expect(await cache.load('a', load.loader)).toMatchObject({ value: 'old', status: 'stale' });
    load.answer('new');
    await cache.settled();
    expect(load.calls).toBe(1);
    expect(await cache.load('a', load.loader)).toMatchObject({ value: 'new', status: 'hit' });
  });

  it('serves what is past its time when the loader fails, and fails when there is nothing', async () => {
    const cache = make({ policy: { defaultTtlSeconds: 10, staleIfErrorSeconds: 30 } });
    const failed: unknown[] = [];
    cache.on('load-failed', ({ key }) => failed.push(key));
    await cache.getOrSet('a', () => 'old');
    clock.advance(15_000);
    expect(await cache.get('a')).toBeUndefined();
    const fails = (): never => {
      throw new Error('the source is down');
    };
    expect(await cache.load('a', fails)).toMatchObject({ value: 'old', status: 'stale' });
    await expect(cache.getOrSet('b', fails)).rejects.toThrow('the source is down');
    clock.advance(30_000);
    await expect(cache.getOrSet('a', fails)).rejects.toThrow('the source is down');
    expect(failed).toEqual(['a', 'b', 'a']);
    expect(await cache.getOrSet('a', () => 'new')).toBe('new');
  });

  it('waits for a slow loader only as long as nothing stale may be served', async () => {
    const cache = make({ policy: { defaultTtlSeconds: 10, staleIfErrorSeconds: 100, softTimeoutMs: 50 } });
    await cache.getOrSet('a', () => 'old');
    clock.advance(15_000);
    const load = held();
    const answer = cache.load('a', load.loader);
    await load.started;
    clock.advance(50);
    expect(await answer).toMatchObject({ value: 'old', status: 'stale' });
    load.answer('new');
    await cache.settled();
    expect(await cache.get('a')).toBe('new');
  });

  it('gives a loader up after the hard timeout, tells it so, and keeps nothing of it', async () => {
    const cache = make({ policy: { hardTimeoutMs: 1_000 } });
    const load = held();
    let signal: AbortSignal | undefined;
    const answer = cache.getOrSet('a', (context) => {
      signal = context.signal;
      return load.loader(context);
    });
    const outcome = answer.catch((error: unknown) => error);
    await load.started;
    clock.advance(1_000);
    expect(await outcome).toBeInstanceOf(LoaderTimeoutError);
    expect(signal?.aborted).toBe(true);
    load.answer('late');
    await cache.settled();
    expect(await cache.get('a')).toBeUndefined();
    expect(clock.waiting).toBe(0);
  });

  it('holds on to no load that has ended, though its loader has listened to the signal', async () => {
    const cache = make();
    const signals: WeakRef<AbortSignal>[] = [];
    await cache.getOrSet('a', ({ signal }) => {
      signal.addEventListener('abort', () => undefined);
      signals.push(new WeakRef(signal));
      return 1;
    });
    setFlagsFromString('--expose-gc');
    const collectGarbage: () => void = runInNewContext('gc');
    await vi.waitFor(() => {
      collectGarbage();
      expect(signals.map((signal) => signal.deref() === undefined)).toEqual([true]);
    });
  });

  it('remembers that there is no value, as long as the policy says', async () => {
    const cache = make({ policy: { negativeTtlSeconds: 5 } });
    let calls = 0;
    const nothing = (): undefined => {
      calls++;
    };
    expect(await cache.getOrSet('a', nothing)).toBeUndefined();
    expect(await cache.getOrSet('a', nothing)).toBeUndefined();
    expect(await cache.lookup('a')).toBeUndefined();
    expect(calls).toBe(1);
    clock.advance(5_000);
    expect(await cache.getOrSet('a', () => 'there')).toBe('there');
  });

  it('takes the TTL and the tags that a loader sets, and keeps out what has a TTL of 0', async () => {
    const cache = make();
    await cache.getOrSet('a', (context) => {
      context.ttlSeconds = 2;
      context.tags.push('red');
      return 'value';
    });
    expect(await cache.lookup('a')).toMatchObject({ tags: ['red'], freshUntil: clock.now() + 2_000 });
    expect(await cache.invalidate({ tags: ['red'] })).toMatchObject({ invalidated: 1 });
    expect(
      await cache.getOrSet('b', (context) => {
        context.ttlSeconds = 0;
        return 'passing';
      }),
    ).toBe('passing');
    expect(await cache.get('b')).toBeUndefined();
  });

  it('lets a loader say that what is stored still holds', async () => {
    const cache = make({ policy: { defaultTtlSeconds: 10, staleIfErrorSeconds: 100 } });
    await cache.getOrSet('a', () => 'value');
    const before = await cache.lookup('a');
    clock.advance(20_000);
    const answer = await cache.load('a', ({ previous, notModified }) => {
      expect(previous?.etag).toBe(before?.etag);
      return notModified();
    });
    expect(answer).toMatchObject({ value: 'value', status: 'miss', freshUntil: clock.now() + 10_000 });
    expect(await cache.get('a')).toBe('value');
    await expect(cache.getOrSet('b', ({ notModified }) => notModified())).rejects.toThrow('`previous`');
  });

  it('refreshes early when the dice say so, one at a time', async () => {
    const cache = make({ random: () => 1 - 2 ** -53, policy: { defaultTtlSeconds: 10 } });
    const slow = held();
    const first = cache.getOrSet('a', slow.loader);
    await slow.started;
    clock.advance(1_000);
    slow.answer('old');
    await first;
    const load = held();
    expect(await cache.load('a', load.loader)).toMatchObject({ value: 'old', status: 'hit' });
    await load.started;
    expect(await cache.load('a', load.loader)).toMatchObject({ value: 'old', status: 'hit' });
    load.answer('new');
    await cache.settled();
    expect(load.calls).toBe(1);
    expect(await cache.get('a')).toBe('new');
  });

  it('loads whatever is stored when it is told to', async () => {
    const cache = make();
    await cache.getOrSet('a', () => 'old');
    expect(await cache.getOrSet('a', () => 'new', { forceRefresh: true })).toBe('new');
    expect(await cache.get('a')).toBe('new');
  });

  it('purges softly: what is hit is loaded anew, and served as long as the windows say', async () => {
    const cache = make({ policy: { staleWhileRevalidateSeconds: 60 } });
    await cache.set('a', 'old', { tags: ['red'] });
    await cache.set('b', 'other');
    expect(await cache.invalidate({ tags: ['red'], soft: true })).toMatchObject({ invalidated: 1, exact: true });
    expect(await cache.invalidate({ tags: ['red'], soft: true })).toMatchObject({ invalidated: 0, exact: true });
    expect(await cache.load('a', () => 'new')).toMatchObject({ value: 'old', status: 'stale' });
    await cache.settled();
    expect(await cache.get('a')).toBe('new');
    expect(await cache.lookup('b')).toMatchObject({ value: 'other', status: 'hit' });
  });

  it('lets an entry begin anew when it is read so', async () => {
    const cache = make();
    await cache.set('a', 'value', { ttlSeconds: 10 });
    for (let times = 0; times < 3; times++) {
      clock.advance(8_000);
      expect(await cache.get('a', { refreshTtl: true })).toBe('value');
    }
    clock.advance(9_999);
    expect(await cache.get('a')).toBe('value');
    clock.advance(1);
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
      createdAt: clock.now(),
      freshUntil: clock.now() + 60_000,
      expiresAt: clock.now() + 60_000,
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
    const load = held();
    const outcome = cache.getOrSet('a', load.loader).catch((error: unknown) => error);
    await load.started;
    await cache.close();
    expect(await outcome).toMatchObject({ message: 'The cache was closed.' });
    expect(clock.waiting).toBe(0);
  });
});

it('tells the limit that a memory was given, which goes before the one of the policy', async () => {
  const stats = await alone({ tiers: [memory({ limitMb: 64 })] }).stats();
  expect(stats.tiers.memory).toMatchObject({ limitMb: 64 });
});

describe('Caches that share a tier', () => {
  it('serve each other, and load once for all', async () => {
    const caches = Array.from({ length: 4 }, () => over());
    const load = held();
    const answers = caches.flatMap((cache) => Array.from({ length: 25 }, () => cache.getOrSet('a', load.loader)));
    await load.started;
    load.answer('value');
    while (clock.waiting > 0) {
      clock.advance(50);
      await new Promise(setImmediate);
    }
    expect(new Set(await Promise.all(answers))).toEqual(new Set(['value']));
    expect(load.calls).toBe(1);
  });

  it.each([
    ['strict', 0],
    [{ boundedMs: 1_000 }, 1_001],
  ] as const)('see an invalidation elsewhere within the bound of %j', async (coherence, waitMs) => {
    const [one, other] = [over({ policy: { coherence } }), over({ policy: { coherence } })];
    await one.set('a', 'old');
    expect(await other.get('a')).toBe('old');
    await one.delete('a');
    clock.advance(waitMs);
    expect(await other.get('a')).toBeUndefined();
    await one.set('a', 'new');
    expect(await other.get('a')).toBe('new');
    await one.set('a', 'newer');
    clock.advance(waitMs);
    expect(await other.get('a')).toBe('newer');
  });

  it('serve nothing older than the epoch that is asked for, in any mode', async () => {
    const [one, other] = [over({ policy: { coherence: 'none' } }), over({ policy: { coherence: 'none' } })];
    await one.set('a', 'old');
    expect(await other.get('a')).toBe('old');
    const { epoch } = await one.invalidate({ keys: ['a'] });
    expect(await other.get('a')).toBe('old');
    expect(await other.get('a', { epoch })).toBeUndefined();
    expect(await other.get('a')).toBeUndefined();
  });

  it('keep in memory what is to be kept there, and kill what others hold of it', async () => {
    const [one, other] = [over({ policy: { coherence: 'strict' } }), over({ policy: { coherence: 'strict' } })];
    await one.set('a', 'shared');
    expect(await other.get('a')).toBe('shared');
    await one.set('a', 'mine', { tier: 'memory', tags: ['red'] });
    expect(await other.get('a')).toBeUndefined();
    expect(await one.get('a')).toBe('mine');
    expect(await one.invalidate({ tags: ['red'] })).toMatchObject({ invalidated: 1, exact: true });
    expect(await one.get('a')).toBeUndefined();
  });

  it('count nothing in memory that is known to be dead', async () => {
    const cache = over();
    await cache.set('a', 1, { tags: ['red'] });
    await cache.set('b', 2);
    await cache.invalidate({ tags: ['red'] });
    expect((await cache.stats()).tiers.memory?.entries).toBe(1);
  });

  it('bring back into memory what is read most, and say so', async () => {
    const cache = over();
    await cache.set('hot', 1);
    await cache.get('hot');
    cache.trim(0);
    expect(await cache.optimize()).toMatchObject({ promoted: 1, demoted: 0, complete: true });
    expect((await cache.stats()).tiers.memory?.entries).toBe(1);
    cache.trim(0);
    expect(await cache.warm({ fromTopKeys: 5 })).toEqual({ requested: 1, stored: 1, failed: [] });
    expect((await cache.stats()).tiers.memory?.entries).toBe(1);
  });

  it('answer before all of a very large namespace has been looked at, though hardly any of it is hit', async () => {
    const cache = over();
    await cache.getOrSet('a', () => 1);
    let steps = 0;
    below.reap = async () => ({ removed: ++steps === 1 ? 1 : 0, cursor: 'on' });
    const { rest, ...told } = await cache.invalidate({ pattern: '*a' });
    expect(told).toMatchObject({ invalidated: 1, exact: false });
    expect(rest).toMatchObject({ invalidation: { values: ['*a'] }, cursor: 'on' });
    expect(steps).toBe(20);
  });

  it('answer in steps for invalidations of very many, each counted once', async () => {
    const cache = over();
    await cache.setMany(Array.from({ length: 6_000 }, (_, at) => ({ key: `k:${at}`, value: at })));
    const first = await cache.invalidate({ pattern: 'k:*' });
    expect(first).toMatchObject({ exact: false });
    expect(first.upperBound).toBeGreaterThanOrEqual(6_000);
    expect(await cache.get('k:5999')).toBeUndefined();
    let invalidated = first.invalidated;
    for (let rest = first.rest; rest !== undefined; ) {
      const next = await cache.reap(rest);
      invalidated += next.invalidated;
      rest = next.rest;
    }
    expect(invalidated).toBe(6_000);
  });
});
