import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redis } from '../../../lib/cache/library/tiers.ts';
import { opener } from '../../../lib/cache/open-namespace.ts';
import { CachePolicies, policyMaxAgeMs } from '../../../lib/cache/policies.ts';
import { CacheService } from '../../../lib/cache/service.ts';
import { cachePolicy } from '../../../lib/contracts/cache-policy.ts';
import { functionParts } from '../../support/function-parts.ts';
import { quietLog, startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { useRedisServer } from '../../support/redis-server.ts';

const server = useRedisServer();
let dynamoDb: TestDynamoDb;
let parts: TestParts;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  parts = await dynamoDb.createParts();
});

const shorter = cachePolicy.parse({ defaultTtlSeconds: 1 });

describe('a policy', () => {
  it('that another process chose is in force here within 5 s, and not asked for before', async () => {
    const [here, there] = [new CachePolicies(parts), new CachePolicies(parts)];
    expect(await here.get('shop')).toMatchObject({ policy: cachePolicy.parse({}), revision: 0 });
    expect(await there.put('shop', shorter)).toBeUndefined();
    expect(await there.get('shop')).toMatchObject({ policy: shorter, revision: 1 });
    parts.time.now += policyMaxAgeMs - 1;
    expect((await here.get('shop')).revision).toBe(0);
    parts.time.now += 1;
    expect(await here.get('shop')).toMatchObject({ policy: shorter, revision: 1 });
    expect((await here.get('other')).revision).toBe(0);
  });

  it.each(['memoryLimitMb', 'redisLimitMb', 'dynamodbLimitMb'])('has room for a byte at the least: %s', (limit) => {
    expect(cachePolicy.safeParse({ [limit]: 0.000_001 }).success).toBe(true);
    expect(cachePolicy.safeParse({ [limit]: 1e-300 }).success).toBe(false);
  });

  it('is not lost to another that is chosen at the same time', async () => {
    const policies = new CachePolicies(parts);
    await policies.put('shop', shorter);
    const both = await Promise.allSettled(
      [1, 2].map((ttl) => policies.put('shop', { ...shorter, defaultTtlSeconds: ttl })),
    );
    const refused = both.filter(({ status }) => status === 'rejected');
    if (refused.length > 0) expect(refused).toMatchObject([{ reason: { code: 'conflict' } }]);
    expect((await policies.get('shop')).revision).toBe(1 + both.length - refused.length);
  });

  it('goes on while the table does not answer', async () => {
    const policies = new CachePolicies({
      ...parts,
      table: new Proxy(parts.table, {
        get(target, name) {
          if (name === 'get' && isDown) return () => Promise.reject(new Error('down'));
          const member: unknown = Reflect.get(target, name);
          return typeof member === 'function' ? member.bind(target) : member;
        },
      }),
    });
    let isDown = false;
    await policies.put('shop', shorter);
    isDown = true;
    parts.time.now += 60_000;
    expect((await policies.get('shop')).policy).toEqual(shorter);
    await expect(policies.get('unknown')).rejects.toThrow('down');
  });

  it('that names other tiers clears the namespace, at once and when nobody goes by the one before', async () => {
    const all = { ...functionParts('cache-api', parts), clock: Date.now, log: quietLog };
    const open = opener({ tiers: [redis({ client: server.client })], memoryMb: 16, log: quietLog });
    const pauses: number[] = [];
    let late = async (): Promise<void> => {};
    const service = new CacheService(all, {
      open,
      pause: async (ms) => {
        pauses.push(ms);
        await late();
      },
    });
    const set = (key: string) => service.within('shop', ({ cache }) => cache.set(key, { bytes: Buffer.from('x') }));
    const has = (key: string) => service.within('shop', async ({ cache }) => (await cache.get(key)) !== undefined);

    await set('a');
    await service.putPolicy('shop', shorter);
    expect([pauses, await has('a')]).toEqual([[], true]);

    late = async () => {
      expect(await has('a')).toBe(false);
      await set('late');
    };
    await service.putPolicy('shop', cachePolicy.parse({ tiers: ['memory', 'redis'] }));
    expect([pauses, await has('a'), await has('late')]).toEqual([[policyMaxAgeMs], false, false]);

    // Whoever was answered with a failure asks for the same again.
    const others = cachePolicy.parse({ tiers: ['memory'] });
    late = () => Promise.reject(new Error('cut off'));
    await expect(service.putPolicy('shop', others)).rejects.toThrow('cut off');
    await set('between');
    late = async () => {};
    expect(await service.putPolicy('shop', others)).toEqual(others);
    expect(await has('between')).toBe(false);
    expect(await service.policy('shop')).toEqual(others);
    await service.putPolicy('shop', others);
    expect(pauses).toHaveLength(3);
    await service.close();
  });
});
