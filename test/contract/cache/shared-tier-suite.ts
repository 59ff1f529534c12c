import { beforeEach, describe, expect, it } from 'vitest';
import { Invalidations, MAX_LIVE_PATTERNS } from '../../../lib/cache/library/invalidations.ts';
import type { InvalidationRequest, SharedTier, SharedTierName } from '../../../lib/cache/library/shared-tier.ts';
import { bornAt, reapAll, sweepAll, textOf } from '../../support/tier-entries.ts';
import { describeSets } from './shared-tier-sets-suite.ts';

export interface TestedTier {
  tier: SharedTier;
  /** Where it counts entries: of a tier of several the lowest. */
  home: SharedTierName;
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
    let home: SharedTierName;
    beforeEach(() => {
      ({ tier, expire, home } = make());
    });

    const sequence = async (): Promise<number> => (await tier.read([])).sequence;
    const texts = async (...asked: string[]): Promise<(string | undefined)[]> => {
      const { entries } = await tier.read(asked);
      return entries.map((hit) => hit && textOf(hit.entry));
    };
    const set = async (key: string, its: string[] = [], text = key) =>
      (await tier.write([{ key, entry: bornAt(await sequence(), its, text) }]))[0];
    const size = async () => (await tier.usage())[home]?.entries;

    it('answers what was written, in the order that was asked for', async () => {
      const born = await sequence();
      const entry = { ...bornAt(born, ['red', 'blåbær'], 'päyload'), contentType: 'text/plain', etag: 'x' };
      expect(await tier.write([{ key: 'ключ:1', entry }])).toEqual(['stored']);
      await set('b');
      const { entries } = await tier.read(['b', 'none', 'ключ:1']);
      expect(entries.map((hit) => hit?.stale)).toEqual([false, undefined, false]);
      const payload = Buffer.from(entries[2]?.entry.payload ?? []);
      expect({ ...entries[2]?.entry, payload }).toEqual(entry);
      expect(await size()).toBe(2);
    });

    it('does not answer what has expired, nor count it after a sweep', async () => {
      await set('a', ['red']);
      await set('b', ['red']);
      await expire('a');
      expect(await texts('a', 'b')).toEqual([undefined, 'b']);
      expect((await sweepAll(tier)).removed).toBe(1);
      expect(await size()).toBe(1);
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
      expect(await size()).toBe(left.filter((text) => text !== undefined).length);
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
      await tier.invalidate(keys('other'));
      await set('a', ['blue']);
      expect(await reapAll(tier, await tier.invalidate(tags('red')))).toBe(0);
      expect(await texts('a')).toEqual(['a']);
      expect(await reapAll(tier, await tier.invalidate(tags('blue')))).toBe(1);
    });

    it('takes a copy only for what is newer than what is stored', async () => {
      const born = await sequence();
      const entry = bornAt(born, [], 'first');
      const longer = {
        ...bornAt(born, [], 'longer'),
        freshUntil: entry.freshUntil + 1_000,
        expiresAt: entry.expiresAt + 1_000,
      };
      const copies = [entry, entry, { ...longer, revalidateUntil: longer.freshUntil }, entry];
      const outcomes = [];
      for (const copy of copies) outcomes.push(...(await tier.write([{ key: 'a', entry: copy }])));
      expect(outcomes).toEqual(['stored', 'older', 'stored', 'older']);
      expect(await texts('a')).toEqual(['longer']);
    });

    it('gives an entry that is still the one that was read another time', async () => {
      await set('a', ['red']);
      const [read] = (await tier.read(['a'])).entries;
      const head = read?.entry ?? bornAt(0);
      const until = head.freshUntil + 60_000;
      const times = { createdAt: head.createdAt, freshUntil: until, revalidateUntil: until, expiresAt: until };
      expect(await tier.touch('a', head, times)).toBe(true);
      const [touched] = (await tier.read(['a'])).entries;
      expect(touched?.entry).toMatchObject({ freshUntil: until, revalidateUntil: until, expiresAt: until });
      expect(await texts('a')).toEqual(['a']);
      expect(await tier.touch('none', head, times)).toBe(false);
      await tier.invalidate(keys('other'));
      await set('a', ['red'], 'newer');
      expect(await tier.touch('a', head, { ...times, expiresAt: until + 1, revalidateUntil: until + 1 })).toBe(false);
      expect((await tier.read(['a'])).entries[0]?.entry.expiresAt).not.toBe(until + 1);
    });

    it('touches nothing that an invalidation killed, and a soft one for as long as it says', async () => {
      await set('a');
      const head = (await tier.read(['a'])).entries[0]?.entry ?? bornAt(0);
      await tier.invalidate(keys('a'));
      expect(await tier.touch('a', head, head)).toBe(false);
      expect(await texts('a')).toEqual([undefined]);
    });

    it('does not need payloads for heads', async () => {
      await set('a', ['red']);
      const [hit] = (await tier.read(['a'], { headsOnly: true })).entries;
      expect(hit?.entry).toMatchObject({ tags: ['red'], rawBytes: 1 });
    });

