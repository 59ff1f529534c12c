import { rmSync } from 'node:fs';
import {
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { describe, expect, it } from 'vitest';
import { functionDefinition } from '../../../lib/contracts/functions.ts';
import { queueNames } from '../../../lib/contracts/messages.ts';
import { queues } from '../../../lib/contracts/queues.ts';
import { startDynamoDb } from '../../../lib/local/emulators/dynamodb.ts';
import { credentials, region } from '../../../lib/local/lambda/account.ts';
import { ensureQueues } from '../../../lib/local/provision/queues.ts';
import { ensureCacheTable, ensureHistoryTable } from '../../../lib/local/provision/tables.ts';
import { temporaryDirectory } from '../../support/bundle-function.ts';
import { startQueueServer } from './queue-fixture.ts';

describe.each(['dynoxide', 'dynalite'] as const)('the history table on %s', (engine) => {
  it('is created once and keeps what is in it', async () => {
    const dataDir = temporaryDirectory();
    const emulator = await startDynamoDb({ dataDir, engine });
    const client = new DynamoDBClient({ endpoint: emulator.endpoint, region, credentials });
    await Promise.all([ensureHistoryTable(client, 'history'), ensureHistoryTable(client, 'history')]);
    const Item = { pk: { S: 'p' }, sk: { S: 's' }, outboxShard: { S: 'o' }, outboxDue: { S: 'd' }, value: { N: '1' } };
    await client.send(new PutItemCommand({ TableName: 'history', Item }));
    await ensureHistoryTable(client, 'history');
    const found = client.send(
      new QueryCommand({
        TableName: 'history',
        IndexName: 'outbox',
        KeyConditionExpression: 'outboxShard = :shard',
        ExpressionAttributeValues: { ':shard': { S: 'o' } },
      }),
    );
    const { value: _, ...keys } = Item;
    expect((await found).Items).toEqual([keys]);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'history' }));
    expect(Table?.TableStatus).toBe('ACTIVE');
    client.destroy();
    await emulator.stop();
    rmSync(dataDir, { recursive: true });
  });
});

describe.each(['dynoxide', 'dynalite'] as const)('the cache table on %s', (engine) => {
  it('is keyed by two strings, without an index, and is created once', async () => {
    const dataDir = temporaryDirectory();
    const emulator = await startDynamoDb({ dataDir, engine });
    const client = new DynamoDBClient({ endpoint: emulator.endpoint, region, credentials });
    await Promise.all([ensureCacheTable(client, 'cache'), ensureCacheTable(client, 'cache')]);
    const Item = { pk: { S: 'p' }, sk: { S: 's' }, payload: { B: new Uint8Array([0, 255]) } };
    await client.send(new PutItemCommand({ TableName: 'cache', Item }));
    await ensureCacheTable(client, 'cache');
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'cache' }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    });
    expect(Table?.GlobalSecondaryIndexes ?? []).toEqual([]);
    const found = await client.send(new GetItemCommand({ TableName: 'cache', Key: { pk: Item.pk, sk: Item.sk } }));
    expect(found.Item).toEqual(Item);
    client.destroy();
    await emulator.stop();
    rmSync(dataDir, { recursive: true });
  });
});

describe('the queues', () => {
  it('are those of the contracts, each with a dead-letter queue, also the second time', async () => {
    const server = await startQueueServer();
    await ensureQueues(server.client);
    const pairs = await ensureQueues(server.client);
    for (const name of queueNames) {
      const { Attributes = {} } = await server.client.send(
        new GetQueueAttributesCommand({ QueueUrl: pairs[name].url, AttributeNames: ['All'] }),
      );
      const { visibilityTimeoutSeconds, maxReceives, consumer } = queues[name];
      expect(Number(Attributes.VisibilityTimeout)).toBe(visibilityTimeoutSeconds);
      expect(visibilityTimeoutSeconds).toBeGreaterThanOrEqual(functionDefinition(consumer).timeoutSeconds);
      expect(Attributes.QueueArn).toBe(pairs[name].arn);
      expect(JSON.parse(Attributes.RedrivePolicy ?? '')).toEqual({
        deadLetterTargetArn: `arn:aws:sqs:us-east-1:000000000000:${name}-dead-letters`,
        maxReceiveCount: maxReceives,
      });
      expect(pairs[name].deadLetterUrl).toBe(`${server.endpoint}/000000000000/${name}-dead-letters`);
    }
    await server.stop();
  });
});
