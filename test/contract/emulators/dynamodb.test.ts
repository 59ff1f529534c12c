import { once } from 'node:events';
import { createConnection } from 'node:net';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  paginateScan,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DynamoDb, startDynamoDb } from '../../../lib/local/emulators/dynamodb.ts';
import { findDynoxide } from '../../../lib/local/emulators/dynoxide.ts';
import { temporaryDataDir } from './data-directory.ts';
import { startEmulatorProcess } from './emulator-process.ts';

const engines = findDynoxide() === undefined ? (['dynalite'] as const) : (['dynoxide', 'dynalite'] as const);

const connect = (endpoint: string) =>
  new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } });

const TableName = 'HistoryTable';
const createTable = new CreateTableCommand({
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: ['pk', 'sk', 'outboxShard', 'outboxDue'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'outbox',
      KeySchema: [
        { AttributeName: 'outboxShard', KeyType: 'HASH' },
        { AttributeName: 'outboxDue', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
});

/** As on AWS, a table is not there yet when its creation is acknowledged. */
async function makeTable(client: DynamoDBClient): Promise<void> {
  await client.send(createTable);
  await waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 0.01, maxDelay: 0.05 }, { TableName });
}

describe.each(engines)('DynamoDB by %s', (engine) => {
  const dataDir = temporaryDataDir();
  let dynamodb: DynamoDb;
  let client: DynamoDBClient;
  const key = (pk: string, sk = 'x') => ({ pk: { S: pk }, sk: { S: sk } });
  const put = (item: object) => client.send(new PutItemCommand({ TableName, Item: { ...item } }));
  const get = async (pk: string, sk = 'x') =>
    (await client.send(new GetItemCommand({ TableName, Key: key(pk, sk), ConsistentRead: true }))).Item;

  beforeAll(async () => {
    dynamodb = await startDynamoDb({ dataDir, engine });
    client = connect(dynamodb.endpoint);
    await makeTable(client);
  });
  afterAll(async () => {
    client.destroy();
    await dynamodb.stop();
    await dynamodb.stop();
  });

  it('is the engine that was asked for, with a table that is active, and its index too', async () => {
    expect(dynamodb.engine).toBe(engine);
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table?.TableStatus).toBe('ACTIVE');
    expect(Table?.GlobalSecondaryIndexes?.[0]?.IndexStatus).toBe('ACTIVE');
    await expect(client.send(createTable)).rejects.toMatchObject({ name: 'ResourceInUseException' });
  });

  it('takes a time to live, or says that it does not know the operation', async () => {
    const update = client.send(
      new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      }),
    );
    if (engine === 'dynoxide') expect((await update).TimeToLiveSpecification?.Enabled).toBe(true);
    else await expect(update).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });

  describe('a conditional write', () => {
    const failure = { name: 'ConditionalCheckFailedException' };

    it('puts an item once', async () => {
      const once = new PutItemCommand({
        TableName,
        Item: { ...key('cond-put'), n: { N: '1' } },
        ConditionExpression: 'attribute_not_exists(pk)',
      });
      await client.send(once);
      await expect(client.send(once)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    });

    it('lets exactly one of many concurrent writers through', async () => {
      await put({ ...key('cond-race'), version: { N: '0' } });
      const attempts = Array.from({ length: 20 }, (_, writer) =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: key('cond-race'),
            UpdateExpression: 'SET version = :next, writer = :writer',
            ConditionExpression: 'version = :current',
            ExpressionAttributeValues: {
              ':current': { N: '0' },
              ':next': { N: '1' },
              ':writer': { N: String(writer) },
            },
          }),
        ),
      );
      const results = await Promise.allSettled(attempts);
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('updates and deletes only what matches', async () => {
      await put({ ...key('cond-update'), state: { S: 'queued' } });
      const move = (from: string, to: string) =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: key('cond-update'),
            UpdateExpression: 'SET #state = :to',
            ConditionExpression: '#state = :from AND attribute_exists(pk)',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: { ':from': { S: from }, ':to': { S: to } },
            ReturnValues: 'ALL_NEW',
          }),
        );
      expect((await move('queued', 'running')).Attributes?.state).toEqual({ S: 'running' });
      await expect(move('queued', 'running')).rejects.toMatchObject(failure);
      const remove = (state: string) =>
        client.send(
          new DeleteItemCommand({
            TableName,
            Key: key('cond-update'),
            ConditionExpression: '#state = :state',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: { ':state': { S: state } },
            ReturnValues: 'ALL_OLD',
          }),
        );
      await expect(remove('queued')).rejects.toMatchObject(failure);
      expect((await remove('running')).Attributes?.state).toEqual({ S: 'running' });
      expect(await get('cond-update')).toBeUndefined();
    });

    it('returns the item that stood in the way, where the engine can', async () => {
      await put({ ...key('cond-return'), owner: { S: 'first' } });
      const attempt = client.send(
        new PutItemCommand({
          TableName,
          Item: key('cond-return'),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      const item = { ...key('cond-return'), owner: { S: 'first' } };
      await expect(attempt).rejects.toMatchObject(engine === 'dynoxide' ? { ...failure, Item: item } : failure);
    });
  });

  describe('a query', () => {
    const sortKeys = ['interval#0001', 'interval#0002', 'interval#0003', 'interval#0010', 'run', 'step#1'];
    beforeAll(() => Promise.all(sortKeys.map((sk) => put(key('query', sk)))));
    const query = (input: object) =>
      client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: { ':pk': { S: 'query' }, ':prefix': { S: 'interval#' } },
          ConsistentRead: true,
          ...input,
        }),
      );
    const keysOf = (items: readonly Record<string, { S?: string }>[] | undefined) => items?.map(({ sk }) => sk?.S);

    it('finds by prefix, in order and in reverse', async () => {
      expect(keysOf((await query({})).Items)).toEqual(sortKeys.slice(0, 4));
      expect(keysOf((await query({ ScanIndexForward: false })).Items)).toEqual(sortKeys.slice(0, 4).toReversed());
    });

    it('finds by range', async () => {
      const { Items } = await query({
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': { S: 'query' },
          ':from': { S: 'interval#0002' },
          ':to': { S: 'interval#0010' },
        },
      });
      expect(keysOf(Items)).toEqual(sortKeys.slice(1, 4));
    });

    it('continues where a limited page ended', async () => {
      const found: (string | undefined)[] = [];
      let ExclusiveStartKey: Record<string, { S: string }> | undefined;
      let pages = 0;
      do {
        const page = await query({ Limit: 2, ...(ExclusiveStartKey && { ExclusiveStartKey }) });
        found.push(...(keysOf(page.Items) ?? []));
        ExclusiveStartKey = page.LastEvaluatedKey as typeof ExclusiveStartKey;
        pages += 1;
      } while (ExclusiveStartKey !== undefined && pages < 10);
      expect(found).toEqual(sortKeys.slice(0, 4));
    });

    it('counts the limit before the filter', async () => {
      const page = await query({
        Limit: 2,
        FilterExpression: 'sk_copy = :none',
        ExpressionAttributeValues: { ':pk': { S: 'query' }, ':prefix': { S: 'interval#' }, ':none': { S: 'none' } },
      });
      expect([page.Count, page.ScannedCount]).toEqual([0, 2]);
      expect(page.LastEvaluatedKey).toEqual(key('query', 'interval#0002'));
    });

    it('ends a page at 1 MB', async () => {
      const text = 'x'.repeat(300_000);
      for (const sk of ['a', 'b', 'c', 'd', 'e']) await put({ ...key('large', sk), text: { S: text } });
      const page = await query({
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: 'large' } },
      });
      expect(page.Count).toBeLessThan(5);
      expect(page.LastEvaluatedKey).toBeDefined();
    });
  });

  it('writes and reads in batches', async () => {
    const ids = Array.from({ length: 25 }, (_, i) => `batch-${i}`);
    const written = await client.send(
      new BatchWriteItemCommand({
        RequestItems: { [TableName]: ids.map((id) => ({ PutRequest: { Item: key(id) } })) },
      }),
    );
    expect(written.UnprocessedItems ?? {}).toEqual({});
    const read = await client.send(
      new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys: [...ids, 'batch-none'].map((id) => key(id)), ConsistentRead: true } },
      }),
    );
    expect(read.Responses?.[TableName]).toHaveLength(25);
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: { [TableName]: ids.slice(0, 24).map((id) => ({ DeleteRequest: { Key: key(id) } })) },
      }),
    );
    const left: unknown[] = [];
    const scan = {
      TableName,
      FilterExpression: 'begins_with(pk, :p)',
      ExpressionAttributeValues: { ':p': { S: 'batch-' } },
    };
    for await (const page of paginateScan({ client }, scan)) left.push(...(page.Items ?? []));
    expect(left).toEqual([key('batch-24')]);
  });

  it('updates by ADD, SET with if_not_exists, REMOVE and paths into maps', async () => {
    const update = () =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: key('update'),
          UpdateExpression:
            'SET createdAt = if_not_exists(createdAt, :now), #log = list_append(if_not_exists(#log, :empty), :entry) ' +
            'ADD hits :one, tags :tag REMOVE obsolete',
          ExpressionAttributeNames: { '#log': 'log' },
          ExpressionAttributeValues: {
            ':now': { S: String(calls++) },
            ':one': { N: '1' },
            ':tag': { SS: [`tag-${calls}`] },
            ':empty': { L: [] },
            ':entry': { L: [{ N: String(calls) }] },
          },
        }),
      );
    let calls = 0;
    await put({ ...key('update'), obsolete: { BOOL: true } });
    await update();
    await update();
    expect(await get('update')).toEqual({
      ...key('update'),
      createdAt: { S: '0' },
      hits: { N: '2' },
      tags: { SS: ['tag-1', 'tag-2'] },
      log: { L: [{ N: '1' }, { N: '2' }] },
    });
  });

  it('shows an item in the sparse index only while it has the attribute', async () => {
    const listed = async () =>
      (
        await client.send(
          new QueryCommand({
            TableName,
            IndexName: 'outbox',
            KeyConditionExpression: 'outboxShard = :shard AND outboxDue <= :now',
            ExpressionAttributeValues: { ':shard': { S: '3' }, ':now': { S: '2026-01-01' } },
          }),
        )
      ).Items?.map(({ pk }) => pk?.S);
    await put(key('sparse-none'));
    await put({ ...key('sparse-b'), outboxShard: { S: '3' }, outboxDue: { S: '2025-02' } });
    await put({ ...key('sparse-a'), outboxShard: { S: '3' }, outboxDue: { S: '2025-01' } });
    await put({ ...key('sparse-later'), outboxShard: { S: '3' }, outboxDue: { S: '2027' } });
    expect(await listed()).toEqual(['sparse-a', 'sparse-b']);
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key: key('sparse-a'),
        UpdateExpression: 'REMOVE outboxShard, outboxDue',
      }),
    );
    expect(await listed()).toEqual(['sparse-b']);
  });

  it('keeps every kind of value as it was', async () => {
    const document = DynamoDBDocumentClient.from(client);
    const item = {
      pk: 'values',
      sk: 'x',
      bytes: Uint8Array.from({ length: 256 }, (_, i) => i),
      text: 'Grüße 漢字 🚀 \u0000 "quoted"',
      nothing: null,
      yes: true,
      list: [1, 'two', { three: [3] }],
      numbers: [0, -1, 0.1, 1e-100, 123456789012345, Number.MAX_SAFE_INTEGER],
    };
    await document.send(new PutCommand({ TableName, Item: item }));
    const read = await document.send(
      new GetCommand({ TableName, Key: { pk: 'values', sk: 'x' }, ConsistentRead: true }),
    );
    expect(read.Item).toEqual(item);
    await put({ ...key('precise'), n: { N: '12345678901234567890123456789012345678' } });
    expect((await get('precise'))?.n).toEqual({ N: '12345678901234567890123456789012345678' });
  });

  it('refuses an item beyond 400 KB, and a wrong key, as DynamoDB does', async () => {
    const validation = { name: 'ValidationException' };
    await expect(put({ ...key('big'), text: { S: 'x'.repeat(410_000) } })).rejects.toMatchObject(validation);
    await expect(put({ pk: { S: 'no sort key' } })).rejects.toMatchObject(validation);
  });

  it('goes on when a client hangs up in the middle of a request', async () => {
    const list = async () => (await client.send(new ListTablesCommand({}))).TableNames;
    const socket = createConnection(Number(new URL(dynamodb.endpoint).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{"Table');
    // An answer on another connection: by then the server has seen the beginning.
    await list();
    socket.resetAndDestroy();
    await once(socket, 'close');
    for (let i = 0; i < 3; i += 1) expect(await list()).toEqual([TableName]);
  });

  it('has its data after a restart, on another port', async () => {
    const directory = temporaryDataDir();
    const first = await startDynamoDb({ dataDir: directory, engine });
    const firstClient = connect(first.endpoint);
    await makeTable(firstClient);
    await firstClient.send(new PutItemCommand({ TableName, Item: key('kept') }));
    firstClient.destroy();
    await first.stop();
    await expect(fetch(first.endpoint)).rejects.toThrow();
    const second = await startDynamoDb({ dataDir: directory, engine });
    const secondClient = connect(second.endpoint);
    const { Item } = await secondClient.send(new GetItemCommand({ TableName, Key: key('kept') }));
    expect(Item).toEqual(key('kept'));
    secondClient.destroy();
    await second.stop();
  });

  it('has every acknowledged write after kill -9', async () => {
    const directory = temporaryDataDir();
    const process = await startEmulatorProcess(engine, directory);
    const before = connect(process.endpoint);
    await makeTable(before);
    const acknowledged: string[] = [];
    const killed = Promise.withResolvers<void>();
    const writer = async (name: number) => {
      try {
        for (let i = 0; ; i += 1) {
          await before.send(new PutItemCommand({ TableName, Item: key(`${name}`, `${i}`) }));
          acknowledged.push(`${name}/${i}`);
          if (acknowledged.length === 100) killed.resolve(process.kill());
        }
      } catch {
        // The connection broke, as it should.
      }
    };
    const writers = Promise.all([1, 2, 3, 4].map(writer));
    await killed.promise;
    before.destroy();
    await writers;
    const restarted = await startDynamoDb({ dataDir: directory, engine });
    const after = connect(restarted.endpoint);
    const { Items } = await after.send(new ScanCommand({ TableName, ConsistentRead: true }));
    const found = new Set(Items?.map(({ pk, sk }) => `${pk?.S}/${sk?.S}`));
    expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
    after.destroy();
    await restarted.stop();
  });
});
