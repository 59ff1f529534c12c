import { CreateTableCommand, TagResourceCommand } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { callLimits } from '../../../lib/optimization/aws/configuration/calls.ts';
import { AwsConfigurationReader } from '../../../lib/optimization/aws/configuration/reader.ts';
import { type Account, managed, startAccount } from '../../support/aws-doubles/account.ts';
import { unspeakable } from '../../support/aws-doubles/double.ts';
import { restStage } from '../../support/aws-doubles/rest-apis.ts';

const now = Date.parse('2026-01-31T12:00:00.000Z');
let account: Account;
let reader: AwsConfigurationReader;

beforeAll(async () => {
  account = await startAccount();
  reader = new AwsConfigurationReader(account.clients, () => now);
});
afterAll(() => account.stop());
beforeEach(() => account.clear());

const read = (resources: object) => reader.read(projectSettings.parse({ baseUrl: 'http://127.0.0.1:1', resources }));

const report = (ms: number, used: number, more = '') =>
  `REPORT RequestId: 1\tDuration: ${ms} ms\tBilled Duration: ${Math.ceil(ms)} ms\tMemory Size: 512 MB\tMax Memory Used: ${used} MB\t${more}`;

describe('the configuration of what a project names', () => {
  it('tells of a function what is set, who sends it work, how it logs and what it reported', async () => {
    const { lambda, logs } = account;
    lambda.state.add('orders', {
      reservedConcurrency: 20,
      aliases: new Map([
        ['live', { version: '3', provisioned: { units: 5, pending: 0 } }],
        ['next', { version: '4' }],
      ]),
    });
    lambda.state.addMapping('m1', 'orders', { maximumConcurrency: 7 });
    logs.state.set('/aws/lambda/orders', {
      storedBytes: 1_000,
      lines: [
        { atMs: now - 5_000, message: report(900, 120, 'Init Duration: 250.5 ms') },
        ...Array.from({ length: 120 }, (_, i) => ({ atMs: now - 4_000 + i, message: report(10 + i, 100) })),
        { atMs: now - 100, message: report(10_000, 130, 'Status: timeout') },
        { atMs: now - 50, message: 'not a report' },
      ],
    });
    const { lambdas, problems } = await read({ lambdas: ['arn:aws:lambda:us-east-1:123456789012:function:orders'] });
    expect(problems).toEqual([]);
    expect(lambdas).toEqual([
      {
        name: 'arn:aws:lambda:us-east-1:123456789012:function:orders',
        functionName: 'orders',
        isManaged: true,
        memoryMb: 512,
        timeoutSeconds: 10,
        architecture: 'x86_64',
        packageType: 'Zip',
        runtime: 'nodejs24.x',
        codeBytes: 1_000_000,
        layers: [],
        hasSnapStart: false,
        reservedConcurrency: 20,
        aliases: [
          { name: 'live', version: '3', provisionedConcurrency: 5 },
          { name: 'next', version: '4' },
        ],
        eventSources: [
          {
            id: 'm1',
            kind: 'sqs',
            isFifo: false,
            isEnabled: true,
            sourceArn: 'arn:aws:sqs:us-east-1:123456789012:orders',
            batchSize: 10,
            batchingWindowSeconds: 0,
            maximumConcurrency: 7,
          },
        ],
        logs: { group: '/aws/lambda/orders', storedBytes: 1_000 },
        reports: {
          invocations: 122,
          coldStarts: 1,
          memoryMb: 512,
          maxMemoryUsedMb: 130,
          timeouts: 1,
          p50DurationMs: 70,
          p99DurationMs: expect.closeTo(128.8),
          maxDurationMs: 10_000,
          p50InitMs: 250.5,
        },
      },
    ]);
  });

  it('finds REST APIs by name over all pages, and HTTP APIs by id', async () => {
    const { restApis, httpApis } = account;
    for (const name of ['one', 'two', 'shop']) {
      const stages = new Map([
        [
          'prod',
          restStage('prod', {
            methodSettings: { '*/*': { throttlingRateLimit: 50, throttlingBurstLimit: 100, cachingEnabled: true } },
            cacheClusterEnabled: true,
            cacheClusterSize: '0.5',
          }),
        ],
      ]);
      restApis.state.set(`id-${name}`, { id: `id-${name}`, name, tags: {}, minimumCompressionSize: 1_024, stages });
    }
    const plain = { stageName: '$default', deploymentId: 'd', defaultRouteSettings: { detailedMetricsEnabled: false } };
    const stages = new Map([['$default', plain]]);
    httpApis.state.set('a1b2c3d4e5', { apiId: 'a1b2c3d4e5', name: 'x', tags: managed, stages });
    const { apis, problems } = await read({ apis: ['shop', 'a1b2c3d4e5', 'gone'] });
    expect(apis).toEqual([
      {
        name: 'shop',
        kind: 'rest',
        id: 'id-shop',
        isManaged: false,
        minimumCompressionBytes: 1_024,
        stages: [{ name: 'prod', rateLimit: 50, burstLimit: 100, cacheSizeGb: 0.5, isCaching: true }],
      },
      { name: 'a1b2c3d4e5', kind: 'http', id: 'a1b2c3d4e5', isManaged: true, stages: [{ name: '$default' }] },
    ]);
    expect(problems).toEqual(['apigateway:GET: The API gone does not exist (gone).']);
  });

  it('tells of tables, queues, caches and the stack', async () => {
    const { clients, autoScaling, elastiCache, cloudFormation } = account;
    const { TableDescription } = await clients.dynamodb.send(
      new CreateTableCommand({
        TableName: 'orders',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 3 },
      }),
    );
    const Tags = Object.entries(managed).map(([Key, Value]) => ({ Key, Value }));
    await clients.dynamodb.send(new TagResourceCommand({ ResourceArn: TableDescription?.TableArn, Tags }));
    const scaled = { MinCapacity: 5, MaxCapacity: 50, policy: { name: 'p', targetValue: 70 }, schedules: new Map() };
    autoScaling.state.set('dynamodb table/orders dynamodb:table:ReadCapacityUnits', scaled);
    await clients.sqs.send(
      new CreateQueueCommand({ QueueName: 'mail', Attributes: { VisibilityTimeout: '45' }, tags: managed }),
    );
    elastiCache.state.serverless.set('sessions', { name: 'sessions', tags: managed, maxDataGb: 3, pending: 0 });
    elastiCache.state.nodes.set('old-001', { name: 'old-001', nodeType: 'cache.t4g.micro', tags: {} });
    const resources = ['A', 'B', 'C'].map((logicalId) => ({ logicalId, type: 'AWS::X', physicalId: `${logicalId}-1` }));
    cloudFormation.state.set('shop', { template: '{}', resources });

    const found = await read({
      tables: ['orders'],
      queues: ['https://sqs.us-east-1.amazonaws.com/000000000000/mail'],
      caches: ['sessions', 'old-001'],
      stack: 'shop',
    });
    expect(found).toEqual({
      readAt: '2026-01-31T12:00:00.000Z',
      lambdas: [],
      apis: [],
      tables: [
        {
          name: 'orders',
          tableName: 'orders',
          isManaged: true,
          billingMode: 'provisioned',
          provisioned: { read: 7, write: 3 },
          tableClass: 'STANDARD',
          sizeBytes: 0,
          indexes: [],
          autoScaling: { read: { min: 5, max: 50, targetPercent: 70 } },
        },
      ],
      queues: [
        {
          name: 'https://sqs.us-east-1.amazonaws.com/000000000000/mail',
          isManaged: true,
          arn: 'arn:aws:sqs:us-east-1:000000000000:mail',
          visibilityTimeoutSeconds: 45,
          isFifo: false,
        },
      ],
      caches: [
        { name: 'sessions', kind: 'serverless', isManaged: true, engine: 'valkey', maxDataGb: 3 },
        { name: 'old-001', kind: 'nodes', isManaged: false, engine: 'redis', nodeType: 'cache.t4g.micro' },
      ],
      stack: { name: 'shop', members: resources },
      problems: [],
    });
  });

  it('names what it may not read, or is kept from by throttling, and reads the rest', async () => {
    const { lambda } = account;
    lambda.state.add('a');
    lambda.state.add('b');
    lambda.double.fail('ListAliases', 'AccessDeniedException', { status: 403, times: 2 });
    lambda.double.fail('GetFunctionConcurrency', 'TooManyRequestsException', { status: 429 });
    const { lambdas, problems } = await read({ lambdas: ['a', 'b', 'missing'] });
    expect(lambdas.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(lambdas.every(({ aliases }) => aliases === undefined)).toBe(true);
    expect(problems.toSorted()).toEqual([
      expect.stringMatching(/^lambda:GetFunctionConcurrency: AWS takes no more requests at the moment \([ab]\)\.$/),
      'lambda:GetFunctionConfiguration: AWS does not know the function missing (missing).',
      "lambda:ListAliases: Headroom's role may not do that (a, b).",
    ]);
    expect(JSON.stringify(problems)).not.toContain(unspeakable);
  });

  it('has the newest of what was reported, where there is more than is read', async () => {
    const { lambda, logs } = account;
    lambda.state.add('orders');
    // All day as it was this morning; since ten minutes it is slow.
    const lines = Array.from({ length: 1_440 }, (_, minute) => ({
      atMs: now - (1_440 - minute) * 60_000,
      message: report(minute < 1_430 ? 10 : 500, 100),
    }));
    logs.state.set('/aws/lambda/orders', { storedBytes: 1, lines });
    const { lambdas } = await read({ lambdas: ['orders'] });
    expect(lambdas[0]?.reports?.maxDurationMs).toBe(500);
  });

  it('has nothing of what a function reported before it was last changed', async () => {
    const { lambda, logs } = account;
    lambda.state.add('orders', { lastModified: '2026-01-31T11:30:00.000+0000' });
    const at = (minutes: number, ms: number) => ({ atMs: now - minutes * 60_000, message: report(ms, 100) });
    logs.state.set('/aws/lambda/orders', { storedBytes: 1, lines: [at(31, 9_000), at(29, 20), at(1, 30)] });
    const { lambdas } = await read({ lambdas: ['orders'] });
    expect(lambdas[0]?.reports).toMatchObject({ invocations: 2, maxDurationMs: 30 });
  });

  it('never makes more calls than it may, and says so', async () => {
    for (let i = 0; i < 5; i++) account.lambda.state.add(`f${i}`);
    const bounded = new AwsConfigurationReader(account.clients, () => now, { ...callLimits, maxCalls: 4 });
    const names = ['f0', 'f1', 'f2', 'f3', 'f4'];
    const { problems } = await bounded.read(
      projectSettings.parse({ baseUrl: 'http://127.0.0.1:1', resources: { lambdas: names } }),
    );
    expect(problems.at(-1)).toMatch(/^\d+ calls were left out: a reading takes at most 4 and 15 s\.$/);
  });
});