    it('says what it takes and evicts what is asked for, of its own tier alone', async () => {
      for (const key of ['a', 'b', 'c']) await set(key);
      const used = (await tier.usage())[home];
      expect(used?.entries).toBe(3);
      expect(used?.bytes).toBeGreaterThan(3);
      expect(await tier.evict(home === 'redis' ? 'dynamodb' : 'redis', 1)).toMatchObject({
        entries: expect.any(Number),
      });
      expect(await texts('a', 'b', 'c')).toEqual(['a', 'b', 'c']);
      const gone = await tier.evict(home, 1);
      expect(gone.entries).toBeGreaterThan(0);
      expect(gone.bytes).toBeGreaterThan(0);
      expect(await size()).toBe(3 - gone.entries);
      expect(await tier.dropCopies(home, ['a', 'b', 'c'])).toBe(0);
      expect(tier.cost()).toMatchObject({ readUnits: expect.any(Number), writeUnits: expect.any(Number) });
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
      expect((await tier.read(['a'], { after: from })).changes).toBeUndefined();
      const requests = [keys('a', 'b'), tags('red'), { ...pattern('a*'), soft: true }, clear];
      const events = [];
      for (const request of requests) events.push(await tier.invalidate(request));
      const { sequence: now, changes } = await tier.read(['a', 'b'], { after: from });
      expect(now).toBe(events.at(-1)?.sequence);
      expect(changes).toEqual({ after: from, upTo: now, events });
      expect(await tier.changes(now - 1)).toEqual({ after: now - 1, upTo: now, events: events.slice(-1) });
      expect((await tier.read([], { after: now })).changes).toBeUndefined();
      const known = new Invalidations(from);
      known.apply(changes ?? { after: 0, upTo: 0, events: [] });
      expect(known.sequence).toBe(now);
    });

    it('gives every invalidation a number of its own, however many come at once', async () => {
      const from = await sequence();
      const events = await Promise.all(Array.from({ length: 50 }, (_, at) => tier.invalidate(keys(`k${at}`))));
      expect(new Set(events.map((event) => event.sequence)).size).toBe(50);
      const { changes } = await tier.read(['x'], { after: from });
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
      const many = 120;
      const budget = 30;
      const born = await sequence();
      const all = Array.from({ length: many }, (_, at) => ({ key: `k:${at}`, entry: bornAt(born, ['many']) }));
      await tier.write(all);
      const event = await tier.invalidate(tags('many'));
      const first = await tier.reap(event, { budget });
      expect(first.removed).toBeGreaterThan(0);
      expect(first.removed).toBeLessThan(many);
      expect(first.cursor).toBeDefined();
      expect(await texts('k:0', `k:${many - 1}`)).toEqual([undefined, undefined]);
      const rest = await reapAll(tier, await tier.invalidate(pattern('k:*')), budget);
      expect(first.removed + rest).toBe(many);
      expect(await reapAll(tier, event, budget)).toBe(0);
    });

    it('leases a key to one at a time, and is not released by who lost it', async () => {
      const both = await Promise.all([tier.lease('a', 60_000), tier.lease('a', 60_000)]);
      const [held, none] = both[0] === undefined ? [both[1], both[0]] : both;
      expect(none).toBeUndefined();
      if (held === undefined) return expect.unreachable();
      const foreign = await tier.lease('b', 60_000);
      expect(foreign).toBeDefined();
      await tier.release('a', foreign ?? held);
      expect(await tier.lease('a', 60_000)).toBeUndefined();
      expect(await tier.renew('a', held, 60_000)).toBe(true);
      await tier.release('a', held);
      expect(await tier.renew('a', held, 60_000)).toBe(false);
      const next = await tier.lease('a', 60_000);
      expect(next?.token).toEqual(expect.any(String));
      expect(next?.token).not.toBe(held.token);
      await tier.release('a', held);
      expect(await tier.renew('a', next ?? held, 60_000)).toBe(true);
    });

    it('stores what was loaded with a lease only while it is held, and ends it so', async () => {
      const born = await sequence();
      const lease = await tier.lease('a', 60_000);
      const write = async (text: string) =>
        (await tier.write([{ key: 'a', lease, entry: bornAt(born, ['red'], text) }]))[0];
      expect(await write('first')).toBe('stored');
      expect(await write('again')).toBe('overtaken');
      expect(await texts('a')).toEqual(['first']);
      const next = await tier.lease('a', 60_000);
      expect(next).toBeDefined();
      // What was loaded anew takes the place of what was born at the same time, whatever its times are.
      const entry = { ...bornAt(born, ['blue'], 'anew'), freshUntil: Date.now() + 1_000 };
      expect(await write('late')).toBe('overtaken');
      expect(await tier.write([{ key: 'a', lease: next, entry }])).toEqual(['stored']);
      expect(await texts('a')).toEqual(['anew']);
      expect(await reapAll(tier, await tier.invalidate(tags('red')))).toBe(0);
    });

    it('stores nothing of who held the lease before another', async () => {
      const born = await sequence();
      const first = await tier.lease('a', 60_000);
      await tier.release('a', first ?? { token: '' });
      const second = await tier.lease('a', 60_000);
      expect(await tier.write([{ key: 'a', lease: first, entry: bornAt(born, [], 'first') }])).toEqual(['overtaken']);
      expect(await texts('a')).toEqual([undefined]);
      expect(await tier.write([{ key: 'a', lease: second, entry: bornAt(born, [], 'second') }])).toEqual(['stored']);
      expect(await texts('a')).toEqual(['second']);
    });

    it('refuses with its lease what an invalidation outlived', async () => {
      const born = await sequence();
      const lease = await tier.lease('a', 60_000);
      await tier.invalidate(tags('red'));
      expect(await tier.write([{ key: 'a', lease, entry: bornAt(born, ['red']) }])).toEqual(['outlived']);
      expect(await texts('a')).toEqual([undefined]);
      // Whatever came of it, the next one may load.
      expect(await tier.lease('a', 60_000)).toBeDefined();
    });

    it('leases nothing for longer than was asked for', async () => {
      const lease = await tier.lease('a', 1);
      const born = await sequence();
      await expect.poll(() => tier.lease('a', 60_000)).toBeDefined();
      expect(await tier.write([{ key: 'a', lease, entry: bornAt(born) }])).toEqual(['overtaken']);
    });

    describeSets(make);
  });
}
