import { describe, expect, it } from 'vitest';
import { type InvalidationRequest, TierUnavailableError } from '../../../lib/cache/library/shared-tier.ts';
import { key, killing, newStack } from '../../support/stack-in-hands.ts';
import { decreed, reapAll, sweepAll } from '../../support/tier-entries.ts';

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
