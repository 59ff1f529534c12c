import { describe, expect, it } from 'vitest';
import {
  type InvalidationRequest,
  type SharedTier,
  type SharedTierName,
  TierUnavailableError,
} from '../../../lib/cache/library/shared-tier.ts';
import type { Meddle } from '../../support/faulty-tier.ts';
import { ReferenceTier } from '../../support/reference-tier.ts';
import { stackedReference } from '../../support/stacked-reference.ts';
import { bornAt, decreed, reapAll, sweepAll, textOf } from '../../support/tier-entries.ts';

const key = 'a';
const killing = (...values: string[]): InvalidationRequest => ({ kind: 'keys', values, soft: false });
const refuse =
  (tier: SharedTierName): Meddle =>
  async () => {
    throw new TierUnavailableError(tier, 'it is down');
  };
const asItIs: Meddle = (_, run) => run();

function newStack(options: Parameters<typeof stackedReference>[0] = {}) {
  const stack = stackedReference(options);
  const { tier, clock, hands, mirror, asked } = stack;
  const of = (process: SharedTier) => ({
    set: async (home?: SharedTierName, text = 'old', its: string[] = []) => {
      const [result] = await process.set([{ key, entry: decreed(text, its, clock.nowMs), home }]);
      await process.settled?.();
      return result ?? expect.unreachable();
    },
    text: async (maxAgeMs = 0) => {
      const hit = (await process.read([key], { maxAgeMs })).entries[0];
      return hit && textOf(hit.entry);
    },
    load: async (home?: SharedTierName, text = 'loaded') => {
      const { sequence } = await process.read([key]);
      const lease = await process.lease(key, 1_000, home);
      if (lease === undefined) return expect.unreachable();
      return async () => {
        const entry = bornAt(sequence, [], text, clock.nowMs);
        const [outcome] = await process.write([{ key, entry, lease, home }]);
        await process.settled?.();
        return outcome;
      };
    },
  });
  return {
    ...stack,
    ...of(tier),
    of,
    /** What is asked of the stores meanwhile. */
    during: async (work: () => Promise<unknown>) => {
      asked.length = 0;
      await work();
      return [...asked];
    },
    mirrorDown: () => {
      hands.mirror = refuse('redis');
    },
    ownerDown: () => {
      hands.owner = refuse('dynamodb');
    },
    allUp: () => {
      hands.owner = asItIs;
      hands.mirror = asItIs;
      mirror.isLagging = false;
    },
  };
}

