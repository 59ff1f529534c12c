import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { EntryHead } from '../../../lib/cache/library/entry.ts';
import type { Invalidation } from '../../../lib/cache/library/invalidations.ts';
import { bucketKeys, bucketOf } from '../../../lib/cache/library/redis/layout.ts';
import { RedisTier } from '../../../lib/cache/library/redis/redis-tier.ts';
import type { InvalidationRequest, Lease, SharedTier, TierRead } from '../../../lib/cache/library/shared-tier.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { ReferenceTier } from '../../support/reference-tier.ts';
import { bornAt, decreed, reapAll, sweepAll } from '../../support/tier-entries.ts';

const server = useRedisServer();
const keys = ['user:1', 'user:2', 'item:1', 'item:2', 'ü*'];
const tags = ['red', 'blue'];
const BUCKETS = 3;

const request: fc.Arbitrary<InvalidationRequest> = fc
  .tuple(
    fc.oneof(
      fc.tuple(fc.constant('keys' as const), fc.subarray(keys, { minLength: 1 })),
      fc.tuple(fc.constant('tags' as const), fc.subarray(tags, { minLength: 1 })),
      fc.tuple(fc.constant('pattern' as const), fc.constantFrom(['user:*'], ['*:1'], ['?ser:2'], ['ü\\*'])),
      fc.tuple(fc.constant('clear' as const), fc.constant<string[]>([])),
    ),
    fc.boolean(),
  )
  .map(([[kind, values], soft]) => ({ kind, values, soft }));

const key = fc.constantFrom(...keys);
const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('read' as const), after: fc.nat(10) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      key,
      lag: fc.nat(3),
      tags: fc.subarray(tags),
      leased: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      key,
      tags: fc.subarray(tags),
      replaces: fc.constantFrom('anything', 'nothing', 'read'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom('lease' as const, 'renew' as const, 'release' as const), key }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('touch' as const), key }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('invalidate' as const), request }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('reap' as const), back: fc.nat(5), budget: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const), key }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('sweep' as const) }) },
);

/** What a caller can see, with sequences from 0 on. */
const seen = ({ sequence, changes, entries }: TierRead, from: number) => ({
  sequence: sequence - from,
  changes: changes && {
    after: changes.after - from,
    upTo: changes.upTo - from,
    events: changes.events.map((event) => ({ ...event, sequence: event.sequence - from })),
  },
  entries: entries.map((hit) => {
    if (hit === undefined) return undefined;
    const { payload, born, tags: its, freshUntil } = hit.entry;
    const text = Buffer.from(payload).toString();
    return { text, born: born - from, tags: its, stale: hit.stale || freshUntil <= Date.now() };
  }),
});

const its = <T>(ofBoth: ReadonlyMap<string, readonly [T, T]>, key: string, tier: SharedTier): T | undefined =>
  ofBoth.get(key)?.[tier instanceof ReferenceTier ? 1 : 0];

let runs = 0;

