import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketKeys, bucketOf } from '../../../lib/cache/library/redis/layout.ts';
import { RedisMirror } from '../../../lib/cache/library/redis/redis-mirror.ts';
import {
  type InvalidationRequest,
  type SharedTierName,
  TierUnavailableError,
} from '../../../lib/cache/library/shared-tier.ts';
import { StackedTier } from '../../../lib/cache/library/stacked-tier.ts';
import { CacheLedger } from '../../support/cache-ledger.ts';
import { type Meddle, meddledWith } from '../../support/faulty-tier.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { bornAt, decreed, reapAll } from '../../support/tier-entries.ts';
import { engines, expireEntry, useCacheTable } from './dynamo-tables.ts';
import { describeSharedTier } from './shared-tier-suite.ts';

const server = useRedisServer();
const BUCKETS = 3;

async function forget(namespace: string): Promise<void> {
  const names = await server.client.keys(`hr:{${namespace}:*}:*`);
  if (names.length > 0) await server.client.del(...names);
}

describe('Redis over DynamoDB', () => {
  const table = useCacheTable(engines[0] ?? 'dynalite');
  const newMirror = (namespace: string) => new RedisMirror({ client: server.client, namespace, buckets: BUCKETS });

  describeSharedTier('Redis over DynamoDB', () => {
    const namespace = randomUUID();
    const owner = table.tier({ namespace });
    const tier = new StackedTier({ owner, mirror: newMirror(namespace) });
    const expire = async (key: string) => {
      await expireEntry(table.client, namespace, key);
      await server.client.del(bucketKeys(namespace, bucketOf(key, BUCKETS)).entry(key));
    };
    return { tier, home: 'dynamodb', expire };
  });

  const keys = ['a:1', 'a:2', 'r:1', 'd:1'];
  const homeOf = (key: string): { home?: SharedTierName } => {
    if (key.startsWith('a')) return {};
    return { home: key.startsWith('r') ? 'redis' : 'dynamodb' };
  };
  const key = fc.constantFrom(...keys);
  const by = fc.nat(1);
  const request: fc.Arbitrary<InvalidationRequest> = fc.oneof(
    fc.record({ kind: fc.constant('keys' as const), values: key.map((each) => [each]), soft: fc.boolean() }),
    fc.record({ kind: fc.constant('tags' as const), values: fc.constant(['red']), soft: fc.boolean() }),
    fc.record({ kind: fc.constant('pattern' as const), values: fc.constant(['a:*']), soft: fc.constant(false) }),
    fc.record({ kind: fc.constant('clear' as const), values: fc.constant([]), soft: fc.constant(false) }),
  );
  const operation = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('read' as const), by, maxAgeMs: fc.constantFrom(0, 50) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('load' as const), by, key, its: fc.subarray(['red']) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('set' as const), by, key, its: fc.subarray(['red']) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('invalidate' as const), by, request, reaps: fc.boolean() }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('fault' as const),
        kind: fc.constantFrom('none', 'down', 'deaf', 'empty'),
      }),
    },
  );

  type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

  it('serves nothing dead, whatever becomes of Redis', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(operation, { maxLength: 12 }), { minLength: 1, maxLength: 3 }),
        async (lanes) => {
          const namespace = randomUUID();
          const ledger = new CacheLedger(Date.now);
          const found: string[] = [];
          let fault = 'none';
          const meddle: Meddle = async (name, run) => {
            if (fault === 'down') throw new TierUnavailableError('redis', 'it is down');
            if (fault === 'deaf' && name === 'replicate') throw new TierUnavailableError('redis', 'it was not told');
            return run();
          };
          const processes = Array.from({ length: 2 }, () => {
            const mirror = meddledWith(newMirror(namespace), meddle);
            return new StackedTier({ owner: table.tier({ namespace }), mirror });
          });
          const read = async (at: number, asked: readonly string[], maxAgeMs: number) => {
            const reading = ledger.reads(at, maxAgeMs);
            const answer = await processes[at]?.read(asked, { maxAgeMs });
            asked.forEach((each, place) => {
              const wrong = ledger.fault(reading, each, answer?.entries[place]);
              if (wrong !== undefined) found.push(wrong);
            });
            return answer?.sequence ?? 0;
          };
          const run = async (each: Operation) => {
            const tier = 'by' in each ? processes[each.by] : undefined;
            switch (each.do) {
              case 'read':
                await read(each.by, keys, each.maxAgeMs);
                return;
              case 'load': {
                const born = await read(each.by, [each.key], 50);
                const lease = await tier?.lease(each.key, 5_000, homeOf(each.key).home);
                if (lease === undefined) return;
                const entry = bornAt(born, each.its, ledger.loads(each.key, each.its));
                await tier?.write([{ key: each.key, entry, lease, ...homeOf(each.key) }]);
                return;
              }
              case 'set': {
                const value = ledger.sets(each.by, each.key, each.its);
                const set = { key: each.key, entry: decreed(value.text, each.its), ...homeOf(each.key) };
                await tier?.set([set]).then(value.acknowledged, (error: unknown) => {
                  value.failed();
                  throw error;
                });
                return;
              }
              case 'invalidate': {
                const death = ledger.kills(each.by, each.request);
                const event = await tier?.invalidate(each.request);
                death.acknowledged();
                if (each.reaps && tier !== undefined && event !== undefined) await reapAll(tier, event, 2);
                return;
              }
              case 'fault':
                fault = each.kind;
                if (fault === 'empty') await forget(namespace);
            }
          };
          await Promise.all(
            lanes.map(async (lane) => {
              for (const each of lane) {
                await run(each).catch((error: unknown) => {
                  if (!(error instanceof TierUnavailableError) || error.tier !== 'redis') throw error;
                });
              }
            }),
          );
          fault = 'none';
          for (const at of processes.keys()) {
            await read(at, keys, 0);
            await processes[at]?.settled();
          }
          await read(0, keys, 0);
          expect(found).toEqual([]);
        },
      ),
      { numRuns: Number(process.env.STACKED_STORE_RUNS ?? 25) },
    );
  }, 600_000);
});
