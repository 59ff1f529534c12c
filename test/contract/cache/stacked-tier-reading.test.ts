import { describe, expect, it } from 'vitest';
import { TierUnavailableError } from '../../../lib/cache/library/shared-tier.ts';
import { asItIs } from '../../support/faulty-tier.ts';
import { key, killing, newStack } from '../../support/stack-in-hands.ts';
import { bornAt, decreed, textOf } from '../../support/tier-entries.ts';

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
