import { beforeEach, describe, expect, it } from 'vitest';
import { Invalidations } from '../../../lib/cache/library/invalidations.ts';
import type { SharedTier } from '../../../lib/cache/library/shared-tier.ts';
import { bornAt, decreed, reapAll, textOf } from '../../support/tier-entries.ts';
import type { TestedTier } from './shared-tier-suite.ts';

/** What holds of `set`, by every shared tier. */
export function describeSets(make: () => TestedTier): void {
  describe('when values are set', () => {
    let tested: TestedTier;
    let tier: SharedTier;
    beforeEach(() => {
      tested = make();
      tier = tested.tier;
    });

    const sequence = async (): Promise<number> => (await tier.read([])).sequence;
    const read = async (key: string) => (await tier.read([key])).entries[0];
    const text = async (key: string): Promise<string | undefined> => {
      const hit = await read(key);
      return hit && textOf(hit.entry);
    };
    const set = async (key: string, value: string, its: string[] = []) => {
      const [result] = await tier.set([{ key, entry: decreed(value, its) }]);
      if (result === undefined) return expect.unreachable();
      return result;
    };

    it('logs nothing for what is set where nothing is', async () => {
      const from = await sequence();
      const result = await set('a', 'new', ['red']);
      expect(result.outcome).toBe('stored');
      expect(result).toEqual({ outcome: 'stored', born: from });
      expect(await read('a')).toMatchObject({ stale: false, entry: { born: result.born, tags: ['red'] } });
      expect(await sequence()).toBe(result.born);
    });

    it('logs an event when it is told to', async () => {
      const from = await sequence();
      const [result] = await tier.set([{ key: 'a', entry: decreed('new'), announce: true }]);
      const event = { sequence: from + 1, kind: 'keys', values: ['a'], soft: false };
      expect(result).toEqual({ outcome: 'stored', born: from + 1, event });
      expect(await text('a')).toBe('new');
    });

    it('kills with what is set older loads and every copy of what was there', async () => {
      const born = await sequence();
      await tier.write([{ key: 'a', entry: bornAt(born, ['red'], 'old') }]);
      const { event, ...result } = await set('a', 'new', ['blue']);
      expect(result).toEqual({ outcome: 'stored', born: event?.sequence });
      expect(event).toMatchObject({ kind: 'keys', values: ['a'], soft: false });
      expect(await text('a')).toBe('new');
      expect(await tier.write([{ key: 'a', entry: bornAt(born, [], 'late') }])).toEqual(['outlived']);
      expect(await text('a')).toBe('new');
      const known = new Invalidations(born);
      known.apply(await tier.changes(born));
      expect(known.verdict(bornAt(born, ['red']), 'a')).toBe('dead');
      expect(known.verdict(bornAt(result.born, ['blue']), 'a')).toBe('live');
      expect(await reapAll(tier, await tier.invalidate({ kind: 'tags', values: ['red'], soft: false }))).toBe(0);
      expect(await reapAll(tier, await tier.invalidate({ kind: 'tags', values: ['blue'], soft: false }))).toBe(1);
    });

    it('ends every load of the key, and tells who joined it', async () => {
      const born = await sequence();
      const lease = await tier.lease('a', 60_000);
      const { event } = await set('a', 'new');
      expect(event).toMatchObject({ values: ['a'] });
      const [outcome] = await tier.write([{ key: 'a', lease, entry: bornAt(born, [], 'late') }]);
      expect(['overtaken', 'outlived']).toContain(outcome);
      expect(await text('a')).toBe('new');
      expect(lease && (await tier.renew('a', lease, 60_000))).toBe(false);
      expect(await tier.lease('a', 60_000)).toBeDefined();
    });

    it('tells of what is set over an entry that a soft invalidation outlived', async () => {
      await set('a', 'old');
      await tier.invalidate({ kind: 'keys', values: ['a'], soft: true });
      const { event } = await set('a', 'new');
      expect(event).toMatchObject({ values: ['a'], soft: false });
      expect(await read('a')).toMatchObject({ stale: false });
      expect(await text('a')).toBe('new');
    });

    it('sets over the dead and the expired', async () => {
      await set('a', 'old');
      await set('b', 'old');
      await tier.invalidate({ kind: 'keys', values: ['a'], soft: false });
      await tested.expire('b');
      for (const key of ['a', 'b']) {
        const { born } = await set(key, 'new');
        expect(await read(key)).toMatchObject({ stale: false, entry: { born } });
        expect(await text(key)).toBe('new');
      }
    });

    it('tells of what is set over what was evicted, which others may still hold', async () => {
      await set('a', 'old');
      const { entries } = await tier.evict(tested.home, 1);
      expect(entries).toBe(1);
      expect((await set('a', 'new')).event).toMatchObject({ values: ['a'] });
      expect(await text('a')).toBe('new');
    });

    it('sets only over what was read, when it is told what that is', async () => {
      const key = 'a';
      const replace = async (value: string, replaces: Parameters<SharedTier['set']>[0][0]['replaces']) =>
        (await tier.set([{ key, entry: decreed(value), replaces }]))[0];
      const other = bornAt(await sequence());
      expect(await replace('none', other)).toMatchObject({ outcome: 'changed' });
      expect(await text(key)).toBeUndefined();
      expect(await replace('first', null)).toMatchObject({ outcome: 'stored' });
      expect(await replace('second', null)).toMatchObject({ outcome: 'changed' });
      const head = (await read(key))?.entry;
      expect(await replace('second', head)).toMatchObject({ outcome: 'stored', event: { values: ['a'] } });
      expect(await replace('third', head)).toMatchObject({ outcome: 'changed' });
      expect(await text(key)).toBe('second');
      await tier.invalidate({ kind: 'keys', values: [key], soft: false });
      expect(await replace('fourth', null)).toMatchObject({ outcome: 'stored' });
      expect(await text(key)).toBe('fourth');
    });

    it('lets one of many replace what all have read', async () => {
      await set('a', 'old');
      const head = (await read('a'))?.entry;
      const all = await Promise.all(
        Array.from({ length: 8 }, (_, at) => tier.set([{ key: 'a', entry: decreed(`v${at}`), replaces: head }])),
      );
      const stored = all.findIndex(([result]) => result?.outcome === 'stored');
      expect(all.filter(([result]) => result?.outcome === 'stored')).toHaveLength(1);
      expect(await text('a')).toBe(`v${stored}`);
    });

    it('gives what is set at once an order that everybody sees', async () => {
      await set('a', 'old');
      const all = await Promise.all(Array.from({ length: 10 }, (_, at) => set('a', `v${at}`)));
      const borns = all.map(({ born }) => born);
      expect(new Set(borns).size).toBe(10);
      expect(await text('a')).toBe(`v${borns.indexOf(Math.max(...borns))}`);
    });

    it('sets several, each on its own, and answers in their order', async () => {
      await set('b', 'old');
      const results = await tier.set([
        { key: 'a', entry: decreed('1') },
        { key: 'b', entry: decreed('2'), replaces: null },
        { key: 'c', entry: decreed('3'), replaces: null },
      ]);
      expect(results.map(({ outcome }) => outcome)).toEqual(['stored', 'changed', 'stored']);
      expect([await text('a'), await text('b'), await text('c')]).toEqual(['1', 'old', '3']);
      expect((await tier.usage())[tested.home]?.entries).toBe(3);
    });
  });
}