describe('A stack that is read', () => {
  it('asks the mirror alone while it knows enough', async () => {
    const { set, text, tier, during, clock } = newStack();
    await set();
    await text();
    clock.pass(100);
    const { ageMs } = await tier.read([key], { maxAgeMs: 100 });
    expect(ageMs).toBe(100);
    expect(await during(() => text(100))).toEqual(['mirror.read']);
    clock.pass(1);
    expect(await during(() => text(100))).toEqual(['mirror.read', 'owner.changes']);
    expect(await during(() => text(100))).toEqual(['mirror.read']);
    expect(await during(() => text(0))).toEqual(['mirror.read', 'owner.changes']);
  });

  it('tells what came since without a trip, as far as it remembers', async () => {
    const { tier, another, during, owner } = newStack();
    const { sequence: from } = await tier.read([]);
    const event = await tier.invalidate(killing('x'));
    const read = () => tier.read([key], { after: from, maxAgeMs: 100 });
    const changes = { after: from, upTo: event.sequence, events: [event] };
    expect(await read()).toMatchObject({ sequence: event.sequence, changes });
    expect(await during(read)).toEqual(['mirror.read', 'owner.read']);
    const cold = another();
    await cold.read([]);
    expect(await cold.read([], { after: from, maxAgeMs: 100 })).toMatchObject({ changes });
    owner.forgetLog();
    const colder = another();
    expect(await colder.read([], { after: from })).toMatchObject({
      changes: { after: event.sequence, upTo: event.sequence, events: [] },
    });
  });

  it('asks the owner once for all who ask at the same time, and again for who comes later', async () => {
    const { tier, another, during, hands, text, of } = newStack();
    await text();
    const gate = Promise.withResolvers<void>();
    let changes = 0;
    hands.owner = async (operation, run) => {
      const answer = await run();
      if (operation === 'changes' && changes++ === 0) await gate.promise;
      return answer;
    };
    const asked = await during(async () => {
      const first = tier.read([]);
      const [second, third] = [tier.read([]), tier.read([])];
      const { sequence } = await another().invalidate(killing(key));
      const fourth = tier.read([]);
      gate.resolve();
      await first;
      for (const later of [second, third, fourth]) expect((await later).sequence).toBe(sequence);
    });
    expect(asked.filter((each) => each === 'owner.changes')).toHaveLength(2);
    expect(await of(tier).text()).toBeUndefined();
  });

  it('dates its knowledge from when it asked, however late the answer comes', async () => {
    const { set, text, another, hands, clock, mirror } = newStack();
    await set();
    await text();
    mirror.isLagging = true;
    clock.pass(1_001);
    hands.owner = async (operation, run) => {
      const answer = await run();
      if (operation === 'changes') {
        hands.owner = asItIs;
        await another().invalidate(killing(key));
        clock.pass(600);
      }
      return answer;
    };
    await text(1_000);
    clock.pass(500);
    expect(await text(1_000)).toBeUndefined();
  });

  it('judges what a lagging mirror answers', async () => {
    const { set, text, of, another, mirror, clock, tier } = newStack();
    await set(undefined, 'old', ['red']);
    expect(mirror.contents().get(key)?.copy).toBe(true);
    await text();
    mirror.isLagging = true;
    const other = another();
    expect(await other.invalidate({ kind: 'tags', values: ['red'], soft: false })).toMatchObject({
      pending: ['redis'],
    });
    expect(await of(other).text(1_000)).toBeUndefined();
    // Whoever allows for it is served what this process does not know to be dead, and no longer.
    clock.pass(500);
    expect(await text(1_000)).toBe('old');
    clock.pass(501);
    expect(await text(1_000)).toBeUndefined();
    expect((await tier.read([key])).entries).toEqual([undefined]);
  });

  it('judges what the mirror answered before an invalidation that came before the answer', async () => {
    const { set, tier, another, hands, text } = newStack();
    await set();
    await text();
    hands.mirror = async (operation, run) => {
      const answer = await run();
      if (operation === 'read') {
        hands.mirror = asItIs;
        await tier.invalidate(killing(key));
      }
      return answer;
    };
    expect((await tier.read([key], { maxAgeMs: 1_000 })).entries).toEqual([undefined]);
    expect(await another().read([key])).toMatchObject({ entries: [undefined] });
  });

  it('shows as stale what only a lagging mirror does not know to be', async () => {
    const { set, text, tier, mirror } = newStack();
    await text();
    await set('redis');
    mirror.isLagging = true;
    await tier.invalidate({ ...killing(key), soft: true });
    expect((await tier.read([key])).entries[0]).toMatchObject({ stale: true, tier: 'redis' });
  });

  it('trusts a mirror with what came before its own time only when that knows as much', async () => {
    const { set, mirror, another, of, owner } = newStack();
    await set('redis', 'above');
    await another().invalidate(killing('x'));
    expect(await of(another()).text()).toBe('above');
    mirror.isLagging = true;
    await another().invalidate(killing(key));
    owner.forgetLog();
    expect(await of(another()).text()).toBeUndefined();
  });

  it('copies up what is small and fresh, for all who read it next', async () => {
    const { set, tier, text, mirror, during, clock } = newStack({ copyUpToBytes: 10 });
    await tier.read(['none']);
    await tier.settled();
    await set('dynamodb', 'small');
    expect(mirror.contents().size).toBe(0);
    expect((await tier.read([key])).entries[0]?.tier).toBe('dynamodb');
    await tier.settled();
    expect(mirror.contents().get(key)).toMatchObject({ copy: true });
    const { entries } = await tier.read([key]);
    expect(entries[0]).toMatchObject({ tier: 'redis', entry: { copy: true } });
    clock.pass(1);
    await set(undefined, 'too large for it');
    await tier.settled();
    expect(await text()).toBe('too large for it');
    await tier.settled();
    expect(mirror.contents().size).toBe(0);
    expect(await during(() => tier.read([key], { headsOnly: true, maxAgeMs: 1 }))).toEqual([
      'mirror.read',
      'owner.read',
    ]);
  });

  it('copies once what many read at the same time', async () => {
    const { set, tier, during, hands } = newStack();
    await set('dynamodb');
    const read = Promise.withResolvers<void>();
    hands.mirror = async (operation, run) => {
      if (operation === 'write') await read.promise;
      return run();
    };
    const asked = await during(async () => {
      await Promise.all([tier.read([key]), tier.read([key]), tier.read([key])]);
      read.resolve();
      await tier.settled();
    });
    expect(asked.filter((each) => each === 'mirror.write')).toHaveLength(1);
  });

  it('looks below for what is newer than a copy past its time, and does with the copy where there is nothing', async () => {
    const { tier, owner, mirror, clock, text, ownerDown } = newStack();
    await tier.read([key]);
    await tier.settled();
    const times = {
      freshUntil: clock.nowMs + 100,
      revalidateUntil: clock.nowMs + 5_000,
      expiresAt: clock.nowMs + 9_000,
    };
    const stale = { ...bornAt(0, [], 'copy', clock.nowMs), ...times, copy: true };
    await mirror.write([{ key, entry: stale }]);
    clock.pass(200);
    expect(await text()).toBe('copy');
    await owner.write([{ key, entry: bornAt(0, [], 'newer', clock.nowMs) }]);
    expect(await text()).toBe('newer');
    await tier.settled();
    expect(textOf(mirror.contents().get(key) ?? bornAt(0))).toBe('newer');
    clock.pass(1);
    await mirror.dropCopies('redis', [key]);
    await mirror.write([{ key, entry: { ...stale, freshUntil: clock.nowMs } }]);
    await tier.read([]);
    ownerDown();
    expect(await text(100)).toBe('copy');
  });

  it('brings a mirror up that lost all, with as much of the log as there is', async () => {
    const { set, tier, text, mirror, owner } = newStack();
    const { born } = await set('dynamodb');
    for (let at = 0; at < 1_200; at++) await tier.invalidate(killing(`k${at}`));
    mirror.forgetAll();
    expect(await text()).toBe('old');
    await tier.settled();
    expect(mirror.sequence).toBe(born + 1_200);
    expect(await text()).toBe('old');
    await tier.settled();
    expect((await tier.read([key])).entries[0]?.tier).toBe('redis');
    // What came before the log's piece counts as cleared there, and is still found below.
    owner.forgetLog();
    mirror.forgetAll();
    await text();
    await tier.settled();
    await text();
    await tier.settled();
    expect(mirror.contents().size).toBe(0);
    expect(await text()).toBe('old');
  });

  it('serves without the mirror, and tells of it only by where things are found', async () => {
    const { set, text, mirrorDown, tier } = newStack();
    await set();
    mirrorDown();
    expect((await tier.read([key])).entries[0]?.tier).toBe('dynamodb');
    expect(await set(undefined, 'new')).toMatchObject({ outcome: 'stored' });
    expect(await text()).toBe('new');
    await tier.settled();
  });

  it('serves without the owner what the mirror has for as long as is allowed, and fails for the rest', async () => {
    const { set, text, tier, ownerDown, mirrorDown, clock } = newStack();
    await set();
    await text();
    ownerDown();
    clock.pass(1_000);
    expect(await text(1_000)).toBe('old');
    await expect(tier.read([key, 'none'], { maxAgeMs: 1_000 })).rejects.toMatchObject({ tier: 'dynamodb' });
    await expect(tier.read([key])).rejects.toMatchObject({ tier: 'dynamodb' });
    clock.pass(1);
    await expect(tier.read([key], { maxAgeMs: 1_000 })).rejects.toBeInstanceOf(TierUnavailableError);
    mirrorDown();
    await expect(tier.read([key], { maxAgeMs: 5_000 })).rejects.toBeInstanceOf(TierUnavailableError);
  });

  it('begins above what a caller has seen when the owner lost it', async () => {
    const { tier } = newStack();
    const { sequence, changes } = await tier.read([], { after: 40 });
    expect(sequence).toBeGreaterThan(40);
    expect(changes).toMatchObject({ after: 40, events: [{ kind: 'clear' }] });
  });

  it('serves nothing from before when the owner began anew and the mirror is ahead', async () => {
    const first = newStack();
    const entry = decreed('old', [], first.clock.nowMs);
    for (let at = 0; at < 5; at++) await first.tier.set([{ key, entry, home: 'redis' }]);
    // The same mirror over an owner that has lost its table.
    const second = newStack({ mirror: first.mirror, clock: first.clock });
    await second.tier.invalidate(killing(key));
    expect(await second.text()).toBeUndefined();
  });
});

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

