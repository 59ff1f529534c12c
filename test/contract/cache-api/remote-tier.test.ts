import { afterAll, beforeAll } from 'vitest';
import { bucketKeys, bucketOf } from '../../../lib/cache/library/redis/layout.ts';
import { redis } from '../../../lib/cache/library/tiers.ts';
import { RemoteTier } from '../../../lib/sdk/cache/remote-tier.ts';
import { TierCalls } from '../../../lib/sdk/cache/tier-calls.ts';
import { startTestDynamoDb, type TestDynamoDb } from '../../support/history-table.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { describeSharedTier } from '../cache/shared-tier-suite.ts';
import { type CacheDoor, startCacheDoor } from './cache-door.ts';

const server = useRedisServer();
let dynamoDb: TestDynamoDb;
let door: CacheDoor;
let namespaces = 0;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
  door = await startCacheDoor(dynamoDb, [redis({ client: server.client })]);
});
afterAll(async () => {
  await door?.stop();
  await dynamoDb.stop();
});

describeSharedTier('A deployment, over HTTP', () => {
  const namespace = `remote-${namespaces++}`;
  const calls = new TierCalls({ base: door.url, apiKey: door.token, namespace, timeoutMs: 5_000, fetch });
  const expire = async (key: string) => {
    await server.client.del(bucketKeys(namespace, bucketOf(key, 1)).entry(key));
  };
  return { tier: new RemoteTier(calls), expire, home: 'redis' };
});
