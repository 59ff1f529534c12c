import { describe, expect, it } from 'vitest';
import type { SharedTier, SharedTierName } from '../../../lib/cache/library/shared-tier.ts';
import { asItIs } from '../../support/faulty-tier.ts';
import { ReferenceTier } from '../../support/reference-tier.ts';
import { key, killing, newStack } from '../../support/stack-in-hands.ts';
import { bornAt, decreed, reapAll, textOf } from '../../support/tier-entries.ts';

describe('A stack that is written to', () => {
  it('has told both when it acknowledges, or says which it could not tell', async () => {
    const { set, tier, another, of, mirror, mirrorDown, allUp } = newStack();
    await set();
    const told = await tier.invalidate(killing(key));
    expect(told).toEqual({ sequence: told.sequence, ...killing(key) });
    expect(mirror.sequence).toBe(told.sequence);
    mirrorDown();
    expect(await tier.invalidate(killing('b'))).toMatchObject({ pending: ['redis'] });
    allUp();
    // Any other process that sees it lag tells it.
    const other = another();
    await of(other).text();
    await other.settled();
    expect(mirror.sequence).toBe(told.sequence + 1);
    mirrorDown();
    await tier.invalidate(killing('c'));
    await other.invalidate(killing('d'));
    allUp();
    expect(await other.invalidate(killing('e'))).not.toHaveProperty('pending');
    expect(mirror.sequence).toBe(told.sequence + 4);
  });

  it('acknowledges nothing that the owner did not log', async () => {
    const { tier, ownerDown, mirror } = newStack();
    await tier.read([key]);
    await tier.settled();
    ownerDown();
    await expect(tier.invalidate(killing(key))).rejects.toMatchObject({ tier: 'dynamodb' });
    await expect(tier.set([{ key, entry: decreed(), home: 'redis' }])).rejects.toMatchObject({ tier: 'dynamodb' });
    expect(mirror.sequence).toBe(0);
    expect(mirror.contents().size).toBe(0);
  });

  it('tells the mirror of all that came between the events of several sets', async () => {
    class Interrupted extends ReferenceTier {
      override async set(entries: Parameters<SharedTier['set']>[0]) {
        const results = [];
        for (const each of entries) {
          results.push(...(await super.set([each])));
          await this.invalidate(killing('between'));
        }
        return results;
      }
    }
    const owner = new Interrupted({ name: 'dynamodb' });
    const { tier, mirror, another } = newStack({ owner });
    await tier.read(['none']);
    await tier.settled();
    await mirror.write([{ key: 'between', entry: { ...bornAt(0, [], 'old'), copy: true } }]);
    await tier.set(['a', 'b', 'c'].map((each) => ({ key: each, entry: decreed(each), announce: true })));
    expect(mirror.sequence).toBe(6);
    expect((await another().read(['between', 'c'])).entries).toMatchObject([undefined, { entry: { born: 5 } }]);
  });

  it('puts what was loaded anew in the place of a copy that would be fresh for longer', async () => {
    const { set, text, tier, clock, load, mirror } = newStack();
    const { born } = await set();
    await text();
    for (const home of [undefined, 'dynamodb'] as const) {
      const lease = await tier.lease(key, 1_000);
      const until = clock.nowMs + 1_000;
      const times = { freshUntil: until, revalidateUntil: until, expiresAt: until };
      const entry = { ...bornAt(born, [], `anew ${home}`, clock.nowMs), ...times };
      expect(await tier.write([{ key, entry, lease, home }])).toEqual(['stored']);
      expect(await text()).toBe(`anew ${home}`);
    }
    await tier.settled();
    expect(mirror.contents().get(key)).toMatchObject({ copy: true });
    expect(await (await load(undefined, 'at last'))()).toBe('stored');
    expect(await text()).toBe('at last');
  });

  it('keeps the copy of what was loaded last, though an older one comes late', async () => {
    const { text, tier, another, of, clock, load, hands, mirror, owner } = newStack();
    await text();
    await tier.settled();
    await owner.write([{ key, entry: bornAt(0, [], 'old', clock.nowMs) }]);
    const gate = Promise.withResolvers<void>();
    hands.mirror = async (operation, run) => {
      if (operation === 'write') await gate.promise;
      return run();
    };
    expect(await text()).toBe('old');
    hands.mirror = asItIs;
    clock.pass(1);
    const finish = await of(another()).load(undefined, 'new');
    expect(await finish()).toBe('stored');
    // The older one is fresh for longer.
    const head = owner.contents().get(key) ?? expect.unreachable();
    const until = clock.nowMs + 1_000;
    const times = { createdAt: 0, freshUntil: until, revalidateUntil: until, expiresAt: until };
    expect(await tier.touch(key, head, times)).toBe(true);
    gate.resolve();
    await tier.settled();
    expect(textOf(mirror.contents().get(key) ?? bornAt(0))).toBe('new');
    expect(await (await load(undefined, 'newest'))()).toBe('stored');
    expect(await text()).toBe('newest');
  });

  it.each([
    undefined,
    'dynamodb',
  ] as const)('keeps no older value to be served when the mirror misses a set to %s', async (home) => {
    const { set, of, another, mirror, clock, text, hands, mirrorDown, allUp } = newStack();
    const other = another();
    await set();
    await of(other).text();
    expect(mirror.contents().size).toBe(1);
    mirrorDown();
    expect(await set(home, 'new')).toMatchObject({ outcome: 'stored' });
    allUp();
    mirror.isLagging = true;
    expect(textOf(mirror.contents().get(key) ?? bornAt(0))).toBe('old');
    expect(await text(60_000)).toBe('new');
    expect(await of(other).text()).toBe('new');
    expect(await of(another()).text(60_000)).toBe('new');
    clock.pass(1_001);
    hands.owner = asItIs;
    expect(await of(other).text(1_000)).toBe('new');
  });

  it('keeps in the mirror alone what has its home there', async () => {
    const { set, text, owner, mirror, mirrorDown, tier, load } = newStack();
    const { event } = await set('redis', 'above');
    expect(event).toMatchObject({ kind: 'keys', values: [key] });
    expect(owner.contents().size).toBe(0);
    expect(mirror.contents().get(key)?.copy).toBeUndefined();
    expect(await text()).toBe('above');
    expect(await (await load('redis'))()).toBe('stored');
    expect(owner.contents().size).toBe(0);
    expect(await reapAll(tier, await tier.invalidate(killing(key)))).toBe(1);
    mirrorDown();
    await expect(tier.set([{ key, entry: decreed(), home: 'redis' }])).rejects.toMatchObject({ tier: 'redis' });
    await expect(tier.lease(key, 1_000, 'redis')).rejects.toMatchObject({ tier: 'redis' });
  });

  it('logs nothing for what is set where nothing is, nor has its home above', async () => {
    const { set, text, tier, mirror, load, clock, during, mirrorDown } = newStack();
    const { sequence } = await tier.read([]);
    const set2 = { key: 'b', entry: decreed('b', [], clock.nowMs), home: 'dynamodb' as const };
    expect(await during(() => tier.set([{ key, entry: decreed('a', [], clock.nowMs) }, set2]))).not.toContain(
      'owner.invalidate',
    );
    expect((await tier.read([])).sequence).toBe(sequence);
    expect([...mirror.contents().keys()]).toEqual([key]);
    expect(await text()).toBe('a');
    expect(await set(undefined, 'new')).toMatchObject({ event: { values: [key] } });
    clock.pass(3_600_001);
    const finish = await load(undefined, 'loaded');
    expect(await finish()).toBe('stored');
    clock.pass(3_600_001);
    mirrorDown();
    expect(await set()).not.toHaveProperty('event');
    expect((await tier.read([key])).entries[0]?.entry.born).toBe(sequence + 1);
  });

  it('logs an event for every set as long as others may hold what has its home above, whatever becomes of that', async () => {
    const { set, load, text, mirror, clock, another, of, tier } = newStack();
    await text();
    await load('redis');
    expect(await set()).toMatchObject({ event: { values: [key] } });
    clock.pass(3 * 86_400_000);
    expect(await set()).not.toHaveProperty('event');
    clock.pass(3_600_001);
    await of(another()).set('redis', 'above');
    const hit = (await tier.read([key])).entries[0]?.entry ?? expect.unreachable();
    mirror.forgetAll();
    expect(await of(another()).set('dynamodb', 'below')).toMatchObject({ event: { values: [key] } });
    expect((await tier.read([key], { after: hit.born })).changes?.events).toMatchObject([{ values: [key] }]);
    await set('redis', 'above again');
    const head = (await tier.read([key])).entries[0]?.entry ?? expect.unreachable();
    const until = clock.nowMs + 9 * 86_400_000;
    const times = { createdAt: 0, freshUntil: until, revalidateUntil: until, expiresAt: until };
    expect(await tier.touch(key, head, times)).toBe(true);
    clock.pass(8 * 86_400_000);
    mirror.forgetAll();
    expect(await set()).toHaveProperty('event');
    clock.pass(9 * 86_400_000);
    const { sequence } = await tier.read([key]);
    const lease = await tier.lease(key, 1_000, 'redis');
    const loaded = { ...bornAt(sequence, [], 'loaded', clock.nowMs), expiresAt: clock.nowMs + 9 * 86_400_000 };
    expect(await tier.write([{ key, entry: loaded, lease }])).toEqual(['stored']);
    clock.pass(8 * 86_400_000);
    mirror.forgetAll();
    expect(await set()).toHaveProperty('event');
  });

  it('tells the owner seldom that something has its home above, and again when it may have forgotten', async () => {
    const { tier, during, owner, clock, load, ownerDown, allUp } = newStack();
    const told = async (work: () => Promise<unknown>) => (await during(work)).filter((each) => each.endsWith('Above'));
    const lease = (...of: string[]) => Promise.all(of.map((each) => tier.lease(each, 1_000, 'redis')));
    await tier.read([]);
    ownerDown();
    await expect(lease('a')).rejects.toMatchObject({ tier: 'dynamodb' });
    allUp();
    expect(await told(() => lease('a', 'b', 'c'))).toEqual(['owner.expectHomesAbove']);
    expect(await told(() => lease('d'))).toEqual([]);
    expect(await told(() => lease('e'))).toEqual([]);
    clock.pass(86_400_000);
    expect(await told(async () => (await load('redis'))())).toEqual(['owner.expectHomesAbove']);
    const { sequence } = await owner.read([]);
    await tier.read([], { after: sequence + 40 });
    expect(await told(() => lease('f'))).toEqual(['owner.expectHomesAbove']);
    expect(await tier.set([{ key: 'f', entry: decreed('v', [], clock.nowMs) }])).toMatchObject([{ event: {} }]);
  });

  it('moves an entry to another home', async () => {
    const { set, text, owner, mirror, tier } = newStack();
    await set('dynamodb', 'below');
    await set('redis', 'above');
    expect(owner.contents().size).toBe(0);
    expect(await text()).toBe('above');
    await set('dynamodb', 'below again');
    expect(mirror.contents().size).toBe(0);
    expect(await text()).toBe('below again');
    await tier.settled();
    expect(await reapAll(tier, await tier.invalidate({ kind: 'clear', values: [], soft: false }))).toBe(1);
  });

  it.each([
    ['redis', undefined],
    ['redis', 'dynamodb'],
    [undefined, 'redis'],
    ['redis', 'redis'],
  ] as const)('ends with a set the loads of a key, held at %s, set to %s', async (loading, setting) => {
    const { text, load, mirror, another, of, allUp } = newStack();
    await text();
    const finish = await load(loading);
    await of(another()).set(setting, 'new');
    expect(['outlived', 'overtaken']).toContain(await finish());
    expect(await text()).toBe('new');
    if (setting === 'redis') return;
    // Nor does it come to light in a mirror that was not told.
    const late = await load(loading);
    mirror.isLagging = true;
    await of(another()).set(setting, 'newer');
    await late();
    allUp();
    expect(await of(another()).text()).toBe('newer');
  });

  it('stores nothing of who was overtaken, whichever holds the lease', async () => {
    for (const home of ['redis', undefined] as const) {
      const { load, text, clock } = newStack();
      await text();
      const late = await load(home, 'late');
      clock.pass(1_001);
      const next = await load(home, 'next');
      expect(await next()).toBe('stored');
      expect(await late()).toBe('overtaken');
      expect(await text()).toBe('next');
    }
  });

  it('sets by condition whatever the home of what is there, and is to be', async () => {
    const { tier, set, clock, text } = newStack();
    const replace = async (home: SharedTierName | undefined, value: string, what: 'read' | null) => {
      const head = what === 'read' ? (await tier.read([key])).entries[0]?.entry : null;
      const [result] = await tier.set([{ key, entry: decreed(value, [], clock.nowMs), home, replaces: head }]);
      clock.pass(1);
      return result?.outcome;
    };
    await set('redis', 'above');
    expect(await replace(undefined, 'x', null)).toBe('changed');
    expect(await replace('redis', 'x', null)).toBe('changed');
    const before = (await tier.read([key])).entries[0]?.entry;
    expect(await replace('redis', 'above 2', 'read')).toBe('stored');
    expect(await replace(undefined, 'below', 'read')).toBe('stored');
    expect(await text()).toBe('below');
    expect(await replace('redis', 'above 3', 'read')).toBe('stored');
    expect(await text()).toBe('above 3');
    for (const home of ['redis', undefined] as const) {
      const [result] = await tier.set([{ key, entry: decreed('x'), home, replaces: before }]);
      expect(result?.outcome).toBe('changed');
    }
    await tier.invalidate(killing(key));
    expect(await replace('redis', 'first', null)).toBe('stored');
    expect(await text()).toBe('first');
  });

  it('touches the entry and its copy', async () => {
    const { set, tier, owner, mirror, clock } = newStack();
    await set();
    const head = (await tier.read([key])).entries[0]?.entry ?? bornAt(0);
    const until = clock.nowMs + 7_200_000;
    const times = { createdAt: 0, freshUntil: until, revalidateUntil: until, expiresAt: until };
    expect(await tier.touch(key, head, times)).toBe(true);
    for (const store of [owner, mirror]) expect(store.contents().get(key)?.expiresAt).toBe(until);
    await owner.evict('dynamodb', 1);
    expect(await tier.touch(key, head, times)).toBe(false);
    await tier.settled();
    expect(mirror.contents().size).toBe(0);
    await set('redis');
    const above = (await tier.read([key])).entries[0]?.entry ?? bornAt(0);
    expect(await tier.touch(key, above, times)).toBe(true);
    expect(mirror.contents().get(key)?.expiresAt).toBe(until);
  });
});
