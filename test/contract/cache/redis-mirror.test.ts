import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Invalidation } from '../../../lib/cache/library/invalidations.ts';
import { bucketKeys, bucketOf } from '../../../lib/cache/library/redis/layout.ts';
import { RedisMirror } from '../../../lib/cache/library/redis/redis-mirror.ts';
import type { InvalidationRequest, MirrorTier, TierRead } from '../../../lib/cache/library/shared-tier.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { ReferenceMirror } from '../../support/reference-mirror.ts';
import { bornAt, reapAll, textOf } from '../../support/tier-entries.ts';

const server = useRedisServer();
const keys = ['user:1', 'user:2', 'item:1', 'item:2'];
const tags = ['red', 'blue'];

async function forget(namespace: string, bucket = '*'): Promise<void> {
  const names = await server.client.keys(`hr:{${namespace}:${bucket}}:*`);
  if (names.length > 0) await server.client.del(...names);
}

const request: fc.Arbitrary<InvalidationRequest> = fc
  .tuple(
    fc.oneof(
      fc.tuple(fc.constant('keys' as const), fc.subarray(keys, { minLength: 1 })),
      fc.tuple(fc.constant('tags' as const), fc.subarray(tags, { minLength: 1 })),
      fc.tuple(fc.constant('pattern' as const), fc.constantFrom(['user:*'], ['*:1'])),
      fc.tuple(fc.constant('clear' as const), fc.constant<string[]>([])),
    ),
    fc.boolean(),
  )
  .map(([[kind, values], soft]) => ({ kind, values, soft }));

const key = fc.constantFrom(...keys);
const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('read' as const), after: fc.option(fc.nat(12)) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      key,
      lag: fc.nat(3),
      its: fc.subarray(tags),
      copy: fc.boolean(),
      fresherMs: fc.nat(2),
      createdMs: fc.constantFrom(0, 0, 1, 200),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('happen' as const), request }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('replicate' as const),
      from: fc.nat(4),
      to: fc.nat(2),
      isAll: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reap' as const), back: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('dropCopies' as const), which: fc.subarray(keys) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const) }) },
);

const seen = ({ sequence, changes, entries }: TierRead) => ({
  sequence,
  changes,
  entries: entries.map((hit) => {
    if (hit === undefined) return undefined;
    const { born, tags: its, copy, freshUntil } = hit.entry;
    return { text: textOf(hit.entry), born, its, copy, stale: hit.stale || freshUntil <= Date.now() };
  }),
});

it('A mirror in Redis, asked by two processes in turn, does as the reference', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
      const namespace = randomUUID();
      const options = { client: server.client, namespace, buckets: 3 };
      const processes = [new RedisMirror(options), new RedisMirror(options)] as const;
      const reference = new ReferenceMirror();
      const log: Invalidation[] = [];
      const now = Date.now();
      const same = async <T>(mirror: MirrorTier, ask: (each: MirrorTier) => Promise<T>) => {
        const [real, model] = [await ask(mirror), await ask(reference)];
        expect(real).toEqual(model);
      };
      for (const [at, step] of commands.entries()) {
        const mirror = processes[at % 2 === 0 ? 0 : 1];
        switch (step.do) {
          case 'read':
            await same(mirror, async (each) => seen(await each.read(keys, { after: step.after ?? undefined })));
            await same(mirror, async (each) => (await each.read([])).sequence);
            break;
          case 'write': {
            const born = Math.max(0, log.length - step.lag);
            const createdAt = now + step.createdMs;
            const entry = { ...bornAt(born, step.its, `v${at}`, now + step.fresherMs), createdAt };
            const copy = step.copy ? { copy: true } : {};
            await same(mirror, (each) => each.write([{ key: step.key, entry: { ...entry, ...copy } }]));
            break;
          }
          case 'happen':
            log.push({ sequence: log.length + 1, ...step.request });
            break;
          case 'replicate': {
            const upTo = Math.max(0, log.length - step.to);
            const after = Math.max(0, upTo - step.from);
            const events = log.slice(after, upTo);
            await same(mirror, (each) => each.replicate({ after, upTo, events }, step.isAll));
            break;
          }
          case 'reap': {
            const event = log.at(-1 - step.back);
            if (event !== undefined) await same(mirror, (each) => reapAll(each, event));
            break;
          }
          case 'dropCopies':
            await same(mirror, (each) => each.dropCopies('redis', step.which));
            break;
          case 'forget':
            await forget(namespace);
            reference.forgetAll();
        }
      }
      await same(processes[0], async (each) => seen(await each.read(keys)));
    }),
    { numRuns: 500 },
  );
});

