import type { CfnResource } from 'aws-cdk-lib';
import type { ChangeOf } from '../contracts/optimizations.ts';
import { propertyOf } from './resource-names.ts';

type Value = ChangeOf<'aws'>['after'];
type Fields = Record<string, unknown>;
type Set = (resource: CfnResource, value: Value) => void;

/** What stands for a property of a change in a template. */
export interface TemplateProperty {
  /** As changes call it: a part in braces is given to `of`. */
  path: RegExp;
  /** Of these types. */
  types: readonly string[];
  set: Set;
  /** Where another resource of the template has it, that belongs to the one that the change names: whether this one does. */
  belongs?(candidate: CfnResource, owner: string, part: string): boolean;
}

const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

const put = (resource: CfnResource, path: string, value: unknown): void => {
  if (value === null || value === undefined) resource.addPropertyDeletionOverride(path);
  else resource.addPropertyOverride(path, value);
};

const simple =
  (path: string): Set =>
  (resource, value) =>
    put(resource, path, value);

const refersTo = (value: unknown, logicalId: string): boolean =>
  JSON.stringify(value ?? null).includes(`"${logicalId}"`);

const lambda = ['AWS::Lambda::Function'];
const table = ['AWS::DynamoDB::Table'];
const queue = ['AWS::SQS::Queue'];

/** Of all methods that have no settings of their own, beside those that have, and beside what else is set for all. */
function setForAllMethods(resource: CfnResource, settings: Fields): void {
  const present = propertyOf(resource, 'methodSettings');
  const all = Array.isArray(present) ? (present as Fields[]) : [];
  const isOfAll = ({ httpMethod, resourcePath }: Fields): boolean => httpMethod === '*' && resourcePath === '/*';
  const ofAll = { ...all.find(isOfAll), httpMethod: '*', resourcePath: '/*', ...settings };
  // In the construct and in no override, so that the next change finds it there.
  (resource as unknown as Fields).methodSettings = [...all.filter((one) => !isOfAll(one)), ofAll];
}

function setThrottling(resource: CfnResource, value: Value): void {
  const { ratePerSecond, burst } = fieldsOf(value);
  if (resource.cfnResourceType === 'AWS::ApiGatewayV2::Stage') {
    put(resource, 'DefaultRouteSettings.ThrottlingRateLimit', ratePerSecond);
    put(resource, 'DefaultRouteSettings.ThrottlingBurstLimit', burst);
    return;
  }
  setForAllMethods(resource, { throttlingRateLimit: ratePerSecond ?? -1, throttlingBurstLimit: burst ?? -1 });
}

/** Auto scaling stands in no template that has none: what it makes of the units is left to it. */
function setCapacity(resource: CfnResource, value: Value): void {
  const { mode, units, scaling, indexes } = fieldsOf(value);
  if (mode === 'on-demand') {
    resource.addPropertyOverride('BillingMode', 'PAY_PER_REQUEST');
    resource.addPropertyDeletionOverride('ProvisionedThroughput');
    return;
  }
  resource.addPropertyOverride('BillingMode', 'PROVISIONED');
  for (const [direction, path] of [
    ['read', 'ReadCapacityUnits'],
    ['write', 'WriteCapacityUnits'],
  ] as const) {
    const { min, max } = fieldsOf(fieldsOf(scaling)[direction]);
    const isProvisioned = propertyOf(resource, 'provisionedThroughput') !== undefined;
    const begun = isProvisioned || min === undefined ? undefined : Math.max(Number(min), Math.ceil(Number(max) / 2));
    const wanted = fieldsOf(units)[direction] ?? begun;
    if (wanted !== undefined) resource.addPropertyOverride(`ProvisionedThroughput.${path}`, wanted);
  }
  const present = propertyOf(resource, 'globalSecondaryIndexes');
  if (!Array.isArray(present)) return;
  present.forEach((index, i) => {
    const { indexName, IndexName } = fieldsOf(index);
    const { readUnits, writeUnits } = fieldsOf(fieldsOf(indexes)[String(indexName ?? IndexName)]);
    if (readUnits === undefined) return;
    resource.addPropertyOverride(`GlobalSecondaryIndexes.${i}.ProvisionedThroughput.ReadCapacityUnits`, readUnits);
    resource.addPropertyOverride(`GlobalSecondaryIndexes.${i}.ProvisionedThroughput.WriteCapacityUnits`, writeUnits);
  });
}

