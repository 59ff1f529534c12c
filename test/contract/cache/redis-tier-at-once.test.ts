import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Bucket } from '../../../lib/cache/library/redis/bucket.ts';
import { bucketOf } from '../../../lib/cache/library/redis/layout.ts';
import { RedisTier } from '../../../lib/cache/library/redis/redis-tier.ts';
import { Scripts } from '../../../lib/cache/library/redis/run-scripts.ts';
import type { InvalidationRequest } from '../../../lib/cache/library/shared-tier.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { bornAt, decreed, textOf } from '../../support/tier-entries.ts';

const server = useRedisServer();
const keysOf = (...values: string[]): InvalidationRequest => ({ kind: 'keys', values, soft: false });

/** What a server is asked, by its name, until `end`. */
async function monitored(): Promise<{ end: () => Promise<string[]> }> {
  const monitor = await server.client.monitor();
  const commands: string[] = [];
  const marker = Promise.withResolvers<void>();
  monitor.on('monitor', (_time: string, [name = '', argument]: string[], source: string) => {
    if (argument === 'marker') marker.resolve();
    else if (source !== 'lua') commands.push(name);
  });
  return {
    end: async () => {
      await server.client.echo('marker');
      await marker.promise;
      monitor.disconnect();
      return commands;
    },
  };
}

describe('What is read from Redis at once', () => {
  it('goes as few scripts, each answer for who asked for it', async () => {
    const tier = new RedisTier({ client: server.client, namespace: randomUUID() });
    const from = (await tier.read([])).sequence;
    const keys = Array.from({ length: 64 }, (_, at) => `k${at}`);
    await tier.write(keys.map((key) => ({ key, entry: bornAt(from, [], key) })));
    const event = await tier.invalidate(keysOf('k5'));
    const monitor = await monitored();
    const singles = keys.map(async (key) => (await tier.read([key])).entries[0]);
    const [hits, many, late, early, changes] = await Promise.all([
      Promise.all(singles),
      tier.read(['k7', 'none', 'k7', 'k5']),
      tier.read([], { after: event.sequence }),
      tier.read(['k1'], { after: from }),
      tier.changes(from),
    ]);
    expect((await monitor.end()).length).toBeLessThanOrEqual(8);
    expect(hits.map((hit) => hit && textOf(hit.entry))).toEqual(keys.map((key) => (key === 'k5' ? undefined : key)));
    expect(many.entries.map((hit) => hit && textOf(hit.entry))).toEqual(['k7', undefined, 'k7', undefined]);
    expect(many.changes).toBeUndefined();
    expect(late.changes).toBeUndefined();
    const delta = { after: from, upTo: event.sequence, events: [event] };
    expect(early.changes).toEqual(delta);
    expect(changes).toEqual(delta);
  });

  it('goes as more scripts when the values are large', async () => {
    const tier = new RedisTier({ client: server.client, namespace: randomUUID() });
    const from = (await tier.read([])).sequence;
    const keys = Array.from({ length: 32 }, (_, at) => `k${at}`);
    const text = 'x'.repeat(300_000);
    await tier.write(keys.map((key) => ({ key, entry: bornAt(from, [], text) })));
    const scripts = async () => {
      const monitor = await monitored();
      const reads = await Promise.all(keys.map((key) => tier.read([key])));
      expect(reads.every(({ entries }) => entries[0]?.entry.payload.length === text.length)).toBe(true);
      return (await monitor.end()).length;
    };
    expect(await scripts()).toBe(1);
    expect(await scripts()).toBeGreaterThanOrEqual(2);
    const { entries } = await tier.read([...keys, 'none', ...keys]);
    expect(entries.map((hit) => hit !== undefined)).toEqual(Array.from({ length: 65 }, (_, at) => at !== 32));
    for (let at = 0; at < 10; at++) await tier.read(['k0']);
    expect(await scripts()).toBe(11);
  });

  it('gives each the log from where he knows it, whoever asks first', async () => {
    const tier = new RedisTier({ client: server.client, namespace: randomUUID() });
    const from = (await tier.read([])).sequence;
    for (const key of ['a', 'b', 'c']) await tier.invalidate(keysOf(key));
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
    ]) {
      const reads = await Promise.all(order.map((known) => tier.read([], { after: from + known })));
      expect(reads.map(({ changes }) => changes?.events.length)).toEqual(order.map((known) => 3 - known));
      expect(reads.map(({ changes }) => changes?.after)).toEqual(order.map((known) => from + known));
    }
  });

  it('is never answered by what was asked before an invalidation was acknowledged', async () => {
    const options = { client: server.client, namespace: randomUUID(), buckets: 2 };
    const [tier, other] = [new RedisTier(options), new RedisTier(options)];
    for (let round = 0; round < 50; round++) {
      const { sequence } = await tier.read([]);
      await tier.write([{ key: 'a', entry: bornAt(sequence) }]);
      const before = Array.from({ length: 5 }, () => tier.read(['a']));
      const after = other.invalidate(keysOf('a')).then(async (event) => {
        const { entries, sequence: seen } = await tier.read(['a']);
        expect(entries).toEqual([undefined]);
        expect(seen).toBeGreaterThanOrEqual(event.sequence);
      });
      await Promise.all([...before, after]);
    }
  });
});

