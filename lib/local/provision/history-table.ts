import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { historyTable } from '../../platform/table/schema.ts';

const pollMs = 10;
const limitMs = 10_000;

/** Creates the table when it is missing, and resolves when it can be used. */
export async function ensureHistoryTable(client: DynamoDBClient, name: string): Promise<void> {
  if ((await statusOf(client, name)) === undefined) await create(client, name);
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

async function create(client: DynamoDBClient, name: string): Promise<void> {
  const { partitionKey, sortKey, timeToLive, outboxIndex } = historyTable;
  const keySchema = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: sort, KeyType: 'RANGE' as const },
  ];
  const keys = [partitionKey, sortKey, outboxIndex.partitionKey, outboxIndex.sortKey];
  try {
    await client.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: 'S' as const })),
        KeySchema: keySchema(partitionKey, sortKey),
        GlobalSecondaryIndexes: [
          {
            IndexName: outboxIndex.name,
            KeySchema: keySchema(outboxIndex.partitionKey, outboxIndex.sortKey),
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  const TimeToLiveSpecification = { AttributeName: timeToLive, Enabled: true };
  // An emulator without expiry keeps expired items, which every reader must bear anyway: DynamoDB takes days to remove them.
  await client.send(new UpdateTimeToLiveCommand({ TableName: name, TimeToLiveSpecification })).catch(() => {});
}
