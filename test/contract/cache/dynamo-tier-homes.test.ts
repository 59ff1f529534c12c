import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../lib/cache/library/clock.ts';
import { Layout } from '../../../lib/cache/library/dynamodb/layout.ts';
import { decreed } from '../../support/tier-entries.ts';
import { engines, tableName, useCacheTable } from './dynamo-tables.ts';

describe.each(engines)('DynamoDB (%s) below a store that is the home of entries', (engine) => {
  const table = useCacheTable(engine);
  const newTiers = () => {
    const namespace = randomUUID();
    let nowMs = Date.now();
    const clock = { ...systemClock, now: () => nowMs };
    const [tier, other] = [table.tier({ namespace, clock }), table.tier({ namespace, clock })];
    let sets = 0;
    /** Where nothing is. */
    const isAnnounced = async (by = tier) => {
      const [result] = await by.set([{ key: `new ${sets++}`, entry: decreed('v', [], nowMs) }]);
      return result?.event !== undefined;
    };
    const pass = (ms: number) => {
      nowMs += ms;
    };
    return { namespace, tier, other, isAnnounced, pass, now: clock.now };
  };

  it('logs an event for every set until then, whoever was told, and never for less long than it was told', async () => {
    const { tier, other, isAnnounced, pass, now } = newTiers();
    expect(await isAnnounced()).toBe(false);
    const { sequence } = await tier.read([]);
    expect(await other.expectHomesAbove(now() + 1_000.5)).toBe(sequence);
    expect(await tier.expectHomesAbove(now() + 500)).toBe(sequence);
    expect(await isAnnounced()).toBe(true);
    pass(999);
    expect(await isAnnounced(other)).toBe(true);
    pass(2);
    expect(await isAnnounced()).toBe(false);
    expect(await isAnnounced(other)).toBe(false);
  });

  it('still knows it when the log has been moved out of the head, and all was cleared', async () => {
    const { tier, other, isAnnounced, now } = newTiers();
    await tier.expectHomesAbove(now() + 60_000);
    for (let at = 0; at < 20; at++) {
      await tier.invalidate({ kind: 'keys', values: [`${at}${'x'.repeat(100)}`], soft: false });
    }
    await tier.settled();
    await tier.invalidate({ kind: 'clear', values: [], soft: false });
    expect(await isAnnounced()).toBe(true);
    expect(await isAnnounced(other)).toBe(true);
  });

  it('begins where there is nothing yet, and anew above what was seen where the head was lost', async () => {
    const { namespace, tier, other, isAnnounced, now } = newTiers();
    const begun = await tier.expectHomesAbove(now() + 60_000);
    expect(begun).toBe((await other.read([])).sequence);
    expect(await isAnnounced(other)).toBe(true);
    const { sequence } = await tier.read([]);
    const { pk, sk } = new Layout(namespace).head;
    await table.client.deleteItem({ TableName: tableName, Key: { pk: { S: pk }, sk: { S: sk } } });
    expect(await tier.expectHomesAbove(now() + 60_000)).toBeGreaterThan(sequence);
    expect(await isAnnounced()).toBe(true);
  });
});
