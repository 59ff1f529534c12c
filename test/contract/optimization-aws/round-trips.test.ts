import { CreateTableCommand, TagResourceCommand } from '@aws-sdk/client-dynamodb';
import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ChangeOf } from '../../../lib/contracts/optimizations.ts';
import { AwsApplier } from '../../../lib/optimization/aws/applier/aws-applier.ts';
import { properties } from '../../../lib/optimization/aws/applier/properties.ts';
import type { Value } from '../../../lib/optimization/aws/applier/property.ts';
import { type Account, managed, startAccount } from '../../support/aws-doubles/account.ts';
import type { Call } from '../../support/aws-doubles/double.ts';
import { restStage } from '../../support/aws-doubles/rest-apis.ts';
import { namingProject } from './naming-project.ts';

let account: Account;
beforeAll(async () => {
  account = await startAccount();
});
afterAll(() => account.stop());
beforeEach(() => account.clear());

interface RoundTrip {
  service: ChangeOf<'aws'>['service'];
  property: string;
  /** Of `properties`: which this tries. */
  path: string;
  resource: string;
  before: Value;
  after: Value;
  prepare: () => unknown;
  /** All calls that were to change something, by the service that heard them. */
  made: Call[];
  undone: Call[];
}

const revision = expect.stringMatching(/^[0-9a-f]{32}$/);
const inShop = { restApiId: undefined, id: 'shop', stage: 'prod' };
const patch = (operations: object[]): Call => ({
  operation: 'UpdateStage',
  input: { id: inShop.id, stage: inShop.stage, patchOperations: operations },
});
const replace = (path: string, value: string) => ({ op: 'replace', path, value });
const addShop = (stage = {}) =>
  account.restApis.state.set('shop', {
    id: 'shop',
    name: 'shop',
    tags: managed,
    stages: new Map([['prod', restStage('prod', stage)]]),
  });
const target = {
  ServiceNamespace: 'dynamodb',
  ResourceId: 'table/orders',
  ScalableDimension: 'dynamodb:table:ReadCapacityUnits',
};
const ofAlias = {
  ServiceNamespace: 'lambda',
  ResourceId: 'function:orders:live',
  ScalableDimension: 'lambda:function:ProvisionedConcurrency',
};
const addFunction = () => account.lambda.state.add('orders', { aliases: new Map([['live', { version: '1' }]]) });

async function addTable(name: string): Promise<void> {
  const { TableDescription } = await account.clients.dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 3 },
    }),
  );
  const Tags = Object.entries(managed).map(([Key, Value]) => ({ Key, Value }));
  await account.clients.dynamodb.send(new TagResourceCommand({ ResourceArn: TableDescription?.TableArn, Tags }));
}

