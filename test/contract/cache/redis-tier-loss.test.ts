import { randomUUID } from 'node:crypto';
import { Redis as Client } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { bucketKeys, bucketOf } from '../../../lib/cache/library/redis/layout.ts';
import { RedisTier } from '../../../lib/cache/library/redis/redis-tier.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { bornAt, reapAll, sweepAll } from '../../support/tier-entries.ts';

const server = useRedisServer();
const key = 'user:1';

function newTier(buckets = 1) {
  const namespace = randomUUID();
  const tier = new RedisTier({ client: server.client, namespace, buckets });
  const at = bucketOf(key, buckets);
  return { tier, namespace, bucket: bucketKeys(namespace, at), home: bucketKeys(namespace, 0) };
}

let writes = 0;

/** Each is fresh for longer than those before. */
const write = async (tier: RedisTier, tags: string[] = []) => {
  const { sequence } = await tier.read([]);
  await tier.write([{ key, entry: bornAt(sequence, tags, 'value', Date.now() + writes++) }]);
  return sequence;
};

describe('The Redis tier', () => {
  it.each([1, 4])('counts all as cleared when the sequence of a bucket of %i is lost', async (buckets) => {
    for (const lost of ['bucket', 'home'] as const) {
      const { tier, bucket, home } = newTier(buckets);
      const born = await write(tier);
      await server.client.del((lost === 'home' ? home : bucket).metadata);
      const { sequence, entries, changes } = await tier.read([key], { after: born });
      if (lost === 'bucket' || buckets === 1) {
        expect(sequence).toBeGreaterThan(born);
        expect(entries).toEqual([undefined]);
        expect(changes?.upTo).toBe(sequence);
      }
      await tier.invalidate({ kind: 'keys', values: ['other'], soft: false });
      expect((await tier.read([key], { after: born })).entries).toEqual([undefined]);
      expect(await tier.write([{ key, entry: bornAt(born) }])).toEqual(['outlived']);
    }
  });

  it('begins anew above what a caller saw when a failover set the sequence back', async () => {
    const { tier, home } = newTier();
    const born = await write(tier);
    await tier.invalidate({ kind: 'keys', values: ['other'], soft: false });
    await server.client.hset(home.metadata, 's', born);
    const read = await tier.read([key], { after: born + 1 });
    expect(read.sequence).toBeGreaterThan(born + 1);
    expect(read.entries).toEqual([undefined]);
  });

  it('gives a bucket what one who died had not told it', async () => {
    const { tier, bucket, home, namespace } = newTier(4);
    expect(bucket).not.toEqual(home);
    const born = await write(tier);
    // Only the home bucket has it, as when its writer dies in between.
    await new RedisTier({ client: server.client, namespace }).invalidate({ kind: 'keys', values: [key], soft: false });
    await tier.invalidate({ kind: 'keys', values: ['other'], soft: false });
    const { entries, changes } = await tier.read([key], { after: born });
    expect(entries).toEqual([undefined]);
    expect(changes?.events.map(({ values }) => values)).toEqual([[key], ['other']]);
  });

  it('answers no sequence that one of its entries was not judged by', async () => {
    const { tier, bucket, home, namespace } = newTier(4);
    expect(bucket).not.toEqual(home);
    const born = await write(tier);
    const inHome = Array.from({ length: 100 }, (_, at) => `k${at}`).find((each) => bucketOf(each, 4) === 0) ?? '';
    // Home has it already, the key's bucket is still to be told.
    await new RedisTier({ client: server.client, namespace }).invalidate({ kind: 'keys', values: [key], soft: false });
    const { sequence, entries } = await tier.read([inHome, key]);
    expect(entries[1]).toBeDefined();
    expect(sequence).toBe(born);
  });

  it('counts a bucket as cleared when the log no longer has what it was not told', async () => {
    const { tier, namespace } = newTier(4);
    await write(tier);
    const options = { client: server.client, namespace, maxLogEvents: 2 };
    const dying = new RedisTier(options);
    for (const value of [key, 'b', 'c', 'd']) await dying.invalidate({ kind: 'keys', values: [value], soft: false });
    const cold = new RedisTier({ ...options, buckets: 4 });
    expect((await cold.read([key])).entries[0]).toBeDefined();
    await cold.invalidate({ kind: 'keys', values: ['e'], soft: false });
    expect((await cold.read([key])).entries).toEqual([undefined]);
  });

  it('refuses a write from before a pattern that is reaped, also of a process that never knew it', async () => {
    const { tier, namespace } = newTier();
    const born = (await tier.read([])).sequence;
    await reapAll(tier, await tier.invalidate({ kind: 'pattern', values: ['user:*'], soft: false }));
    const cold = new RedisTier({ client: server.client, namespace });
    expect(await cold.write([{ key, entry: bornAt(born) }])).toEqual(['outlived']);
  });

  it('answers a cold hit with tags in one command', async () => {
    const { namespace, tier } = newTier(4);
    await write(tier, ['red', 'blue', 'green']);
    const client = new Client(server.url);
    await client.ping();
    const cold = new RedisTier({ client, namespace, buckets: 4 });
    const monitor = await client.monitor();
    const commands: string[] = [];
    const marker = Promise.withResolvers<void>();
    monitor.on('monitor', (_time: string, [name = '', argument]: string[], source: string) => {
      if (argument === 'marker') marker.resolve();
      else if (source !== 'lua') commands.push(name);
    });
    expect((await cold.read([key])).entries[0]?.stale).toBe(false);
    await client.echo('marker');
    await marker.promise;
    expect(commands).toHaveLength(1);
    monitor.disconnect();
    client.disconnect();
  });

  it('gives a time to live to all but marks and sequence', async () => {
    const { tier, bucket } = newTier();
    await write(tier, ['red']);
    for (const name of [bucket.entry(key), bucket.index, bucket.tags, bucket.members('red')]) {
      expect(await server.client.pttl(name)).toBeGreaterThan(3_500_000);
    }
    expect(await server.client.pttl(bucket.metadata)).toBe(-1);
  });

  it('keeps a pattern for as long as entries may live that an evicted index does not tell of', async () => {
    const { tier, bucket, namespace } = newTier();
    await write(tier);
    await server.client.del(bucket.index);
    const event = await tier.invalidate({ kind: 'pattern', values: ['user:*'], soft: false });
    expect(await reapAll(tier, event)).toBe(0);
    expect((await tier.read([key])).entries).toEqual([undefined]);
    // Another entry makes an index anew, which is not whole either.
    await tier.write([{ key: 'other', entry: bornAt(event.sequence) }]);
    await reapAll(tier, event);
    expect((await new RedisTier({ client: server.client, namespace: namespace }).read([key])).entries).toEqual([
      undefined,
    ]);
  });

  it('forgets marks when all that was stored before them has expired, and refuses what is born before', async () => {
    const { tier, bucket } = newTier();
    const born = (await tier.read([])).sequence;
    await tier.invalidate({ kind: 'tags', values: ['red'], soft: false });
    await tier.invalidate({ kind: 'keys', values: [key], soft: true });
    await sweepAll(tier);
    expect(await server.client.hlen(bucket.marks)).toBe(2);
    await server.client.hset(bucket.metadata, 'ct', 1);
    await sweepAll(tier);
    expect(await server.client.hlen(bucket.marks)).toBe(0);
    expect(await tier.write([{ key, entry: bornAt(born) }])).toEqual(['outlived']);
    expect(await tier.write([{ key, entry: bornAt(born + 2) }])).toEqual(['stored']);
  });

  it('leaves nothing of expired entries behind after a sweep', async () => {
    const { tier, bucket } = newTier();
    await write(tier, ['red', 'blue']);
    await server.client.del(bucket.entry(key));
    expect((await tier.usage()).redis?.entries).toBe(1);
    expect(await sweepAll(tier)).toMatchObject({ removed: 1, ghosts: 3, bytes: expect.any(Number) });
    expect((await tier.usage()).redis?.entries).toBe(0);
    expect(await server.client.exists(bucket.members('red'), bucket.members('blue'), bucket.tags)).toBe(0);
  });

  it('sweeps a key from the members of a tag that it no longer has', async () => {
    const { tier, bucket } = newTier();
    await write(tier, ['red']);
    await write(tier, ['blue']);
    expect(await sweepAll(tier)).toMatchObject({ removed: 0, ghosts: 1 });
    expect(await server.client.exists(bucket.members('red'))).toBe(0);
    expect(await server.client.smembers(bucket.members('blue'))).toEqual([key]);
  });

  it('tells who is behind the bounded log that all before it counts as cleared', async () => {
    const tier = new RedisTier({ client: server.client, namespace: randomUUID(), maxLogEvents: 3 });
    const from = (await tier.read([])).sequence;
    for (let at = 0; at < 5; at++) await tier.invalidate({ kind: 'keys', values: [`k${at}`], soft: false });
    const { changes } = await tier.read([], { after: from });
    expect(changes?.after).toBe(from + 2);
    expect(changes?.events.map(({ sequence }) => sequence - from)).toEqual([3, 4, 5]);
  });

  it('takes bytes that are no entry for a miss', async () => {
    const { tier, bucket } = newTier();
    await write(tier);
    await server.client.setrange(bucket.entry(key), 30, 'garbage');
    expect((await tier.read([key])).entries).toEqual([undefined]);
    await server.client.set(bucket.entry(key), 'short');
    expect((await tier.read([key])).entries).toEqual([undefined]);
  });
});