it('Redis, asked by two processes in turn, does as the reference', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
      const namespace = `model${runs++}`;
      const options = { client: server.client, namespace, buckets: BUCKETS };
      const processes = [new RedisTier(options), new RedisTier(options)] as const;
      const reference = new ReferenceTier();
      const from = (await processes[0].read([])).sequence;
      const both = <T>(tier: RedisTier, ask: (each: SharedTier, base: number) => Promise<T>) =>
        Promise.all([ask(tier, from), ask(reference, 0)]);
      const events: Invalidation[] = [];
      /** Of the real one and of the reference. */
      const leases = new Map<string, readonly [Lease, Lease]>();
      const heads = new Map<string, readonly [EntryHead, EntryHead]>();
      /** Keys that Redis still has in its index. */
      const ghosts = new Set<string>();
      for (const [at, step] of commands.entries()) {
        const tier = processes[at % 2 === 0 ? 0 : 1];
        switch (step.do) {
          case 'read': {
            const after = Math.min(step.after, events.length);
            const [real, model] = await both(tier, (each, base) => each.read(keys, { after: base + after }));
            expect(seen(real, from)).toEqual(seen(model, 0));
            for (const [index, each] of keys.entries()) {
              const [one, other] = [real.entries[index]?.entry, model.entries[index]?.entry];
              if (one !== undefined && other !== undefined) heads.set(each, [one, other]);
            }
            break;
          }
          case 'write': {
            const born = Math.max(0, events.length - step.lag);
            // Each is fresh for longer than those before.
            const now = Date.now() + at;
            const [real, model] = await both(tier, (each, base) =>
              each.write([
                {
                  key: step.key,
                  entry: bornAt(base + born, step.tags, `v${at}`, now),
                  lease: step.leased ? its(leases, step.key, each) : undefined,
                },
              ]),
            );
            expect(real).toEqual(model);
            if (real[0] === 'stored') ghosts.delete(step.key);
            // Redis ends the lease whatever comes of the write; the reference leaves that to who holds it.
            else if (step.leased) {
              await both(tier, async (each) => each.release(step.key, its(leases, step.key, each) ?? { token: '' }));
            }
            break;
          }
          case 'set': {
            const now = Date.now() + at;
            const [real, model] = await both(tier, async (each) => {
              const replaces = step.replaces === 'nothing' ? null : its(heads, step.key, each);
              const entry = decreed(`v${at}`, step.tags, now);
              const condition = step.replaces === 'anything' ? {} : { replaces };
              const [result] = await each.set([{ key: step.key, entry, announce: ghosts.has(step.key), ...condition }]);
              return result;
            });
            if (real === undefined || model === undefined) return expect.unreachable();
            expect(real.outcome).toBe(model.outcome);
            if (real.outcome === 'changed') break;
            expect(real.born - from).toBe(model.born);
            expect(real.event).toEqual(model.event && { ...model.event, sequence: model.event.sequence + from });
            if (model.event !== undefined) events.push(model.event);
            ghosts.delete(step.key);
            break;
          }
          case 'lease': {
            const [real, model] = await both(tier, (each) => each.lease(step.key, 60_000));
            expect(real === undefined).toBe(model === undefined);
            if (real !== undefined && model !== undefined) leases.set(step.key, [real, model]);
            break;
          }
          case 'renew':
          case 'release': {
            if (!leases.has(step.key)) break;
            const [real, model] = await both(tier, async (each) => {
              const lease = its(leases, step.key, each) ?? { token: '' };
              if (step.do === 'renew') return each.renew(step.key, lease, 60_000);
              await each.release(step.key, lease);
              return undefined;
            });
            expect(real).toBe(model);
            break;
          }
          case 'touch': {
            if (!heads.has(step.key)) break;
            const until = Date.now() + 7_200_000 + at;
            const times = { createdAt: 0, freshUntil: until, revalidateUntil: until, expiresAt: until };
            const [real, model] = await both(tier, (each) =>
              each.touch(step.key, its(heads, step.key, each) ?? bornAt(0), times),
            );
            expect(real).toBe(model);
            break;
          }
          case 'invalidate': {
            const [real, model] = await both(tier, (each) => each.invalidate(step.request));
            expect(real).toEqual({ ...model, sequence: model.sequence + from });
            events.push(model);
            break;
          }
          case 'reap': {
            const event = events.at(-1 - step.back);
            if (event === undefined) break;
            const [real, model] = await both(tier, (each, base) =>
              reapAll(each, { ...event, sequence: event.sequence + base }, step.budget),
            );
            expect(real).toBe(model);
            break;
          }
          case 'expire':
            await server.client.del(bucketKeys(namespace, bucketOf(step.key, BUCKETS)).entry(step.key));
            reference.expire(step.key);
            ghosts.add(step.key);
            break;
          case 'sweep': {
            await both(tier, (each) => sweepAll(each));
            ghosts.clear();
            const [real, model] = await both(tier, async (each) => (await each.usage()).redis?.entries);
            expect(real).toBe(model);
          }
        }
      }
      const [real, model] = await both(processes[0], async (each, base) => seen(await each.read(keys), base));
      expect(real).toEqual(model);
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        const { metadata, marks } = bucketKeys(namespace, bucket);
        const fields = await server.client.hkeys(marks);
        const bytes = fields.reduce((sum, field) => sum + 100 + Buffer.byteLength(field), 0);
        expect(Number(await server.client.hget(metadata, 'mb'))).toBe(bytes);
      }
    }),
    { numRuns: 300 },
  );
});