describe('A set in one bucket of several', () => {
  const step = async (act: (bucket: Bucket, tier: RedisTier, key: string) => Promise<void>) => {
    const namespace = randomUUID();
    const tier = new RedisTier({ client: server.client, namespace, buckets: 2 });
    const key = ['a', 'b', 'c', 'd', 'e'].find((each) => bucketOf(each, 2) === 1) ?? '';
    const { sequence } = await tier.read([key]);
    await tier.write([{ key, entry: bornAt(sequence, [], 'old') }]);
    await act(new Bucket(new Scripts(server.client), namespace, 1, 100), tier, key);
  };
  const entry = decreed('new');

  it('is not stored when something was invalidated after its event', () =>
    step(async (bucket, tier, key) => {
      expect(await bucket.set('ask', { key, entry }, 0, 'set:1')).toEqual(['event']);
      const event = await tier.invalidate(keysOf(key));
      await tier.invalidate(keysOf(key));
      expect(await bucket.set('store', { key, entry }, event.sequence, 'set:1')).toEqual(['lost', '']);
      expect((await tier.read([key])).entries).toEqual([undefined]);
    }));

  it('is not stored when another came between, and says who', () =>
    step(async (bucket, tier, key) => {
      expect(await bucket.set('ask', { key, entry }, 0, 'set:1')).toEqual(['event']);
      expect(await bucket.set('ask', { key, entry }, 0, 'if:2')).toEqual(['event']);
      const event = await tier.invalidate(keysOf(key));
      expect(await bucket.set('store', { key, entry }, event.sequence, 'set:1')).toEqual(['lost', 'if:2']);
      expect(await bucket.set('store', { key, entry }, event.sequence, 'if:2')).toEqual([
        'stored',
        String(event.sequence),
      ]);
    }));

  it('is not stored over what is no longer what was read', () =>
    step(async (bucket, tier, key) => {
      const [hit] = (await tier.read([key])).entries;
      const replaces = hit?.entry;
      expect(await bucket.set('ask', { key, entry, replaces }, 0, 'if:1')).toEqual(['event']);
      await tier.invalidate(keysOf('other'));
      const { sequence } = await tier.read([]);
      await tier.write([{ key, entry: bornAt(sequence, [], 'newer') }]);
      const event = await tier.invalidate(keysOf(key));
      expect(await bucket.set('store', { key, entry, replaces }, event.sequence, 'if:1')).toEqual([
        'changed',
        String(sequence),
      ]);
    }));

  it('gives up its place when its time is over', () =>
    step(async (bucket, tier, key) => {
      await bucket.set('ask', { key, entry }, 0, 'set:1');
      expect(await tier.lease(key, 1_000)).toBeUndefined();
      expect(await server.client.pttl(bucket.keys.lease(key))).toBeGreaterThan(0);
    }));
});