const visibility = (seconds: string): Call => ({
  operation: 'SetQueueAttributes',
  input: { QueueUrl: expect.stringMatching(/\/mail$/), Attributes: { VisibilityTimeout: seconds } },
});
const lambda = { service: 'lambda', resource: 'orders' } as const;
const trips: RoundTrip[] = [
  {
    ...lambda,
    property: 'memorySize',
    path: 'memorySize',
    before: 512,
    after: 1_024,
    prepare: addFunction,
    made: [
      { operation: 'UpdateFunctionConfiguration', input: { name: 'orders', MemorySize: 1_024, RevisionId: revision } },
    ],
    undone: [
      { operation: 'UpdateFunctionConfiguration', input: { name: 'orders', MemorySize: 512, RevisionId: revision } },
    ],
  },
  {
    ...lambda,
    property: 'timeout',
    path: 'timeout',
    before: 10,
    after: 900,
    prepare: addFunction,
    made: [{ operation: 'UpdateFunctionConfiguration', input: { name: 'orders', Timeout: 900, RevisionId: revision } }],
    undone: [
      { operation: 'UpdateFunctionConfiguration', input: { name: 'orders', Timeout: 10, RevisionId: revision } },
    ],
  },
  {
    ...lambda,
    property: 'reservedConcurrency',
    path: 'reservedConcurrency',
    before: null,
    after: 25,
    prepare: addFunction,
    made: [{ operation: 'PutFunctionConcurrency', input: { name: 'orders', ReservedConcurrentExecutions: 25 } }],
    undone: [{ operation: 'DeleteFunctionConcurrency', input: { name: 'orders' } }],
  },
  {
    ...lambda,
    property: 'alias/live/provisionedConcurrency',
    path: 'alias/{alias}/provisionedConcurrency',
    before: null,
    after: 4,
    prepare: addFunction,
    made: [
      {
        operation: 'PutProvisionedConcurrencyConfig',
        input: { name: 'orders', Qualifier: 'live', ProvisionedConcurrentExecutions: 4 },
      },
    ],
    undone: [{ operation: 'DeleteProvisionedConcurrencyConfig', input: { name: 'orders', Qualifier: 'live' } }],
  },
  {
    ...lambda,
    property: 'alias/live/provisionedSchedule',
    path: 'alias/{alias}/provisionedSchedule',
    before: null,
    after: [
      { at: 'cron(0 7 ? * MON-FRI *)', timezone: 'Europe/Berlin', units: 9 },
      { at: 'cron(0 19 ? * MON-FRI *)', timezone: 'Europe/Berlin', units: 0 },
    ],
    prepare: addFunction,
    made: [
      { operation: 'RegisterScalableTarget', input: { ...ofAlias, MinCapacity: 0, MaxCapacity: 9 } },
      {
        operation: 'PutScheduledAction',
        input: {
          ...ofAlias,
          ScheduledActionName: 'headroom-00',
          Schedule: 'cron(0 7 ? * MON-FRI *)',
          Timezone: 'Europe/Berlin',
          ScalableTargetAction: { MinCapacity: 9, MaxCapacity: 9 },
        },
      },
      {
        operation: 'PutScheduledAction',
        input: {
          ...ofAlias,
          ScheduledActionName: 'headroom-01',
          Schedule: 'cron(0 19 ? * MON-FRI *)',
          Timezone: 'Europe/Berlin',
          ScalableTargetAction: { MinCapacity: 0, MaxCapacity: 0 },
        },
      },
    ],
    undone: [{ operation: 'DeregisterScalableTarget', input: ofAlias }],
  },
  {
    ...lambda,
    property: 'eventSource/m1/batching',
    path: 'eventSource/{id}/batching',
    before: { size: 10, windowSeconds: 0 },
    after: { size: 100, windowSeconds: 2 },
    prepare: () => [addFunction(), account.lambda.state.addMapping('m1', 'orders')],
    made: [
      { operation: 'UpdateEventSourceMapping', input: { id: 'm1', BatchSize: 100, MaximumBatchingWindowInSeconds: 2 } },
    ],
    undone: [
      { operation: 'UpdateEventSourceMapping', input: { id: 'm1', BatchSize: 10, MaximumBatchingWindowInSeconds: 0 } },
    ],
  },
  {
    ...lambda,
    property: 'eventSource/m1/maximumConcurrency',
    path: 'eventSource/{id}/maximumConcurrency',
    before: null,
    after: 5,
    prepare: () => [addFunction(), account.lambda.state.addMapping('m1', 'orders')],
    made: [{ operation: 'UpdateEventSourceMapping', input: { id: 'm1', ScalingConfig: { MaximumConcurrency: 5 } } }],
    undone: [{ operation: 'UpdateEventSourceMapping', input: { id: 'm1', ScalingConfig: {} } }],
  },
  {
    service: 'apigateway',
    resource: 'shop',
    property: 'stage/prod/throttling',
    path: 'stage/{stage}/throttling',
    before: null,
    after: { ratePerSecond: 100, burst: 200 },
    prepare: addShop,
    made: [patch([replace('/*/*/throttling/rateLimit', '100'), replace('/*/*/throttling/burstLimit', '200')])],
    undone: [patch([replace('/*/*/throttling/rateLimit', '-1'), replace('/*/*/throttling/burstLimit', '-1')])],
  },
  {
    service: 'apigateway',
    resource: 'a1b2c3d4e5',
    property: 'stage/$default/throttling',
    path: 'stage/{stage}/throttling',
    before: null,
    after: { ratePerSecond: 100, burst: 200 },
    prepare: () => {
      const stage = {
        stageName: '$default',
        deploymentId: 'd',
        defaultRouteSettings: { detailedMetricsEnabled: true },
      };
      const stages = new Map([['$default', stage]]);
      account.httpApis.state.set('a1b2c3d4e5', { apiId: 'a1b2c3d4e5', name: 'x', tags: managed, stages });
    },
    made: [
      {
        operation: 'UpdateStage',
        input: {
          id: 'a1b2c3d4e5',
          stage: '$default',
          defaultRouteSettings: { detailedMetricsEnabled: true, throttlingRateLimit: 100, throttlingBurstLimit: 200 },
        },
      },
    ],
    undone: [
      {
        operation: 'UpdateStage',
        input: { id: 'a1b2c3d4e5', stage: '$default', defaultRouteSettings: { detailedMetricsEnabled: true } },
      },
    ],
  },
  {
    service: 'apigateway',
    resource: 'shop',
    property: 'minimumCompressionSize',
    path: 'minimumCompressionSize',
    before: null,
    after: 1_024,
    prepare: addShop,
    made: [
      {
        operation: 'UpdateRestApi',
        input: { id: 'shop', patchOperations: [replace('/minimumCompressionSize', '1024')] },
      },
    ],
    undone: [
      {
        operation: 'UpdateRestApi',
        input: { id: 'shop', patchOperations: [{ op: 'replace', path: '/minimumCompressionSize' }] },
      },
    ],
  },
  {
    service: 'apigateway',
    resource: 'shop',
    property: 'stage/prod/cacheCluster',
    path: 'stage/{stage}/cacheCluster',
    before: null,
    after: '1.6',
    prepare: addShop,
    made: [patch([replace('/cacheClusterEnabled', 'true'), replace('/cacheClusterSize', '1.6')])],
    undone: [patch([replace('/cacheClusterEnabled', 'false')])],
  },
  {
    service: 'apigateway',
    resource: 'shop',
    property: 'stage/prod/caching',
    path: 'stage/{stage}/caching',
    before: null,
    after: { ttlSeconds: 60 },
    prepare: () => addShop({ cacheClusterEnabled: true, cacheClusterStatus: 'AVAILABLE', cacheClusterSize: '0.5' }),
    made: [patch([replace('/*/*/caching/enabled', 'true'), replace('/*/*/caching/ttlInSeconds', '60')])],
    undone: [patch([replace('/*/*/caching/enabled', 'false')])],
  },
  {
    service: 'dynamodb',
    resource: 'bills',
    property: 'billingMode',
    path: 'billingMode',
    before: { mode: 'provisioned', readUnits: 7, writeUnits: 3, indexes: {} },
    after: { mode: 'on-demand' },
    prepare: () => addTable('bills'),
    made: [{ operation: 'UpdateTable', input: { TableName: 'bills', BillingMode: 'PAY_PER_REQUEST' } }],
    undone: [
      {
        operation: 'UpdateTable',
        input: {
          TableName: 'bills',
          BillingMode: 'PROVISIONED',
          ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 3 },
        },
      },
    ],
  },
  {
    service: 'dynamodb',
    resource: 'archive',
    property: 'tableClass',
    path: 'tableClass',
    before: 'STANDARD',
    after: 'STANDARD_INFREQUENT_ACCESS',
    prepare: () => addTable('archive'),
    made: [{ operation: 'UpdateTable', input: { TableName: 'archive', TableClass: 'STANDARD_INFREQUENT_ACCESS' } }],
    undone: [{ operation: 'UpdateTable', input: { TableName: 'archive', TableClass: 'STANDARD' } }],
  },
  ...(['read', 'write'] as const).map((direction): RoundTrip => {
    const ScalableDimension = `dynamodb:table:${direction === 'read' ? 'Read' : 'Write'}CapacityUnits`;
    return {
      service: 'dynamodb',
      resource: 'scaled',
      property: `autoScaling/${direction}`,
      path: `autoScaling/${direction}`,
      before: null,
      after: { min: 5, max: 50, targetPercent: 70 },
      prepare: () => addTable('scaled').catch(() => undefined),
      made: [
        {
          operation: 'RegisterScalableTarget',
          input: { ...target, ResourceId: 'table/scaled', ScalableDimension, MinCapacity: 5, MaxCapacity: 50 },
        },
        {
          operation: 'PutScalingPolicy',
          input: {
            ...target,
            ResourceId: 'table/scaled',
            ScalableDimension,
            PolicyName: `headroom-${direction}`,
            PolicyType: 'TargetTrackingScaling',
            TargetTrackingScalingPolicyConfiguration: {
              TargetValue: 70,
              PredefinedMetricSpecification: {
                PredefinedMetricType: `DynamoDB${direction === 'read' ? 'Read' : 'Write'}CapacityUtilization`,
              },
            },
          },
        },
      ],
      undone: [
        { operation: 'DeregisterScalableTarget', input: { ...target, ResourceId: 'table/scaled', ScalableDimension } },
      ],
    };
  }),
  {
    service: 'elasticache',
    resource: 'sessions',
    property: 'usageLimits',
    path: 'usageLimits',
    before: { maxDataGb: null, maxEcpuPerSecond: null },
    after: { maxDataGb: 5, maxEcpuPerSecond: 20_000 },
    prepare: () =>
      account.elastiCache.state.serverless.set('sessions', { name: 'sessions', tags: managed, pending: 0 }),
    made: [
      {
        operation: 'ModifyServerlessCache',
        input: {
          ServerlessCacheName: 'sessions',
          'CacheUsageLimits.DataStorage.Maximum': '5',
          'CacheUsageLimits.DataStorage.Unit': 'GB',
          'CacheUsageLimits.ECPUPerSecond.Maximum': '20000',
        },
      },
    ],
    undone: [
      {
        operation: 'ModifyServerlessCache',
        input: {
          ServerlessCacheName: 'sessions',
          'CacheUsageLimits.DataStorage.Maximum': '5000',
          'CacheUsageLimits.DataStorage.Unit': 'GB',
          'CacheUsageLimits.ECPUPerSecond.Maximum': '15000000',
        },
      },
    ],
  },
  {
    service: 'sqs',
    resource: 'mail',
    property: 'visibilityTimeout',
    path: 'visibilityTimeout',
    before: 30,
    after: 180,
    prepare: () => account.clients.sqs.send(new CreateQueueCommand({ QueueName: 'mail', tags: managed })),
    made: [visibility('180')],
    undone: [visibility('30')],
  },
];