/** By service and property: all that a template can say of what Headroom changes. */
export const templateProperties: Readonly<Record<ChangeOf<'aws'>['service'], readonly TemplateProperty[]>> = {
  lambda: [
    { path: /^memorySize$/, types: lambda, set: simple('MemorySize') },
    { path: /^timeout$/, types: lambda, set: simple('Timeout') },
    { path: /^reservedConcurrency$/, types: lambda, set: simple('ReservedConcurrentExecutions') },
    {
      path: /^alias\/([^/]+)\/provisionedConcurrency$/,
      types: ['AWS::Lambda::Alias'],
      belongs: (alias, owner, name) =>
        propertyOf(alias, 'name') === name && refersTo(propertyOf(alias, 'functionName'), owner),
      set(resource, value) {
        // A schedule stands in no alias: it stays as it is, whatever is deployed.
        if (typeof value === 'number' || value === null) {
          put(
            resource,
            'ProvisionedConcurrencyConfig',
            value === null ? null : { ProvisionedConcurrentExecutions: value },
          );
        }
      },
    },
    {
      path: /^eventSource\/[^/]+\/batching$/,
      types: ['AWS::Lambda::EventSourceMapping'],
      set(resource, value) {
        const { size, windowSeconds } = fieldsOf(value);
        put(resource, 'BatchSize', size);
        put(resource, 'MaximumBatchingWindowInSeconds', windowSeconds);
      },
    },
    {
      path: /^eventSource\/[^/]+\/maximumConcurrency$/,
      types: ['AWS::Lambda::EventSourceMapping'],
      set: simple('ScalingConfig.MaximumConcurrency'),
    },
  ],
  dynamodb: [
    { path: /^capacity$/, types: table, set: setCapacity },
    { path: /^tableClass$/, types: table, set: simple('TableClass') },
  ],
  sqs: [{ path: /^visibilityTimeout$/, types: queue, set: simple('VisibilityTimeout') }],
  apigateway: [
    {
      path: /^minimumCompressionSize$/,
      types: ['AWS::ApiGateway::RestApi'],
      set: simple('MinimumCompressionSize'),
    },
    {
      path: /^stage\/([^/]+)\/throttling$/,
      types: ['AWS::ApiGateway::Stage', 'AWS::ApiGatewayV2::Stage'],
      belongs: isStageOf,
      set: setThrottling,
    },
    {
      path: /^stage\/([^/]+)\/cacheCluster$/,
      types: ['AWS::ApiGateway::Stage'],
      belongs: isStageOf,
      set(resource, value) {
        put(resource, 'CacheClusterEnabled', value !== null);
        put(resource, 'CacheClusterSize', value);
      },
    },
    {
      path: /^stage\/([^/]+)\/caching$/,
      types: ['AWS::ApiGateway::Stage'],
      belongs: isStageOf,
      set(resource, value) {
        const { ttlSeconds } = fieldsOf(value);
        setForAllMethods(
          resource,
          value === null ? { cachingEnabled: false } : { cachingEnabled: true, cacheTtlInSeconds: ttlSeconds },
        );
      },
    },
  ],
  elasticache: [
    {
      path: /^usageLimits$/,
      types: ['AWS::ElastiCache::ServerlessCache'],
      set(resource, value) {
        const { maxDataGb, maxEcpuPerSecond } = fieldsOf(value);
        put(resource, 'CacheUsageLimits.DataStorage', maxDataGb === null ? null : { Maximum: maxDataGb, Unit: 'GB' });
        put(
          resource,
          'CacheUsageLimits.ECPUPerSecond',
          maxEcpuPerSecond === null ? null : { Maximum: maxEcpuPerSecond },
        );
      },
    },
  ],
};

function isStageOf(stage: CfnResource, owner: string, name: string): boolean {
  const api = propertyOf(stage, 'restApiId') ?? propertyOf(stage, 'apiId');
  return propertyOf(stage, 'stageName') === name && refersTo(api, owner);
}
