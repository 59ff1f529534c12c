import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { ensureCacheTable } from '../../lib/local/provision/tables.ts';
import type { TierChoice } from './cache-over-tiers.ts';
import { startTestDynamoDb, type TestDynamoDb } from './history-table.ts';
import { useRedisServer } from './redis-server.ts';

const tableName = 'cache';

/** Every set of tiers that others' tests are held against, by a name that is a namespace too. They can be asked for once the servers run. */
export function useTierChoices(): [name: string, choose: () => TierChoice][] {
  const server = useRedisServer();
  let database: TestDynamoDb | undefined;
  beforeAll(async () => {
    database = await startTestDynamoDb();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new DynamoDB({ endpoint: database.endpoint, region: 'us-east-1', credentials });
    await ensureCacheTable(client, tableName);
    client.destroy();
  });
  afterAll(() => database?.stop());
  const redis = () => ({ redisUrl: server.url });
  const dynamodb = () => {
    if (database === undefined) throw new Error('DynamoDB is not started yet');
    return { dynamodb: { endpoint: database.endpoint, tableName } };
  };
  return [
    ['memory', () => ({ memory: true })],
    ['redis', redis],
    ['dynamodb', dynamodb],
    ['memory-and-redis', () => ({ memory: true, ...redis() })],
    ['all-three', () => ({ memory: true, ...redis(), ...dynamodb() })],
  ];
}
