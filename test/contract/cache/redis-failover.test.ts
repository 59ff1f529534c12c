import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Invalidations } from '../../../lib/cache/library/invalidations.ts';
import { bucketKeys, bucketOf } from '../../../lib/cache/library/redis/layout.ts';
import { RedisTier } from '../../../lib/cache/library/redis/redis-tier.ts';
import type { InvalidationRequest } from '../../../lib/cache/library/shared-tier.ts';
import { cutReplication, failOver, type Shard, until, useRedisCluster } from '../../support/redis-cluster.ts';
import { bornAt, decreed, textOf } from '../../support/tier-entries.ts';

const cluster = useRedisCluster();
const key = 'user:1';
const keysOf = (...values: string[]): InvalidationRequest => ({ kind: 'keys', values, soft: false });

async function shardOf(name: string): Promise<Shard | undefined> {
  const slot = Number(await cluster.client.call('CLUSTER', 'KEYSLOT', name));
  return cluster.shards[Math.floor((slot * cluster.shards.length) / 16_384)];
}

/** A namespace whose key, and whose home, lie where it is asked. */
async function namespaceWith(buckets: number, fits: (its: Shard, home: Shard) => boolean): Promise<string> {
  for (;;) {
    const namespace = randomUUID();
    const its = await shardOf(bucketKeys(namespace, bucketOf(key, buckets)).metadata);
    const home = await shardOf(bucketKeys(namespace, 0).metadata);
    if (its !== undefined && home !== undefined && fits(its, home)) return namespace;
  }
}

/** Asked again for as long as the client does not know the new master. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  let answer: { value: T } | undefined;
  await until('the cluster answers', async () => {
    answer = await ask().then(
      (value) => ({ value }),
      () => undefined,
    );
    return answer !== undefined;
  });
  if (answer === undefined) return expect.unreachable();
  return answer.value;
}

/** Processes of a namespace in which a load of the key is stored. */
async function processes(namespace: string, buckets: number) {
  const all = Array.from({ length: 3 }, () => new RedisTier({ client: cluster.client, namespace, buckets }));
  const [one, two, three] = all;
  if (one === undefined || two === undefined || three === undefined) return expect.unreachable();
  const { sequence } = await one.read([key]);
  expect(await one.write([{ key, entry: bornAt(sequence) }])).toEqual(['stored']);
  return { one, two, three, born: sequence };
}

