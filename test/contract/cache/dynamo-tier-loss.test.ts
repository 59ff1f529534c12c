import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../lib/cache/library/clock.ts';
import type { DynamoTier } from '../../../lib/cache/library/dynamodb/dynamo-tier.ts';
import { Layout } from '../../../lib/cache/library/dynamodb/layout.ts';
import { bornAt, decreed, sweepAll } from '../../support/tier-entries.ts';
import { itemsOf, tableName, useCacheTable } from './dynamo-tables.ts';

const table = useCacheTable('dynoxide');
const filler = 'f'.repeat(150);

async function fill(tier: DynamoTier, events: number): Promise<void> {
  for (let at = 0; at < events; at++) await tier.invalidate({ kind: 'keys', values: [`${filler}${at}`], soft: false });
  await tier.settled();
}

const remove = ({ pk, sk }: { pk: string; sk: string }) =>
  table.client.deleteItem({ TableName: tableName, Key: { pk: { S: pk }, sk: { S: sk } } });

describe('The DynamoDB tier', () => {
  it('keeps so many events, and tells who is further behind that all before counts as cleared', async () => {
    const namespace = randomUUID();
    const tier = table.tier({ namespace, maxLogEvents: 10 });
    const from = (await tier.read([])).sequence;
    await fill(tier, 40);
    const { after, upTo, events } = await tier.changes(from);
    expect(upTo).toBe(from + 40);
    // Ten, a tenth more, what stands in the head, and what is being moved out of it meanwhile.
    expect(after).toBeGreaterThan(from + 10);
    expect(events.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: upTo - after }, (_, at) => after + at + 1),
    );
    expect((await itemsOf(table.client, namespace)).filter((item) => item.startsWith('l ')).length).toBeLessThan(20);
    expect(await tier.write([{ key: 'a', entry: bornAt(from) }])).toEqual(['outlived']);
  });

  it('has no hole in its log when a part of it is lost', async () => {
    const namespace = randomUUID();
    const tier = table.tier({ namespace });
    const from = (await tier.read([])).sequence;
    await fill(tier, 20);
    const logged = (await itemsOf(table.client, namespace)).filter((item) => item.startsWith('l '));
    expect(logged.length).toBeGreaterThan(3);
    // All but the first and the last: others may tell the same, when two moved the same events.
    for (const item of logged.slice(1, -1)) await remove(new Layout(namespace).log(Number(item.slice(2))));
    const { after, upTo, events } = await table.tier({ namespace }).changes(from);
    expect(after).toBeGreaterThan(Number(logged[0]?.slice(2)));
    expect(events.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: upTo - after }, (_, at) => after + at + 1),
    );
  });

  it('begins anew above all that was seen, as a clear, when its head is lost', async () => {
    const namespace = randomUUID();
    const tier = table.tier({ namespace });
    await tier.set([{ key: 'a', entry: decreed('a') }]);
    await fill(tier, 3);
    const { sequence } = await tier.read(['a']);
    await remove(new Layout(namespace).head);
    const read = await tier.read(['a'], { after: sequence });
    expect(read.sequence).toBeGreaterThan(sequence);
    expect(read.entries).toEqual([undefined]);
    expect((await table.tier({ namespace }).read(['a'])).entries).toEqual([undefined]);
  });

  it('finishes in a sweep what a dead reaper left, and forgets the marks', async () => {
    const namespace = randomUUID();
    const tier = table.tier({ namespace });
    await tier.set(['a', 'b', 'c'].map((key) => ({ key, entry: decreed(key, [`tag-${key}`]) })));
    await tier.invalidate({ kind: 'tags', values: ['tag-a'], soft: false });
    await tier.invalidate({ kind: 'pattern', values: ['b*'], soft: false });
    await fill(tier, 10);
    expect((await tier.usage()).dynamodb?.entries).toBe(3);
    let now = Date.now() + 120_000;
    const heir = table.tier({ namespace, clock: { ...systemClock, now: () => now } });
    await sweepAll(heir, 10);
    expect((await heir.usage()).dynamodb?.entries).toBe(1);
    const marks = async () => (await itemsOf(table.client, namespace)).filter((item) => /^[g]#|^p /.test(item));
    now += 2 * 3_600_000;
    await sweepAll(heir, 10);
    expect((await marks()).filter((item) => item.startsWith('g'))).toEqual([]);
    expect((await table.tier({ namespace }).read(['a', 'b'])).entries).toEqual([undefined, undefined]);
  });

  it('serves within a bound by what it knows, and within none what it has just been told', async () => {
    const namespace = randomUUID();
    const [tier, other] = [table.tier({ namespace }), table.tier({ namespace })];
    await tier.set([{ key: 'a', entry: decreed('a') }]);
    await other.read(['a']);
    const event = await tier.invalidate({ kind: 'keys', values: ['a'], soft: false });
    const bounded = await other.read(['a'], { maxAgeMs: 60_000 });
    expect(bounded.entries[0]).toBeDefined();
    expect(bounded.ageMs).toBeGreaterThan(0);
    expect((await other.read(['a'], { maxAgeMs: 60_000, after: event.sequence })).entries).toEqual([undefined]);
    expect((await other.read(['a'])).entries).toEqual([undefined]);
  });
});
