import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it, vi } from 'vitest';
import { LoaderTimeoutError } from '../../../lib/cache/library/cache.ts';
import { heldLoader } from '../../support/held-loader.ts';
import { useTieredCaches } from '../../support/tiered-caches.ts';

const { its, alone, over } = useTieredCaches();

describe.each([
  ['in memory alone', alone],
  ['over a shared tier', over],
])('A cache %s', (_, make) => {
  it('loads once for all who ask at the same time', async () => {
    const cache = make();
    const load = heldLoader();
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
    const load = heldLoader();
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
    const first = heldLoader();
    const before = cache.getOrSet('a', first.loader);
    await first.started;
    await cache.delete('a');
    const second = heldLoader();
    const after = cache.getOrSet('a', second.loader);
    // The first one still has the lease; it ends with its write.
    first.answer('old');
    expect(await before).toBe('old');
    while (second.calls === 0) {
      its.clock.advance(10);
      await new Promise(setImmediate);
    }
    second.answer('new');
    expect(await after).toBe('new');
    expect(await cache.get('a')).toBe('new');
  });

  it('does not let a load replace what was set while it ran', async () => {
    const cache = make();
    const load = heldLoader();
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
    its.clock.advance(15_000);
    const load = heldLoader();
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
    its.clock.advance(15_000);
    expect(await cache.get('a')).toBeUndefined();
    const fails = (): never => {
      throw new Error('the source is down');
    };
    expect(await cache.load('a', fails)).toMatchObject({ value: 'old', status: 'stale' });
    await expect(cache.getOrSet('b', fails)).rejects.toThrow('the source is down');
    its.clock.advance(30_000);
    await expect(cache.getOrSet('a', fails)).rejects.toThrow('the source is down');
    expect(failed).toEqual(['a', 'b', 'a']);
    expect(await cache.getOrSet('a', () => 'new')).toBe('new');
  });

  it('waits for a slow loader only as long as nothing stale may be served', async () => {
    const cache = make({ policy: { defaultTtlSeconds: 10, staleIfErrorSeconds: 100, softTimeoutMs: 50 } });
    await cache.getOrSet('a', () => 'old');
    its.clock.advance(15_000);
    const load = heldLoader();
    const answer = cache.load('a', load.loader);
    await load.started;
    its.clock.advance(50);
    expect(await answer).toMatchObject({ value: 'old', status: 'stale' });
    load.answer('new');
    await cache.settled();
    expect(await cache.get('a')).toBe('new');
  });

  it('gives a loader up after the hard timeout, tells it so, and keeps nothing of it', async () => {
    const cache = make({ policy: { hardTimeoutMs: 1_000 } });
    const load = heldLoader();
    let signal: AbortSignal | undefined;
    const answer = cache.getOrSet('a', (context) => {
      signal = context.signal;
      return load.loader(context);
    });
    const outcome = answer.catch((error: unknown) => error);
    await load.started;
    its.clock.advance(1_000);
    expect(await outcome).toBeInstanceOf(LoaderTimeoutError);
    expect(signal?.aborted).toBe(true);
    load.answer('late');
    await cache.settled();
    expect(await cache.get('a')).toBeUndefined();
    expect(its.clock.waiting).toBe(0);
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
    its.clock.advance(5_000);
    expect(await cache.getOrSet('a', () => 'there')).toBe('there');
  });

  it('takes the TTL and the tags that a loader sets, and keeps out what has a TTL of 0', async () => {
    const cache = make();
    await cache.getOrSet('a', (context) => {
      context.ttlSeconds = 2;
      context.tags.push('red');
      return 'value';
    });
    expect(await cache.lookup('a')).toMatchObject({ tags: ['red'], freshUntil: its.clock.now() + 2_000 });
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
    its.clock.advance(20_000);
    const answer = await cache.load('a', ({ previous, notModified }) => {
      expect(previous?.etag).toBe(before?.etag);
      return notModified();
    });
    expect(answer).toMatchObject({ value: 'value', status: 'miss', freshUntil: its.clock.now() + 10_000 });
    expect(await cache.get('a')).toBe('value');
    await expect(cache.getOrSet('b', ({ notModified }) => notModified())).rejects.toThrow('`previous`');
  });

  it('refreshes early when the dice say so, one at a time', async () => {
    const cache = make({ random: () => 1 - 2 ** -53, policy: { defaultTtlSeconds: 10 } });
    const slow = heldLoader();
    const first = cache.getOrSet('a', slow.loader);
    await slow.started;
    its.clock.advance(1_000);
    slow.answer('old');
    await first;
    const load = heldLoader();
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
});
