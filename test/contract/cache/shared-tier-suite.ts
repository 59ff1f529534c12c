import { beforeEach, describe, expect, it } from 'vitest';
import { Invalidations, MAX_LIVE_PATTERNS } from '../../../lib/cache/library/invalidations.ts';
import type { InvalidationRequest, SharedTier } from '../../../lib/cache/library/shared-tier.ts';
import { bornAt, reapAll, sweepAll } from '../../support/tier-entries.ts';

export interface TestedTier {
  tier: SharedTier;
  /** Ends an entry's time. */
  expire(key: string): Promise<void>;
}

const keys = (...values: string[]): InvalidationRequest => ({ kind: 'keys', values, soft: false });
const tags = (...values: string[]): InvalidationRequest => ({ kind: 'tags', values, soft: false });
const pattern = (value: string): InvalidationRequest => ({ kind: 'pattern', values: [value], soft: false });
const clear: InvalidationRequest = { kind: 'clear', values: [], soft: false };

/** What holds of every shared tier. @param make an empty namespace, each time another */
export function describeSharedTier(name: string, make: () => TestedTier): void {
  describe(`${name} as a shared tier`, () => {
    let tier: SharedTier;
    let expire: TestedTier['expire'];
    beforeEach(() => {
      ({ tier, expire } = make());
    });

    const sequence = async (): Promise<number> => (await tier.read([])).sequence;
    const texts = async (...asked: string[]): Promise<(string | undefined)[]> => {
      const { entries } = await tier.read(asked);
      return entries.map((hit) => hit && Buffer.from(hit.entry.payload).toString());
    };
    const set = async (key: string, its: string[] = [], text = key) =>
      (await tier.write([{ key, entry: bornAt(await sequence(), its, text) }]))[0];

    it('answers what was written, in the order that was asked for', async () => {
      const born = await sequence();
      const entry = { ...bornAt(born, ['red', 'blåbær'], 'päyload'), contentType: 'text/plain', etag: 'x' };
      expect(await tier.write([{ key: 'ключ:1', entry }])).toEqual(['stored']);
      await set('b');
      const { entries } = await tier.read(['b', 'none', 'ключ:1']);
      expect(entries.map((hit) => hit?.stale)).toEqual([false, undefined, false]);
      const payload = Buffer.from(entries[2]?.entry.payload ?? []);
      expect({ ...entries[2]?.entry, payload }).toEqual(entry);
      expect(await tier.size()).toBe(2);
    });

    it('does not answer what has expired, nor count it after a sweep', async () => {
      await set('a', ['red']);
      await set('b', ['red']);
      await expire('a');
      expect(await texts('a', 'b')).toEqual([undefined, 'b']);
      expect(await sweepAll(tier)).toBe(1);
      expect(await tier.size()).toBe(1);
      expect(await reapAll(tier, await tier.invalidate(tags('red')))).toBe(1);
    });

    it.each([
      ['a key', keys('user:1'), [undefined, 'user:2', 'item:1']],
      ['several keys', keys('user:1', 'item:1', 'none'), [undefined, 'user:2', undefined]],
      ['a tag', tags('red'), [undefined, 'user:2', undefined]],
      ['several tags', tags('red', 'blue'), [undefined, undefined, undefined]],
      ['a pattern', pattern('user:*'), [undefined, undefined, 'item:1']],
      ['a pattern without a prefix', pattern('*:1'), [undefined, 'user:2', undefined]],
      ['all', clear, [undefined, undefined, undefined]],
    ])('shows the invalidation of %s at once, and counts exactly what it then removes', async (_, request, left) => {
      const all = ['user:1', 'user:2', 'item:1'];
      await set('user:1', ['red']);
      await set('user:2', ['blue']);
      await set('item:1', ['red', 'blue']);
      const event = await tier.invalidate(request);
      expect(await texts(...all)).toEqual(left);
      expect(await reapAll(tier, event, 1)).toBe(left.filter((text) => text === undefined).length);
      expect(await reapAll(tier, event)).toBe(0);
      expect(await texts(...all)).toEqual(left);
      expect(await tier.size()).toBe(left.filter((text) => text !== undefined).length);
    });

    it.each([
      ['key', keys('a')],
      ['tag', tags('red')],
      ['pattern', pattern('a*')],
      ['clear', clear],
      ['soft key', { ...keys('a'), soft: true }],
    ])('refuses what was loaded before an invalidation by %s, reaped or not', async (_, request) => {
      const born = await sequence();
      const event = await tier.invalidate(request);
      expect(await tier.write([{ key: 'a', entry: bornAt(born, ['red']) }])).toEqual(['outlived']);
      await reapAll(tier, event);
      expect(await tier.write([{ key: 'a', entry: bornAt(born, ['red']) }])).toEqual(['outlived']);
      expect(await texts('a')).toEqual([undefined]);
      expect(await set('a', ['red'])).toBe('stored');
      expect(await texts('a')).toEqual(['a']);
      expect(await reapAll(tier, event)).toBe(0);
    });

    it('refuses what was loaded before what is stored', async () => {
      const born = await sequence();
      await tier.invalidate(keys('other'));
      await set('a', [], 'new');
      expect(await tier.write([{ key: 'a', entry: bornAt(born, [], 'old') }])).toEqual(['older']);
      expect(await texts('a')).toEqual(['new']);
    });

    it('goes by the tags that an entry has now', async () => {
      await set('a', ['red']);
      await set('a', ['blue']);
      expect(await reapAll(tier, await tier.invalidate(tags('red')))).toBe(0);
      expect(await texts('a')).toEqual(['a']);
      expect(await reapAll(tier, await tier.invalidate(tags('blue')))).toBe(1);
    });

    it('answers as stale what a soft invalidation outlived, until it is loaded anew or invalidated for good', async () => {
      await set('a', ['red']);
      await set('b', ['red']);
      const event = await tier.invalidate({ ...tags('red'), soft: true });
      await set('b', ['red']);
      expect((await tier.read(['a', 'b'])).entries.map((hit) => hit?.stale)).toEqual([true, false]);
      expect(await reapAll(tier, event)).toBe(1);
      expect(await reapAll(tier, event)).toBe(0);
      const [a, b] = (await tier.read(['a', 'b'])).entries;
      expect(a?.entry.freshUntil).toBeLessThanOrEqual(Date.now());
      expect(b?.entry.freshUntil).toBeGreaterThan(Date.now());
      await tier.invalidate(keys('a'));
      expect(await texts('a', 'b')).toEqual([undefined, 'b']);
    });

    it('tells with a read what came since', async () => {
      const from = await sequence();
      expect((await tier.read(['a'], from)).changes).toBeUndefined();
      const requests = [keys('a', 'b'), tags('red'), { ...pattern('a*'), soft: true }, clear];
      const events = [];
      for (const request of requests) events.push(await tier.invalidate(request));
      const { sequence: now, changes } = await tier.read(['a', 'b'], from);
      expect(now).toBe(events.at(-1)?.sequence);
      expect(changes).toEqual({ after: from, upTo: now, events });
      expect(await tier.changes(now - 1)).toEqual({ after: now - 1, upTo: now, events: events.slice(-1) });
      expect((await tier.read([], now)).changes).toBeUndefined();
      const known = new Invalidations(from);
      known.apply(changes ?? { after: 0, upTo: 0, events: [] });
      expect(known.sequence).toBe(now);
    });

    it('gives every invalidation a number of its own, however many come at once', async () => {
      const from = await sequence();
      const events = await Promise.all(Array.from({ length: 50 }, (_, at) => tier.invalidate(keys(`k${at}`))));
      expect(new Set(events.map((event) => event.sequence)).size).toBe(50);
      const { changes } = await tier.read(['x'], from);
      expect(changes?.events).toEqual(events.sort((a, b) => a.sequence - b.sequence));
    });

    it('refuses one live pattern too many until another is reaped', async () => {
      const events = [];
      for (let at = 0; at < MAX_LIVE_PATTERNS; at++) events.push(await tier.invalidate(pattern(`p${at}:*`)));
      await expect(tier.invalidate(pattern('more:*'))).rejects.toMatchObject({ retryAfterSeconds: 1 });
      events[0] = await tier.invalidate(pattern('p0:*'));
      await reapAll(tier, events[0]);
      await tier.invalidate(pattern('more:*'));
    });

    it('reaps many in bounded steps', async () => {
      const born = await sequence();
      const all = Array.from({ length: 1_200 }, (_, at) => ({ key: `k:${at}`, entry: bornAt(born, ['many']) }));
      await tier.write(all);
      const event = await tier.invalidate(tags('many'));
      const first = await tier.reap(event, { budget: 300 });
      expect(first.removed).toBeGreaterThan(0);
      expect(first.removed).toBeLessThan(1_200);
      expect(first.cursor).toBeDefined();
      expect(await texts('k:0', 'k:1199')).toEqual([undefined, undefined]);
      const rest = await reapAll(tier, await tier.invalidate(pattern('k:*')), 300);
      expect(first.removed + rest).toBe(1_200);
      expect(await reapAll(tier, event, 300)).toBe(0);
    });

    it('leases a key to one at a time, and is not released by who lost it', async () => {
      const [first, second] = await Promise.all([tier.lease('a', 60_000), tier.lease('a', 60_000)]);
      expect([first, second].filter((lease) => lease !== undefined)).toHaveLength(1);
      const held = first ?? second ?? { token: 0 };
      await tier.release('a', { token: held.token - 1 });
      expect(await tier.lease('a', 60_000)).toBeUndefined();
      await tier.release('a', held);
      const next = await tier.lease('a', 60_000);
      expect(next?.token).toBeGreaterThan(held.token);
      expect(await tier.lease('b', 60_000)).toBeDefined();
    });
  });
}