describe('What is done to all of a stack', () => {
  it('reaps both in bounded steps, and counts each entry at its home', async () => {
    const { tier, mirrorDown, allUp, clock } = newStack();
    await tier.read([key]);
    await tier.settled();
    const entry = decreed('v', ['red'], clock.nowMs);
    const fill = async () => {
      for (let at = 0; at < 9; at++) {
        await tier.set([{ key: `k${at}`, entry, home: at % 3 === 0 ? 'redis' : undefined }]);
      }
      await tier.settled();
    };
    await fill();
    const red: InvalidationRequest = { kind: 'tags', values: ['red'], soft: false };
    const event = await tier.invalidate(red);
    expect((await tier.reap(event, { budget: 2 })).cursor).toBeDefined();
    expect(2 + 2 + (await reapAll(tier, event, 2))).toBeGreaterThanOrEqual(9);
    expect(await reapAll(tier, event, 2)).toBe(0);
    await fill();
    expect(await reapAll(tier, await tier.invalidate(red), 2)).toBe(9);
    await fill();
    mirrorDown();
    const unheard = await tier.invalidate(red);
    expect(await reapAll(tier, unheard, 2)).toBe(6);
    allUp();
    expect(await reapAll(tier, unheard, 2)).toBe(3);
  });

  it('counts nothing of a step that failed below', async () => {
    const { set, tier, ownerDown, allUp } = newStack();
    await set('redis');
    const event = await tier.invalidate(killing(key));
    ownerDown();
    await expect(tier.reap(event, { budget: 5 })).rejects.toBeInstanceOf(TierUnavailableError);
    allUp();
    expect(await reapAll(tier, event)).toBe(1);
  });

  it('says that its mirror did not answer, and so was not counted', async () => {
    const { tier, set, mirrorDown } = newStack();
    await set('redis');
    const event = await tier.invalidate(killing(key));
    mirrorDown();
    expect(await tier.reap(event, { budget: 5 })).toEqual({ removed: 0, pending: ['redis'] });
  });

  it('sweeps, weighs, evicts and drops in each', async () => {
    const { set, tier, owner, mirror, clock, mirrorDown } = newStack();
    await set();
    expect(await tier.usage()).toMatchObject({ redis: { entries: 1 }, dynamodb: { entries: 1 } });
    expect(tier.cost()).toEqual({ readUnits: 0, writeUnits: 0 });
    expect(await tier.dropCopies('dynamodb', [key])).toBe(0);
    expect(await tier.dropCopies('redis', [key])).toBe(1);
    expect(owner.contents().size).toBe(1);
    await tier.read([key]);
    await tier.settled();
    expect((await tier.evict('redis', 1)).entries).toBe(1);
    expect(mirror.contents().size).toBe(0);
    await tier.read([key]);
    await tier.settled();
    clock.pass(3_600_001);
    expect((await sweepAll(tier)).removed).toBe(2);
    mirrorDown();
    expect(Object.keys(await tier.usage())).toEqual(['dynamodb']);
    expect((await sweepAll(tier)).removed).toBe(0);
  });
});
