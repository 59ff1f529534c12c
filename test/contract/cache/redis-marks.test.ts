import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type BucketKeys, bucketKeys } from '../../../lib/cache/library/redis/layout.ts';
import { RedisMirror } from '../../../lib/cache/library/redis/redis-mirror.ts';
import { RedisTier } from '../../../lib/cache/library/redis/redis-tier.ts';
import type { EntryStore, InvalidationRequest } from '../../../lib/cache/library/shared-tier.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { bornAt, decreed, reapAll, sweepAll } from '../../support/tier-entries.ts';

const server = useRedisServer();
const BUCKETS = 2;
/** As many bytes as the marks may have, and those of one event. */
const MOST_BYTES = 18_500_000;

const red: InvalidationRequest = { kind: 'tags', values: ['red'], soft: false };
const keysEvent = (...values: string[]): InvalidationRequest => ({ kind: 'keys', values, soft: false });
/** Of about 1.1 MB each. */
const large = (at: number): InvalidationRequest =>
  keysEvent(...Array.from({ length: 1_000 }, (_, each) => `${at}:${each}:`.padEnd(1_000, 'x')));

const bucketsOf = (namespace: string) => Array.from({ length: BUCKETS }, (_, at) => bucketKeys(namespace, at));

/** What the bucket counts, and what it has. */
async function marksOf({ metadata, marks }: BucketKeys) {
  const fields = await server.client.hkeys(marks);
  const bytes = fields.reduce((sum, field) => sum + 100 + Buffer.byteLength(field), 0);
  return { counted: Number(await server.client.hget(metadata, 'mb')), bytes, fields };
}

/** As if there were all but as many as there may be. */
const fillUp = (namespace: string) =>
  Promise.all(bucketsOf(namespace).map(({ metadata }) => server.client.hset(metadata, 'mb', 16_777_216)));

async function write(store: EntryStore, born: number, keys: readonly string[], tags: string[] = []) {
  return store.write(keys.map((key) => ({ key, entry: bornAt(born, tags) })));
}

const found = async (store: EntryStore, keys: readonly string[]) =>
  (await store.read(keys)).entries.map((hit) => hit !== undefined);

function newTier(buckets = BUCKETS) {
  const namespace = randomUUID();
  const options = { client: server.client, namespace, buckets };
  return { namespace, tier: new RedisTier(options), other: new RedisTier(options) };
}

