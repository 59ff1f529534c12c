import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { cacheTable, historyTable } from '../../platform/table/schema.ts';

interface TableSchema {
  partitionKey: string;
  sortKey: string;
  timeToLive: string;
  index?: { name: string; partitionKey: string; sortKey: string };
}

const pollMs = 10;
const limitMs = 10_000;

/** Creates the table when it is missing, and resolves when it can be used. */
export const ensureHistoryTable = (client: DynamoDBClient, name: string): Promise<void> =>
  ensureTable(client, name, { ...historyTable, index: historyTable.outboxIndex });

/** As above, for the durable tier of caches. */
export const ensureCacheTable = (client: DynamoDBClient, name: string): Promise<void> =>
  ensureTable(client, name, cacheTable);

async function ensureTable(client: DynamoDBClient, name: string, schema: TableSchema): Promise<void> {
  if ((await statusOf(client, name)) === undefined) await create(client, name, schema);
  const deadline = performance.now() + limitMs;
  while ((await statusOf(client, name)) !== 'ACTIVE') {
    if (performance.now() > deadline) throw new Error(`The table ${name} does not become active.`);
    await delay(pollMs);
  }
}

async function statusOf(client: DynamoDBClient, name: string): Promise<string | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    return Table?.TableStatus;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

const keySchema = ({ partitionKey, sortKey }: Pick<TableSchema, 'partitionKey' | 'sortKey'>) => [
  { AttributeName: partitionKey, KeyType: 'HASH' as const },
  { AttributeName: sortKey, KeyType: 'RANGE' as const },
];

async function create(client: DynamoDBClient, name: string, schema: TableSchema): Promise<void> {
  const { timeToLive, index } = schema;
  const keys = [schema, ...(index === undefined ? [] : [index])].flatMap(keySchema);
  const indexes = index && [
    { IndexName: index.name, KeySchema: keySchema(index), Projection: { ProjectionType: 'KEYS_ONLY' as const } },
  ];
  try {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: keys.map(({ AttributeName }) => ({ AttributeName, AttributeType: 'S' as const })),
        KeySchema: keySchema(schema),
        GlobalSecondaryIndexes: indexes,
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  const TimeToLiveSpecification = { AttributeName: timeToLive, Enabled: true };
  // An emulator without expiry keeps expired items, which every reader must bear anyway: DynamoDB takes days to remove them.
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification })).catch(() => {});
}