describe('A mirror in Redis', () => {
  const newMirror = (buckets = 3) => {
    const namespace = randomUUID();
    return { mirror: new RedisMirror({ client: server.client, namespace, buckets }), namespace };
  };
  const event = (sequence: number, value: string): Invalidation => ({
    sequence,
    kind: 'keys',
    values: [value],
    soft: false,
  });

  it('says that it has lost all as soon as one of its parts has', async () => {
    const { mirror, namespace } = newMirror();
    expect(await mirror.read(['user:1'])).toEqual({ sequence: -1, entries: [undefined] });
    expect(await mirror.replicate({ after: 5, upTo: 5, events: [] }, false)).toBe(-1);
    expect(await mirror.replicate({ after: 5, upTo: 5, events: [] }, true)).toBe(5);
    await mirror.write(keys.map((each) => ({ key: each, entry: bornAt(5) })));
    expect((await mirror.read(keys)).entries).not.toContain(undefined);
    await forget(namespace, String(bucketOf('user:1', 3)));
    expect(await mirror.read(keys)).toEqual({ sequence: -1, entries: keys.map(() => undefined) });
    expect((await mirror.read([])).sequence).toBe(-1);
    expect(await mirror.replicate({ after: 5, upTo: 6, events: [event(6, 'other')] }, false)).toBe(-1);
    expect(await mirror.replicate({ after: 5, upTo: 6, events: [event(6, 'other')] }, true)).toBe(6);
    expect((await mirror.read(keys)).sequence).toBe(6);
  });

  it('knows the log only up to where all of its parts do', async () => {
    const { mirror, namespace } = newMirror();
    await mirror.replicate({ after: 0, upTo: 3, events: [event(3, 'other')] }, true);
    await server.client.hset(bucketKeys(namespace, 1).metadata, 's', 2);
    expect((await mirror.read([])).sequence).toBe(2);
    expect(await mirror.replicate({ after: 3, upTo: 4, events: [event(4, 'more')] }, false)).toBe(2);
    expect(await mirror.replicate({ after: 2, upTo: 4, events: [event(3, 'other'), event(4, 'more')] }, false)).toBe(4);
  });

  it('takes over a long log in pieces, and goes on from where it was lost', async () => {
    const { mirror, namespace } = newMirror(2);
    const events = Array.from({ length: 1_700 }, (_, at) => event(at + 1, `k${at}`));
    await mirror.replicate({ after: 0, upTo: 0, events: [] }, true);
    await mirror.write(['k3', 'k1699', 'other'].map((each) => ({ key: each, entry: bornAt(0) })));
    expect(await mirror.replicate({ after: 0, upTo: 1_705, events }, false)).toBe(1_705);
    expect((await mirror.read(['k3', 'k1699', 'other'])).entries.map((hit) => hit === undefined)).toEqual([
      true,
      true,
      false,
    ]);
    await server.client.hset(bucketKeys(namespace, 1).metadata, 's', 1_100);
    const { changes } = await mirror.read([], { after: 0 });
    expect(changes?.upTo).toBe(1_100);
    expect(await mirror.replicate({ after: 1_200, upTo: 1_705, events: events.slice(1_200) }, false)).toBe(1_100);
    expect(await mirror.replicate({ after: 1_000, upTo: 1_705, events: events.slice(1_000) }, false)).toBe(1_705);
  });

  it('never throws for being behind, and begins nothing by itself', async () => {
    const { mirror } = newMirror(1);
    await mirror.replicate({ after: 0, upTo: 3, events: [] }, true);
    expect(await mirror.read(['user:1'], { after: 10 })).toEqual({ sequence: 3, entries: [undefined] });
    expect((await mirror.read([], { after: 2 })).changes).toEqual({ after: 2, upTo: 3, events: [] });
  });

  it('keeps of two copies the one that was created later, whichever comes first and is fresh for longer', async () => {
    const { mirror } = newMirror(1);
    await mirror.replicate({ after: 0, upTo: 0, events: [] }, true);
    for (const its of [[], ['red', 'a longer tag']]) {
      // Their bytes differ in each other's order.
      for (const [earlier, later] of [
        [1_800_000_000_127, 1_800_000_000_128],
        [1_700_000_000_001, 1_700_000_020_000],
        [5, 1_900_000_000_000],
      ]) {
        const copy = { ...bornAt(0, its), copy: true };
        const [old, young] = [
          { ...copy, createdAt: earlier ?? 0 },
          { ...copy, createdAt: later ?? 0, freshUntil: copy.freshUntil - 1 },
        ];
        for (const entry of [old, young]) expect(await mirror.write([{ key: 'user:1', entry }])).toEqual(['stored']);
        expect(await mirror.write([{ key: 'user:1', entry: old }])).toEqual(['older']);
        expect((await mirror.read(['user:1'])).entries[0]?.entry.createdAt).toBe(later);
        expect(await mirror.dropCopies('redis', ['user:1'])).toBe(1);
      }
    }
  });

  it('counts copies where they lie, and drops them alone', async () => {
    const { mirror } = newMirror(1);
    await mirror.replicate({ after: 0, upTo: 0, events: [] }, true);
    await mirror.write([
      { key: 'a', entry: { ...bornAt(0), copy: true } },
      { key: 'b', entry: bornAt(0) },
    ]);
    expect((await mirror.usage()).redis?.entries).toBe(2);
    expect(await mirror.dropCopies('dynamodb', ['a', 'b'])).toBe(0);
    expect(await mirror.dropCopies('redis', ['a', 'b', 'c'])).toBe(1);
    expect((await mirror.usage()).redis?.entries).toBe(1);
    expect((await mirror.read(['a', 'b'])).entries.map((hit) => hit?.tier)).toEqual([undefined, 'redis']);
  });

  it('removes copies with the rest, but counts them elsewhere', async () => {
    const { mirror } = newMirror();
    await mirror.replicate({ after: 0, upTo: 0, events: [] }, true);
    const entries = keys.map((each, at) => ({ key: each, entry: { ...bornAt(0), ...(at < 3 ? { copy: true } : {}) } }));
    for (const soft of [true, false]) {
      await mirror.write(entries);
      const clear: Invalidation = { sequence: soft ? 1 : 2, kind: 'clear', values: [], soft };
      expect(await reapAll(mirror, clear)).toBe(1);
    }
    expect((await mirror.usage()).redis?.entries).toBe(0);
  });
});
