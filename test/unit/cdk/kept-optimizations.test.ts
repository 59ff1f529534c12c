import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { AttributeType, Billing, Capacity, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import { CfnAlias, Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, describe, expect, it } from 'vitest';
import { type KeptOptimizationsOptions, keepOptimizations } from '../../../lib/cdk/kept-optimizations.ts';
import { templateProperties } from '../../../lib/cdk/properties.ts';
import type { ChangeOf } from '../../../lib/contracts/optimizations.ts';
import { properties } from '../../../lib/optimization/aws/applier/properties.ts';

const runId = '01JD2V8Q6Y0000000000000000';
const directory = mkdtempSync(join(tmpdir(), 'headroom-cdk-'));
afterAll(() => rmSync(directory, { recursive: true }));

type Change = Pick<ChangeOf<'aws'>, 'service' | 'resource' | 'property' | 'after'> & { logicalId?: string };

function exported(...changes: Change[]): string {
  const file = join(directory, `${Math.random()}.json`);
  const kept = changes.map(({ logicalId, ...change }, i) => ({
    runId,
    id: `one-${i}`,
    name: 'One',
    keptAt: '2026-01-31T12:00:00.000Z',
    ...(logicalId === undefined ? {} : { logicalId }),
    change: { kind: 'aws', before: null, ...change },
  }));
  const whole = { version: 1, project: 'shop', exportedAt: '2026-01-31T12:00:00.000Z', changes: kept, drifted: [] };
  writeFileSync(file, JSON.stringify(whole));
  return file;
}

const stackOf = () => new Stack(new App(), 'Shop');
const lambdaIn = (stack: Stack, props = {}) =>
  new Lambda(stack, 'Orders', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {}'),
    memorySize: 512,
    ...props,
  });
const idOf = (stack: Stack, type: string): string =>
  Object.keys(Template.fromStack(stack).findResources(type))[0] ?? '';

/** What a stack comes to with the changes. The same stack, built twice, has the same logical ids. */
function synthesized(build: (stack: Stack) => unknown, type: string, ...changes: Change[]) {
  const logicalId = idOf(built(build), type);
  const stack = built(build);
  keepOptimizations(stack, exported(...changes.map((change) => ({ logicalId, ...change }))));
  return Template.fromStack(stack);
}

function built(build: (stack: Stack) => unknown): Stack {
  const stack = stackOf();
  build(stack);
  return stack;
}

const ofLambda = (property: string, after: Change['after']): Change => ({
  service: 'lambda',
  resource: 'shop-Orders-x1',
  property,
  after,
});
const fn = 'AWS::Lambda::Function';

