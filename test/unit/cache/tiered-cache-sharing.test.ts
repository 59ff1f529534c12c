import { describe, expect, it } from 'vitest';
import { heldLoader } from '../../support/held-loader.ts';
import { useTieredCaches } from '../../support/tiered-caches.ts';

const { its, over } = useTieredCaches();

describe('Caches that share a tier', () => {
  it('serve each other, and load once for all', async () => {
    const caches = Array.from({ length: 4 }, () => over());
    const load = heldLoader();
    const answers = caches.flatMap((cache) => Array.from({ length: 25 }, () => cache.getOrSet('a', load.loader)));
    await load.started;
    load.answer('value');
    while (its.clock.waiting > 0) {
      its.clock.advance(50);
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
    its.clock.advance(waitMs);
    expect(await other.get('a')).toBeUndefined();
    await one.set('a', 'new');
    expect(await other.get('a')).toBe('new');
    await one.set('a', 'newer');
    its.clock.advance(waitMs);
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

  it('answer each of those who ask in one turn, whether by an epoch or without, and however many', async () => {
    const [one, other] = [over(), over()];
    const keys = Array.from({ length: 70 }, (_, at) => `k:${at}`);
    await one.setMany(keys.map((key) => ({ key, value: key })));
    // Beyond what is known: the tier is to be asked anew.
    const epoch = one.epoch + 1;
    const answers = keys.map((key, at) => other.get(key, at % 3 === 0 ? { epoch } : {}));
    expect(await Promise.all(answers)).toEqual(keys);
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
    its.below.reap = async () => ({ removed: ++steps === 1 ? 1 : 0, cursor: 'on' });
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