describe('The marks in Redis', () => {
  it('take no more than so many bytes, however much is invalidated', async () => {
    const { namespace, tier } = newTier();
    const { sequence } = await tier.read([]);
    await write(tier, sequence, ['a', 'b', 'c', 'd']);
    for (let at = 0; at < 20; at++) {
      await tier.invalidate(large(at));
      if (at !== 13) continue;
      // Nothing is forgotten before it must be.
      expect(await found(tier, ['a', 'b', 'c', 'd'])).toEqual([true, true, true, true]);
    }
    for (const bucket of bucketsOf(namespace)) {
      expect(Number(await server.client.memory('USAGE', bucket.marks, 'SAMPLES', 0))).toBeLessThan(MOST_BYTES);
      const { counted, bytes, fields } = await marksOf(bucket);
      expect(counted).toBe(bytes);
      expect(fields.length).toBeGreaterThan(0);
    }
    expect(await found(tier, ['a', 'b', 'c', 'd'])).toEqual([false, false, false, false]);
  });

  it('are forgotten as by a clear of what was born before, and of nothing else', async () => {
    const { namespace, tier, other } = newTier();
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    const { sequence: before } = await tier.read([]);
    await write(tier, before, keys, ['red']);
    const killed = await tier.invalidate(red);
    const soft = await tier.invalidate({ ...keysEvent('a'), soft: true });
    await fillUp(namespace);
    const last = await tier.invalidate(keysEvent('x'));
    for (const bucket of bucketsOf(namespace)) expect(await marksOf(bucket)).toMatchObject({ counted: 0, fields: [] });
    expect(await found(other, keys)).toEqual(keys.map(() => false));
    // What a dead load brings is refused, also by a process that never knew of the event.
    for (const born of [before, killed.sequence, soft.sequence]) {
      expect(await write(other, born, ['a', 'new'], ['red'])).toEqual(['outlived', 'outlived']);
    }
    // It is no event: those who follow the log keep what they have.
    expect((await tier.changes(before)).events).toEqual([killed, soft, last]);
    expect(await write(other, last.sequence, ['a', 'new'], ['red'])).toEqual(['stored', 'stored']);
    expect(await found(tier, ['a', 'new', 'b'])).toEqual([true, true, false]);
    // What is still stored and was born before is counted when it is reaped, once; what came after stays.
    expect(await reapAll(tier, killed)).toBe(5);
    expect(await reapAll(other, killed)).toBe(0);
    expect(await found(tier, ['a', 'new'])).toEqual([true, true]);
    await tier.invalidate(keysEvent('a'));
    expect(await found(tier, ['a', 'new'])).toEqual([false, true]);
  });

  it.each([1, BUCKETS])('are forgotten by a set, which stays, and tells of itself (%i buckets)', async (buckets) => {
    const { namespace, tier, other } = newTier(buckets);
    const { sequence } = await tier.read([]);
    await write(tier, sequence, ['a', 'b']);
    await fillUp(namespace);
    const [first] = await tier.set([{ key: 'a', entry: decreed('new') }]);
    expect(first).toMatchObject({ outcome: 'stored', event: { values: ['a'] } });
    expect(await found(other, ['a', 'b'])).toEqual([true, false]);
    // Others may still hold what is not seen here any longer.
    const [second] = await other.set([{ key: 'b', entry: decreed('new') }]);
    expect(second).toMatchObject({ outcome: 'stored', event: { values: ['b'] } });
    expect(await found(tier, ['a', 'b'])).toEqual([true, true]);
  });

  it('are counted when a sweep forgets them', async () => {
    const { namespace, tier } = newTier();
    const { sequence } = await tier.read([]);
    await write(tier, sequence, ['a', 'b', 'c', 'd']);
    await tier.invalidate(keysEvent('ä', 'b'));
    await sweepAll(tier);
    const later = await tier.invalidate(keysEvent('a', 'later'));
    await tier.invalidate({ kind: 'pattern', values: ['p*'], soft: true });
    for (const bucket of bucketsOf(namespace)) await server.client.hset(bucket.metadata, 'ct', 1);
    await sweepAll(tier);
    for (const bucket of bucketsOf(namespace)) {
      const { counted, bytes, fields } = await marksOf(bucket);
      expect(fields.sort()).toEqual(['ka', 'klater']);
      expect(counted).toBe(bytes);
    }
    expect(await write(tier, later.sequence - 1, ['later'])).toEqual(['outlived']);
  });

  it('leave no room for what was replaced by what dies sooner: then all sets tell of themselves', async () => {
    const { namespace, tier } = newTier(1);
    const [bucket] = bucketsOf(namespace);
    if (bucket === undefined) return expect.unreachable();
    const { sequence } = await tier.read([]);
    await write(tier, sequence, ['a', 'b']);
    const replace = async (key: string) => {
      const lease = await tier.lease(key, 10_000);
      const entry = bornAt(sequence, [], 'next', Date.now() - 1_000_000);
      expect(await tier.write([{ key, entry, lease }])).toEqual(['stored']);
      await server.client.del(bucket.entry(key));
      await sweepAll(tier);
    };
    await replace('a');
    expect(await marksOf(bucket)).toEqual({ counted: 102, bytes: 102, fields: ['ea'] });
    // A set needs it no more.
    await tier.set([{ key: 'a', entry: decreed() }]);
    expect(await marksOf(bucket)).toEqual({ counted: 102, bytes: 102, fields: ['ka'] });
    await server.client.hset(bucket.metadata, 'mb', 16_777_217);
    await replace('b');
    expect((await marksOf(bucket)).fields).toEqual(['ka']);
    for (const key of ['b', 'c']) expect((await tier.set([{ key, entry: decreed() }]))[0]).toHaveProperty('event');
  });

  it('are forgotten by a mirror as well, without its owner', async () => {
    const namespace = randomUUID();
    const mirror = new RedisMirror({ client: server.client, namespace, buckets: BUCKETS });
    await mirror.replicate({ after: 0, upTo: 5, events: [] }, true);
    await write(mirror, 5, ['a', 'b', 'c', 'd'], ['red']);
    await fillUp(namespace);
    const events = [{ sequence: 6, ...red }, ...[7, 8].map((sequence) => ({ sequence, ...keysEvent(`${sequence}`) }))];
    expect(await mirror.replicate({ after: 5, upTo: 9, events }, false)).toBe(9);
    expect(await found(mirror, ['a', 'b', 'c', 'd'])).toEqual([false, false, false, false]);
    for (const bucket of bucketsOf(namespace)) {
      const { counted, bytes, fields } = await marksOf(bucket);
      expect([counted, fields.sort()]).toEqual([bytes, ['k7', 'k8']]);
    }
    expect(await write(mirror, 5, ['a'])).toEqual(['outlived']);
    expect(await write(mirror, 6, ['a', 'b', '7'])).toEqual(['stored', 'stored', 'outlived']);
    expect((await mirror.read(['a'], { after: 5 })).changes).toEqual({ after: 5, upTo: 9, events });
    expect(await reapAll(mirror, { sequence: 6, ...red })).toBe(2);
  });
});