describe('what was kept, in the template of the next deployment', () => {
  it('can be all that Headroom changes', () => {
    for (const { service, path } of properties) {
      const property = path.replace(/\{\w+\}/g, 'x');
      expect(
        templateProperties[service].filter(({ path: known }) => known.test(property)),
        path,
      ).toHaveLength(1);
    }
  });

  it('is memory, timeout and concurrency of a function', () => {
    const template = synthesized(
      lambdaIn,
      fn,
      ofLambda('memorySize', 1_024),
      ofLambda('timeout', 30),
      ofLambda('reservedConcurrency', 25),
    );
    template.hasResourceProperties(fn, { MemorySize: 1_024, Timeout: 30, ReservedConcurrentExecutions: 25 });
  });

  it('is gone where it was taken away', () => {
    const template = synthesized(
      (stack) => lambdaIn(stack, { reservedConcurrentExecutions: 5 }),
      fn,
      ofLambda('reservedConcurrency', null),
    );
    template.hasResourceProperties(fn, { ReservedConcurrentExecutions: Match.absent() });
  });

  it('is what an alias keeps ready, of the alias of that name and function', () => {
    const template = synthesized(
      (stack) => {
        const { functionName } = lambdaIn(stack);
        for (const aliasName of ['live', 'next'])
          new CfnAlias(stack, aliasName, { name: aliasName, functionName, functionVersion: '1' });
      },
      fn,
      ofLambda('alias/live/provisionedConcurrency', 4),
    );
    template.hasResourceProperties('AWS::Lambda::Alias', {
      Name: 'live',
      ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 4 },
    });
    template.hasResourceProperties('AWS::Lambda::Alias', {
      Name: 'next',
      ProvisionedConcurrencyConfig: Match.absent(),
    });
  });

  it('is how a queue is read', () => {
    const mapping = 'AWS::Lambda::EventSourceMapping';
    const template = synthesized(
      (stack) => lambdaIn(stack).addEventSource(new SqsEventSource(new Queue(stack, 'Mail'), { batchSize: 1 })),
      mapping,
      ofLambda('eventSource/4f5e/batching', { size: 10, windowSeconds: 0 }),
      ofLambda('eventSource/4f5e/maximumConcurrency', 5),
    );
    template.hasResourceProperties(mapping, { BatchSize: 10, ScalingConfig: { MaximumConcurrency: 5 } });
  });

  it('is how a table is paid', () => {
    const type = 'AWS::DynamoDB::Table';
    const partitionKey = { name: 'id', type: AttributeType.STRING };
    const paid = (after: Change['after']) =>
      synthesized(
        (stack) => new Table(stack, 'Bills', { partitionKey }),
        type,
        { service: 'dynamodb', resource: 'bills', property: 'capacity', after },
        { service: 'dynamodb', resource: 'bills', property: 'tableClass', after: 'STANDARD_INFREQUENT_ACCESS' },
      );
    paid({ mode: 'on-demand', scaling: {} }).hasResourceProperties(type, {
      BillingMode: 'PAY_PER_REQUEST',
      ProvisionedThroughput: Match.absent(),
      TableClass: 'STANDARD_INFREQUENT_ACCESS',
    });
    const range = { min: 5, max: 50, targetPercent: 70 };
    // What the template has of units is where auto scaling began: it stays.
    paid({ mode: 'provisioned', units: { write: 9 }, scaling: { read: range }, indexes: {} }).hasResourceProperties(
      type,
      {
        BillingMode: 'PROVISIONED',
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 9 },
      },
    );
  });

  it('is told of and left out where a template has a table in a way that Headroom does not know', () => {
    const stack = built(
      (one) =>
        new TableV2(one, 'Bills', {
          tableName: 'bills',
          partitionKey: { name: 'id', type: AttributeType.STRING },
          billing: Billing.provisioned({
            readCapacity: Capacity.fixed(5),
            writeCapacity: Capacity.autoscaled({ maxCapacity: 9 }),
          }),
        }),
    );
    keepOptimizations(
      stack,
      exported({ service: 'dynamodb', resource: 'bills', property: 'tableClass', after: 'STANDARD' }),
    );
    Annotations.fromStack(stack).hasWarning('/Shop', Match.stringLikeRegexp('may undo .*tableClass of bills'));
  });

  it('is the visibility of a queue, by the name that the template gives it', () => {
    const stack = built(
      (one) => new Queue(one, 'Mail', { queueName: 'mail', visibilityTimeout: Duration.seconds(30) }),
    );
    const resource = 'https://sqs.us-east-1.amazonaws.com/123456789012/mail';
    keepOptimizations(stack, exported({ service: 'sqs', resource, property: 'visibilityTimeout', after: 180 }));
    Template.fromStack(stack).hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 180 });
  });

  it('is what a stage of a REST API allows, compresses and caches', () => {
    const ofApi = (property: string, after: Change['after']): Change => ({
      service: 'apigateway',
      resource: 'a1b2c3d4e5',
      property,
      after,
    });
    const template = synthesized(
      (stack) => {
        const api = new RestApi(stack, 'Api', {
          deployOptions: { methodOptions: { '/items/GET': { cachingEnabled: false } } },
        });
        api.root.addResource('items').addMethod('GET', new LambdaIntegration(lambdaIn(stack)));
      },
      'AWS::ApiGateway::RestApi',
      ofApi('minimumCompressionSize', 1_024),
      ofApi('stage/prod/throttling', { ratePerSecond: 100, burst: 200 }),
      ofApi('stage/prod/cacheCluster', '0.5'),
    );
    template.hasResourceProperties('AWS::ApiGateway::RestApi', { MinimumCompressionSize: 1_024 });
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      CacheClusterEnabled: true,
      CacheClusterSize: '0.5',
      MethodSettings: Match.arrayWith([
        Match.objectLike({ HttpMethod: 'GET', CachingEnabled: false }),
        { HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
      ]),
    });
  });

  it('is caching beside throttling, for all methods of a stage', () => {
    const ofApi = (property: string, after: Change['after']): Change => ({
      service: 'apigateway',
      resource: 'a1b2c3d4e5',
      property,
      after,
    });
    const template = synthesized(
      (stack) => new RestApi(stack, 'Api').root.addMethod('GET'),
      'AWS::ApiGateway::RestApi',
      ofApi('stage/prod/throttling', { ratePerSecond: 100, burst: 200 }),
      ofApi('stage/prod/caching', { ttlSeconds: 60 }),
    );
    template.hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: [
        {
          HttpMethod: '*',
          ResourcePath: '/*',
          ThrottlingRateLimit: 100,
          ThrottlingBurstLimit: 200,
          CachingEnabled: true,
          CacheTtlInSeconds: 60,
        },
      ],
    });
  });

  it('is what a stage of an HTTP API allows', () => {
    const template = synthesized(
      (stack) => {
        const httpApi = new HttpApi(stack, 'Api', { createDefaultStage: false });
        new HttpStage(stack, 'Stage', { httpApi, stageName: 'prod' });
      },
      'AWS::ApiGatewayV2::Api',
      {
        service: 'apigateway',
        resource: 'a1',
        property: 'stage/prod/throttling',
        after: { ratePerSecond: 9, burst: 20 },
      },
    );
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 9, ThrottlingBurstLimit: 20 },
    });
  });

  it('is what bounds a serverless cache', () => {
    const type = 'AWS::ElastiCache::ServerlessCache';
    const template = synthesized(
      (stack) => new CfnServerlessCache(stack, 'Cache', { engine: 'valkey', serverlessCacheName: 'sessions' }),
      type,
      {
        service: 'elasticache',
        resource: 'sessions',
        property: 'usageLimits',
        after: { maxDataGb: 5, maxEcpuPerSecond: null },
      },
    );
    template.hasResourceProperties(type, { CacheUsageLimits: { DataStorage: { Maximum: 5, Unit: 'GB' } } });
  });
});