const changes = (): Call[] => [
  ...[account.lambda, account.restApis, account.httpApis, account.autoScaling, account.elastiCache].flatMap(
    ({ double }) => double.changes,
  ),
  ...account.emulated,
];

describe('each property', () => {
  it('has a round trip here', () => {
    expect(new Set(trips.map(({ service, path }) => `${service} ${path}`))).toEqual(
      new Set(properties.map(({ service, path }) => `${service} ${path}`)),
    );
  });

  it.each(
    trips,
  )('$service $property of $resource is changed, seen and undone by the calls that it takes', async (trip) => {
    await trip.prepare();
    const { service, property, resource, before, after } = trip;
    const kinds = { lambda: 'lambdas', apigateway: 'apis', dynamodb: 'tables', elasticache: 'caches', sqs: 'queues' };
    const applier = new AwsApplier(account.clients, namingProject({ [kinds[service]]: [resource] }), { pollMs: 1 });
    const change = { kind: 'aws' as const, service, property, resource, before, after };

    const held = await applier.read('shop', change);
    expect(held.value).toEqual(before);
    expect(changes()).toEqual([]);

    const changed = await applier.write('shop', change, after, held);
    expect(changed.value).toEqual(after);
    expect((await applier.read('shop', change)).value).toEqual(after);
    expect(changes()).toEqual(trip.made);

    const back = await applier.write('shop', change, before, changed);
    expect(back.value).toEqual(before);
    expect((await applier.read('shop', change)).value).toEqual(before);
    expect(changes()).toEqual([...trip.made, ...trip.undone]);
  });
});
