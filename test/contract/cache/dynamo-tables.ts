import { randomUUID } from 'node:crypto';
import { DynamoDB, type DynamoDBClientConfig, type ScanCommandOutput } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { numberIn } from '../../../lib/cache/library/dynamodb/attributes.ts';
import { DynamoTier, type DynamoTierOptions } from '../../../lib/cache/library/dynamodb/dynamo-tier.ts';
import { Layout } from '../../../lib/cache/library/dynamodb/layout.ts';
import { withTimes } from '../../../lib/cache/library/entry-codec.ts';
import type { DynamoDbEngine } from '../../../lib/local/emulators/dynamodb.ts';
import { ensureCacheTable } from '../../../lib/local/provision/tables.ts';
import { startTestDynamoDb, type TestDynamoDb } from '../../support/history-table.ts';

export const tableName = 'cache';
export const engines: readonly DynamoDbEngine[] = process.arch === 'x64' ? ['dynoxide', 'dynalite'] : ['dynalite'];

export interface TestTable {
  client: DynamoDB;
  /** Another one, which the table's end ends too. */
  newClient(endpoint?: string, maxAttempts?: number): DynamoDB;
  endpoint: string;
  tier(options?: Partial<DynamoTierOptions>): DynamoTier;
}

/** Emulators look for a signature and check none, and computing it is a fifth of what a command costs here. */
const unproven: NonNullable<DynamoDBClientConfig['signer']> = {
  async sign(request) {
    const credential = 'Credential=test/20260131/us-east-1/dynamodb/aws4_request';
    request.headers.authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=none`;
    request.headers['x-amz-date'] = '20260131T020000Z';
    return request;
  },
};

/** An emulator with an empty CacheTable for the tests of a file or a block. */
export function useCacheTable(engine: DynamoDbEngine): TestTable {
  let database: TestDynamoDb | undefined;
  const clients: DynamoDB[] = [];
  const started = () => {
    if (database === undefined) throw new Error('the emulator is not started yet');
    return database;
  };
  const table: TestTable = {
    get client() {
      const [client] = clients;
      if (client === undefined) throw new Error('the emulator is not started yet');
      return client;
    },
    get endpoint() {
      return started().endpoint;
    },
    newClient(endpoint = started().endpoint, maxAttempts = 3) {
      const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
      const client = new DynamoDB({ endpoint, region: 'us-east-1', credentials, maxAttempts, signer: unproven });
      clients.push(client);
      return client;
    },
    tier: (options) => new DynamoTier({ client: table.client, tableName, namespace: randomUUID(), ...options }),
  };
  beforeAll(async () => {
    database = await startTestDynamoDb(engine);
    await ensureCacheTable(table.newClient(), tableName);
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await database?.stop();
  });
  return table;
}

/** Ends an entry's time, as if it had passed. */
export async function expireEntry(client: DynamoDB, namespace: string, key: string): Promise<void> {
  const layout = new Layout(namespace);
  const { pk, sk } = layout.entry(key);
  const Key = { pk: { S: pk }, sk: { S: sk } };
  const { Item: item } = await client.getItem({ TableName: tableName, Key, ConsistentRead: true });
  if (item?.h?.B === undefined || numberIn(item, 'x') === undefined) return;
  await client.updateItem({
    TableName: tableName,
    Key,
    UpdateExpression: 'SET h = :h, f = :t, x = :t',
    ExpressionAttributeValues: { ':h': { B: withTimes(item.h.B, 1, 1) }, ':t': { N: '1' } },
  });
}

/** All items of a namespace by their primary keys, without its name. */
export async function itemsOf(client: DynamoDB, namespace: string): Promise<string[]> {
  const found: string[] = [];
  let from: ScanCommandOutput['LastEvaluatedKey'];
  do {
    const page: ScanCommandOutput = await client.scan({
      TableName: tableName,
      ConsistentRead: true,
      FilterExpression: 'begins_with(pk, :ns)',
      ExpressionAttributeValues: { ':ns': { S: `${namespace}#` } },
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    for (const { pk, sk } of page.Items ?? []) found.push(`${pk?.S?.slice(namespace.length + 1)} ${sk?.S}`);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return found.sort();
}