describe('a resource', () => {
  const withOptions = (options: (of: { orders: Lambda }) => KeptOptimizationsOptions, logicalId?: string) => {
    const stack = stackOf();
    const orders = lambdaIn(stack);
    const change = ofLambda('memorySize', 1_024);
    keepOptimizations(
      stack,
      exported(logicalId === undefined ? change : { ...change, logicalId }),
      options({ orders }),
    );
    return stack;
  };

  it('is found by the construct that is given for it', () => {
    const stack = withOptions(({ orders }) => ({ resources: { 'shop-Orders-x1': orders } }));
    Template.fromStack(stack).hasResourceProperties(fn, { MemorySize: 1_024 });
  });

  it('that is found nowhere is a warning that names it and the run, and nothing is changed', () => {
    const stack = withOptions(() => ({}), 'Elsewhere');
    Template.fromStack(stack).hasResourceProperties(fn, { MemorySize: 512 });
    Annotations.fromStack(stack).hasWarning(
      '/Shop',
      Match.stringLikeRegexp(`memorySize of shop-Orders-x1, kept by run ${runId}`),
    );
  });

  it('is found in any stack of an app', () => {
    const app = new App();
    const stack = new Stack(app, 'Shop');
    lambdaIn(stack, { functionName: 'orders' });
    keepOptimizations(app, exported({ ...ofLambda('memorySize', 1_024), resource: 'orders' }));
    Template.fromStack(stack).hasResourceProperties(fn, { MemorySize: 1_024 });
  });
});

it('A file that is no export is refused', () => {
  const file = join(directory, 'other.json');
  writeFileSync(file, '{}');
  expect(() => keepOptimizations(stackOf(), file)).toThrow(
    /is no export of optimizations: write it by `headroom optimize export/,
  );
});
