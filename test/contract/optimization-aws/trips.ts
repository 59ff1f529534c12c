import { CreateQueueCommand } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import type { ChangeOf } from '../../../lib/contracts/optimizations.ts';
import type { Value } from '../../../lib/optimization/aws/applier/property.ts';
import { type Account, managed } from '../../support/aws-doubles/account.ts';
import type { Call } from '../../support/aws-doubles/double.ts';
import { restStage } from '../../support/aws-doubles/rest-apis.ts';
import { addTable } from './add-table.ts';

/** One change of a property there and back, by which calls. */
export interface RoundTrip {
  service: ChangeOf<'aws'>['service'];
  property: string;
  /** Of `properties`: which this tries. */
  path: string;
  resource: string;
  before: Value;
  after: Value;
  prepare: (account: Account) => unknown;
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
const addShop = (account: Account, stage = {}) =>
  account.restApis.state.set('shop', {
    id: 'shop',
    name: 'shop',
    tags: managed,
    stages: new Map([['prod', restStage('prod', stage)]]),
  });
const scalableTarget = (table: string, direction: 'read' | 'write') => ({
  ServiceNamespace: 'dynamodb',
  ResourceId: `table/${table}`,
  ScalableDimension: `dynamodb:table:${direction === 'read' ? 'Read' : 'Write'}CapacityUnits`,
});
const suspended = (is: boolean) => ({
  SuspendedState: { DynamicScalingInSuspended: is, DynamicScalingOutSuspended: is, ScheduledScalingSuspended: is },
});
const scheduleSuspended = (is: boolean) => ({ SuspendedState: { ScheduledScalingSuspended: is } });
const range = { min: 5, max: 50, targetPercent: 70 };
const scales = (table: string, direction: 'read' | 'write'): Call[] => [
  {
    operation: 'RegisterScalableTarget',
    input: { ...scalableTarget(table, direction), MinCapacity: 5, MaxCapacity: 50, ...suspended(false) },
  },
  {
    operation: 'PutScalingPolicy',
    input: {
      ...scalableTarget(table, direction),
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
];
const ofAlias = {
  ServiceNamespace: 'lambda',
  ResourceId: 'function:orders:live',
  ScalableDimension: 'lambda:function:ProvisionedConcurrency',
};
const addFunction = (account: Account) =>
  account.lambda.state.add('orders', { aliases: new Map([['live', { version: '1' }]]) });

const visibility = (seconds: string): Call => ({
  operation: 'SetQueueAttributes',
  input: { QueueUrl: expect.stringMatching(/\/mail$/), Attributes: { VisibilityTimeout: seconds } },
});
const lambda = { service: 'lambda', resource: 'orders' } as const;
export const trips: readonly RoundTrip[] = [
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
    property: 'alias/live/provisionedConcurrency',
    path: 'alias/{alias}/provisionedConcurrency',
    before: 3,
    after: [
      { at: 'cron(0 7 ? * MON-FRI *)', timezone: 'Europe/Berlin', units: 9 },
      { at: 'cron(0 19 ? * MON-FRI *)', timezone: 'Europe/Berlin', units: 0 },
    ],
    prepare: (account) =>
      account.lambda.state.add('orders', {
        aliases: new Map([['live', { version: '1', provisioned: { units: 3, pending: 0 } }]]),
      }),
    made: [
      {
        operation: 'RegisterScalableTarget',
        input: { ...ofAlias, MinCapacity: 0, MaxCapacity: 9, ...scheduleSuspended(false) },
      },
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
    undone: [
      { operation: 'RegisterScalableTarget', input: { ...ofAlias, ...scheduleSuspended(true) } },
      { operation: 'DeregisterScalableTarget', input: ofAlias },
    ],
  },
  {
    ...lambda,
    property: 'eventSource/m1/batching',
    path: 'eventSource/{id}/batching',
    before: { size: 10, windowSeconds: 0 },
    after: { size: 100, windowSeconds: 2 },
    prepare: (account) => [addFunction(account), account.lambda.state.addMapping('m1', 'orders')],
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
    prepare: (account) => [addFunction(account), account.lambda.state.addMapping('m1', 'orders')],
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
    prepare: (account) => {
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
    prepare: (account) =>
      addShop(account, { cacheClusterEnabled: true, cacheClusterStatus: 'AVAILABLE', cacheClusterSize: '0.5' }),
    made: [patch([replace('/*/*/caching/enabled', 'true'), replace('/*/*/caching/ttlInSeconds', '60')])],
    undone: [patch([replace('/*/*/caching/enabled', 'false')])],
  },
  {
    service: 'dynamodb',
    resource: 'bills',
    property: 'capacity',
    path: 'capacity',
    before: { mode: 'provisioned', units: { read: 7, write: 3 }, scaling: {}, indexes: {} },
    after: { mode: 'on-demand', scaling: {} },
    prepare: (account) => addTable(account, 'bills'),
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
    resource: 'steady',
    property: 'capacity',
    path: 'capacity',
    before: { mode: 'on-demand', scaling: {} },
    after: { mode: 'provisioned', units: {}, scaling: { read: range, write: range }, indexes: {} },
    prepare: (account) => addTable(account, 'steady', 'PAY_PER_REQUEST'),
    made: [
      {
        operation: 'UpdateTable',
        input: {
          TableName: 'steady',
          BillingMode: 'PROVISIONED',
          ProvisionedThroughput: { ReadCapacityUnits: 25, WriteCapacityUnits: 25 },
        },
      },
      ...(['read', 'write'] as const).flatMap((direction) => scales('steady', direction)),
    ],
    undone: [
      { operation: 'UpdateTable', input: { TableName: 'steady', BillingMode: 'PAY_PER_REQUEST' } },
      { operation: 'DeregisterScalableTarget', input: scalableTarget('steady', 'read') },
      { operation: 'DeregisterScalableTarget', input: scalableTarget('steady', 'write') },
    ],
  },
  {
    service: 'dynamodb',
    resource: 'scaled',
    property: 'capacity',
    path: 'capacity',
    before: { mode: 'provisioned', units: { read: 7, write: 3 }, scaling: {}, indexes: {} },
    after: { mode: 'provisioned', units: { write: 3 }, scaling: { read: range }, indexes: {} },
    prepare: (account) => addTable(account, 'scaled'),
    made: scales('scaled', 'read'),
    undone: [
      { operation: 'RegisterScalableTarget', input: { ...scalableTarget('scaled', 'read'), ...suspended(true) } },
      { operation: 'DeregisterScalableTarget', input: scalableTarget('scaled', 'read') },
    ],
  },
  {
    service: 'dynamodb',
    resource: 'archive',
    property: 'tableClass',
    path: 'tableClass',
    before: 'STANDARD',
    after: 'STANDARD_INFREQUENT_ACCESS',
    prepare: (account) => addTable(account, 'archive'),
    made: [{ operation: 'UpdateTable', input: { TableName: 'archive', TableClass: 'STANDARD_INFREQUENT_ACCESS' } }],
    undone: [{ operation: 'UpdateTable', input: { TableName: 'archive', TableClass: 'STANDARD' } }],
  },
  {
    service: 'elasticache',
    resource: 'sessions',
    property: 'usageLimits',
    path: 'usageLimits',
    before: { maxDataGb: null, maxEcpuPerSecond: null },
    after: { maxDataGb: 5, maxEcpuPerSecond: 20_000 },
    prepare: (account) =>
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
    prepare: (account) => account.clients.sqs.send(new CreateQueueCommand({ QueueName: 'mail', tags: managed })),
    made: [visibility('180')],
    undone: [visibility('30')],
  },
];

const kinds = { lambda: 'lambdas', apigateway: 'apis', dynamodb: 'tables', elasticache: 'caches', sqs: 'queues' };

/** What of a project names the resource of a trip. */
export const naming = ({ service, resource }: RoundTrip) => ({ [kinds[service]]: [resource] });

export const changeOf = ({ service, property, resource, before, after }: RoundTrip): ChangeOf<'aws'> => ({
  kind: 'aws',
  service,
  property,
  resource,
  before,
  after,
});