describe('After a failover in a Redis cluster', () => {
  it('who saw an invalidation that is lost begins the sequence anew, and gets nothing that it killed', async () => {
    const shard = cluster.shards[0];
    if (shard === undefined) return expect.unreachable();
    const { one, two, born } = await processes(await namespaceWith(1, (its) => its === shard), 1);
    await until('the replica has what is stored', async () => (await shard.master.direct.wait(1, 100)) === 1);
    await cutReplication(shard);
    const lost = await one.invalidate(keysOf(key));
    await failOver(shard);
    const { sequence, entries, changes } = await patiently(() => two.read([key], { after: lost.sequence }));
    expect(entries).toEqual([undefined]);
    expect(sequence).toBeGreaterThan(lost.sequence);
    const known = new Invalidations(born);
    known.apply(changes ?? { after: 0, upTo: 0, events: [] });
    expect(known.verdict(bornAt(lost.sequence), 'whatever it holds')).toBe('dead');
    expect((await one.read([key])).entries).toEqual([undefined]);
    expect(await one.write([{ key, entry: bornAt(born) }])).toEqual(['outlived']);
  });

  it('no number of a lost event is given out again, and a bucket that lost events is told them from home', async () => {
    const shard = cluster.shards[1];
    if (shard === undefined) return expect.unreachable();
    const single = await processes(await namespaceWith(1, (its) => its === shard), 1);
    const decree = await processes(await namespaceWith(1, (its) => its === shard), 1);
    const spread = await processes(await namespaceWith(4, (its, home) => its === shard && home !== shard), 4);
    await until('the replica has what is stored', async () => (await shard.master.direct.wait(1, 100)) === 1);
    await cutReplication(shard);
    const lost = [];
    for (let at = 0; at < 3; at++) lost.push(await single.one.invalidate(keysOf(key)));
    const lostToo = await decree.one.invalidate(keysOf('other'));
    const told = await spread.one.invalidate(keysOf(key));
    await failOver(shard);
    // Somebody who knows nothing of the lost ones counts on.
    const next = await patiently(() => single.three.invalidate(keysOf('other')));
    expect(next.sequence).toBeGreaterThan(lost.at(-1)?.sequence ?? Number.POSITIVE_INFINITY);
    for (const { sequence } of lost) {
      const read = await single.two.read([key], { after: sequence });
      expect(read.entries).toEqual([undefined]);
      const known = new Invalidations(sequence);
      known.apply(read.changes ?? { after: 0, upTo: 0, events: [] });
      expect(known.verdict(bornAt(sequence), 'whatever it holds')).toBe('dead');
    }
    const [set] = await decree.three.set([{ key, entry: decreed() }]);
    expect(set?.born).toBeGreaterThan(lostToo.sequence);
    const read = await patiently(() => spread.two.read([key], { after: told.sequence }));
    expect(read).toEqual({ sequence: told.sequence, entries: [undefined] });
    expect((await spread.three.read([key])).entries).toEqual([undefined]);
  });

  it('traffic goes on, and nobody is served what was killed by an event that he has seen', async () => {
    const shard = cluster.shards[2];
    if (shard === undefined) return expect.unreachable();
    const buckets = 6;
    const namespace = await namespaceWith(buckets, (_, home) => home === shard);
    const keys = Array.from({ length: 12 }, (_, at) => `k${at}`);
    const source = new Map(keys.map((each) => [each, 0]));
    const killed: { key: string; sequence: number; version: number }[] = [];
    let served = 0;
    let isOver = false;
    const faults: string[] = [];

    const work = async (tier: RedisTier, at: number) => {
      let seen = 0;
      for (let turn = at; !isOver; turn++) {
        const asked = keys[turn % keys.length] ?? '';
        try {
          if (turn % 5 === at) {
            const version = (source.get(asked) ?? 0) + 1;
            source.set(asked, version);
            const { sequence } = await tier.invalidate(keysOf(asked));
            killed.push({ key: asked, sequence, version });
            seen = Math.max(seen, sequence);
          }
          const { sequence, entries } = await tier.read([asked], { after: seen });
          if (sequence < seen) faults.push(`went back from ${seen} to ${sequence}`);
          const [hit] = entries;
          if (hit === undefined) {
            const loaded = String(source.get(asked));
            await tier.write([{ key: asked, entry: bornAt(sequence, [], loaded) }]);
          } else {
            served++;
            const version = Number(textOf(hit.entry));
            for (const event of killed) {
              if (event.key !== asked || event.sequence > seen || event.version <= version) continue;
              faults.push(`${asked}: version ${version}, killed by ${event.sequence}, seen ${seen}`);
            }
          }
          seen = Math.max(seen, sequence);
        } catch {
          // The master is down, or its successor not known yet.
          await new Promise(setImmediate);
        }
      }
    };
    const clients = [await cluster.connect(), await cluster.connect(), cluster.client, cluster.client];
    const workers = clients.map((client, at) => work(new RedisTier({ client, namespace, buckets }), at));
    const moreServed = async (count: number) => {
      const enough = served + count;
      await until(`${count} more are served`, async () => served >= enough);
    };
    await moreServed(300);
    await failOver(shard);
    await moreServed(300);
    isOver = true;
    await Promise.all(workers);
    expect(faults).toEqual([]);
    expect(killed.length).toBeGreaterThan(50);
  });
});
