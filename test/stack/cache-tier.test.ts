import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { functionDefinition, functionNames } from '../../lib/contracts/functions.ts';
import { arn, redisHost, region } from './intrinsics.ts';
import { Synthesized } from './synthesized.ts';

const serverless = new Synthesized();
const none = new Synthesized({ cacheTier: 'none' });

const isolatedNames = functionNames.filter((name) => functionDefinition(name).network === 'isolated');
const vpcConfig = z.object({ SecurityGroupIds: z.array(z.string()), SubnetIds: z.array(z.string()) });
const lambdaShape = z.looseObject({ FunctionName: z.string(), VpcConfig: vpcConfig.optional() });
const subnetShape = z.looseObject({
  VpcId: z.string(),
  CidrBlock: z.string(),
  AvailabilityZone: z.string().optional(),
  AvailabilityZoneId: z.string().optional(),
  MapPublicIpOnLaunch: z.boolean().default(false),
});
const cacheShape = z.looseObject({
  SecurityGroupIds: z.array(z.string()),
  SubnetIds: z.array(z.string()),
  CacheUsageLimits: z.object({
    DataStorage: z.object({ Maximum: z.number(), Unit: z.string() }),
    ECPUPerSecond: z.object({ Maximum: z.number() }),
  }),
});
const rule = z.looseObject({ GroupId: z.string(), FromPort: z.number(), ToPort: z.number(), IpProtocol: z.string() });

const typesOf = ({ template }: Synthesized): string[] => Object.values(template.Resources).map(({ Type }) => Type);
const lambdaNamed = (synthesized: Synthesized, name: string) =>
  synthesized.all('AWS::Lambda::Function', lambdaShape).find(({ FunctionName }) => FunctionName.endsWith(`-${name}`));
const zonesOf = (synthesized: Synthesized): Array<string | undefined> =>
  synthesized
    .all('AWS::EC2::Subnet', subnetShape)
    .map(({ AvailabilityZone, AvailabilityZoneId }) => AvailabilityZone ?? AvailabilityZoneId);

describe('the network of caches', () => {
  const subnets = serverless.all('AWS::EC2::Subnet', subnetShape);

  it('is two subnets in two zones that hand out no public addresses', () => {
    expect(zonesOf(serverless)).toEqual([`${region}a`, `${region}b`]);
    expect(new Set(subnets.map(({ CidrBlock }) => CidrBlock)).size).toBe(2);
    expect(subnets.some(({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch)).toBe(false);
  });

  it('has its zones named by id where not every zone will do, or as the deployment says', () => {
    expect(zonesOf(new Synthesized({}, 'us-east-1'))).toEqual(['use1-az4', 'use1-az6']);
    const named = new Synthesized({ cacheZones: 'us-east-1b,us-east-1d' }, 'us-east-1');
    expect(zonesOf(named)).toEqual(['us-east-1b', 'us-east-1d']);
  });

  it('has no way in or out but the endpoint of DynamoDB, and nothing that costs by the hour', () => {
    const network = typesOf(serverless).filter((type) => type.startsWith('AWS::EC2::'));
    expect(new Set(network)).toEqual(
      new Set([
        'AWS::EC2::VPC',
        'AWS::EC2::Subnet',
        'AWS::EC2::RouteTable',
        'AWS::EC2::SubnetRouteTableAssociation',
        'AWS::EC2::SecurityGroup',
        'AWS::EC2::SecurityGroupEgress',
        'AWS::EC2::SecurityGroupIngress',
        'AWS::EC2::VPCEndpoint',
      ]),
    );
    const endpoints = serverless.all('AWS::EC2::VPCEndpoint', z.looseObject({ VpcEndpointType: z.string() }));
    expect(endpoints.map(({ VpcEndpointType }) => VpcEndpointType)).toEqual(['Gateway']);
  });

  it('leads from both subnets to the tables of the stage, and to no others', () => {
    const statement = z.looseObject({ Action: z.array(z.string()), Resource: z.string() });
    const [endpoint] = serverless.all(
      'AWS::EC2::VPCEndpoint',
      z.looseObject({
        ServiceName: z.string(),
        RouteTableIds: z.array(z.string()),
        PolicyDocument: z.object({ Statement: z.array(statement) }),
      }),
    );
    expect(endpoint?.ServiceName).toBe(`com.amazonaws.${region}.dynamodb`);
    for (const [output, write] of [
      ['HistoryTableName', 'dynamodb:PutItem'],
      ['CacheTableName', 'dynamodb:BatchWriteItem'],
    ] as const) {
      const table = arn('dynamodb', `table/${serverless.output(output)}`);
      const to = endpoint?.PolicyDocument.Statement.filter(({ Resource }) => Resource === table);
      expect(to?.map(({ Action }) => Action.includes(write))).toEqual([true]);
    }
    expect(endpoint?.PolicyDocument.Statement).toHaveLength(2);
    const routed = serverless.all(
      'AWS::EC2::SubnetRouteTableAssociation',
      z.looseObject({ SubnetId: z.string(), RouteTableId: z.string() }),
    );
    expect(routed.map(({ SubnetId }) => SubnetId)).toEqual(subnets.map(({ logicalId }) => logicalId));
    for (const { RouteTableId } of routed) expect(endpoint?.RouteTableIds).toEqual([RouteTableId]);
  });

  it('stands before the functions that need it', () => {
    const [endpoint] = serverless.all('AWS::EC2::VPCEndpoint', z.looseObject({}));
    for (const name of isolatedNames) {
      const lambda = serverless.template.Resources[lambdaNamed(serverless, name)?.logicalId ?? ''];
      expect(lambda?.DependsOn).toContain(endpoint?.logicalId);
    }
  });
});

describe('who is in it', () => {
  const [cache] = serverless.all('AWS::ElastiCache::ServerlessCache', cacheShape);
  const [callers] = new Set(
    isolatedNames.flatMap((name) => lambdaNamed(serverless, name)?.VpcConfig?.SecurityGroupIds),
  );
  const rulesOf = (type: string, shape: z.ZodObject) => serverless.all(type, rule.extend(shape.shape));

  it('the functions of isolated definitions, and no others', () => {
    expect(isolatedNames).not.toHaveLength(0);
    const subnetIds = serverless.all('AWS::EC2::Subnet', subnetShape).map(({ logicalId }) => logicalId);
    for (const name of functionNames) {
      const placed = lambdaNamed(serverless, name)?.VpcConfig;
      if (isolatedNames.includes(name)) expect(placed).toEqual({ SecurityGroupIds: [callers], SubnetIds: subnetIds });
      else expect(placed, name).toBeUndefined();
    }
  });

  it('a Valkey that takes calls from these functions alone, on the ports of a cluster, and makes none', () => {
    expect(cache).toMatchObject({ Engine: 'valkey', ServerlessCacheName: 'headroom-main-cache' });
    const [redis] = cache?.SecurityGroupIds ?? [];
    const ports = { IpProtocol: 'tcp', FromPort: 6379, ToPort: 6380 };
    expect(rulesOf('AWS::EC2::SecurityGroupIngress', z.object({ SourceSecurityGroupId: z.string() }))).toEqual([
      expect.objectContaining({ GroupId: redis, SourceSecurityGroupId: callers, ...ports }),
    ]);
    expect(rulesOf('AWS::EC2::SecurityGroupEgress', z.object({ DestinationSecurityGroupId: z.string() }))).toEqual([
      expect.objectContaining({ GroupId: callers, DestinationSecurityGroupId: redis, ...ports }),
    ]);
    const groups = serverless.all(
      'AWS::EC2::SecurityGroup',
      z.looseObject({ SecurityGroupEgress: z.array(z.unknown()) }),
    );
    for (const group of groups) expect(group).not.toHaveProperty('SecurityGroupIngress');
    const own = (id: string | undefined) => groups.find(({ logicalId }) => logicalId === id)?.SecurityGroupEgress;
    expect(own(callers)).toEqual([expect.objectContaining({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 })]);
    expect(own(redis)).toEqual([expect.objectContaining({ CidrIp: '255.255.255.255/32' })]);
  });

  it('is reached with TLS, by the one address of the cluster, by those who may have Redis', () => {
    const shape = z.looseObject({ Environment: z.object({ Variables: z.record(z.string(), z.string()) }) });
    const given = serverless.all('AWS::Lambda::Function', lambdaShape.extend(shape.shape)).flatMap((lambda) => {
      const { REDIS_URL: url, REDIS_MODE: mode } = lambda.Environment.Variables;
      return url === undefined ? [] : [{ name: lambda.FunctionName, url, mode }];
    });
    const url = `rediss://${redisHost('headroom-main-cache')}:6379`;
    const expected = functionNames
      .filter((name) => functionDefinition(name).redis)
      .map((name) => ({ name: `headroom-main-${name}`, url, mode: 'cluster' }));
    expect(given).toEqual(expected);
  });

  it('is bounded, and goes with the stack', () => {
    expect(cache?.CacheUsageLimits).toEqual({
      DataStorage: { Maximum: 1, Unit: 'GB' },
      ECPUPerSecond: { Maximum: 10_000 },
    });
    expect(serverless.template.Resources[cache?.logicalId ?? '']?.DeletionPolicy).toBe('Delete');
    const [larger] = new Synthesized({ redisLimitGb: '5', redisLimitEcpuPerSecond: '30000' }).all(
      'AWS::ElastiCache::ServerlessCache',
      cacheShape,
    );
    expect(larger?.CacheUsageLimits).toMatchObject({ DataStorage: { Maximum: 5 }, ECPUPerSecond: { Maximum: 30_000 } });
  });
});

describe('what is watched', () => {
  const metricShape = z.looseObject({
    MetricName: z.string(),
    Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })),
  });
  const shape = z.looseObject({
    AlarmName: z.string(),
    Threshold: z.number(),
    EvaluationPeriods: z.number(),
    Metrics: z.array(z.looseObject({ MetricStat: z.looseObject({ Metric: metricShape }).optional() })).optional(),
  });
  const alarmNamed = (synthesized: Synthesized, name: string) =>
    synthesized.all('AWS::CloudWatch::Alarm', shape).find(({ AlarmName }) => AlarmName === `headroom-main-${name}`);
  const limits = new Synthesized({ redisLimitGb: '4', redisLimitEcpuPerSecond: '20000' });

  it('Redis, at three quarters of what it may hold and do', () => {
    const dimension = [{ Name: 'clusterId', Value: 'headroom-main-cache' }];
    expect(alarmNamed(limits, 'redis-memory')).toMatchObject({
      Namespace: 'AWS/ElastiCache',
      MetricName: 'BytesUsedForCache',
      Dimensions: dimension,
      Statistic: 'Maximum',
      Threshold: 3e9,
    });
    expect(alarmNamed(limits, 'redis-processing')).toMatchObject({
      MetricName: 'ElastiCacheProcessingUnits',
      Dimensions: dimension,
      Statistic: 'Sum',
      Period: 60,
      Threshold: 15_000 * 60,
    });
    expect(alarmNamed(limits, 'redis-throttles')).toMatchObject({ MetricName: 'ThrottledCmds', Threshold: 1 });
    expect(alarmNamed(limits, 'redis-evictions')).toMatchObject({ MetricName: 'Evictions', Threshold: 1 });
  });

  it.each([
    serverless,
    none,
  ])('the cache itself, with tier 2 and without: its hit rate, its tiers, its table', (stack) => {
    const rate = alarmNamed(stack, 'cache-hit-rate');
    expect(rate).toMatchObject({ ComparisonOperator: 'LessThanThreshold', Threshold: 70, EvaluationPeriods: 3 });
    const metrics = rate?.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [];
    expect(metrics.map(({ MetricName }) => MetricName).sort()).toEqual(['CacheHits', 'CacheMisses']);
    for (const { Namespace, Dimensions } of metrics) {
      expect(Namespace).toBe('Headroom/main');
      expect(Dimensions).toEqual([{ Name: 'service', Value: 'cache-api' }]);
    }
    expect(alarmNamed(stack, 'cache-breaker-open')).toMatchObject({ Statistic: 'Maximum', Threshold: 1 });
    expect(alarmNamed(stack, 'cache-tier-errors')).toMatchObject({ Statistic: 'Sum', EvaluationPeriods: 2 });
    expect(alarmNamed(stack, 'cache-table-throttles')).toBeDefined();
  });

  it('is on the dashboard, Redis where there is one', () => {
    const boardOf = (synthesized: Synthesized): string | undefined =>
      synthesized.all('AWS::CloudWatch::Dashboard', z.looseObject({ DashboardBody: z.string() }))[0]?.DashboardBody;
    for (const metric of ['CacheHits', 'CacheMisses', 'CacheTierErrors', 'CacheBreakerOpen']) {
      expect(boardOf(none)).toContain(metric);
    }
    expect(boardOf(serverless)).toContain('"AWS/ElastiCache","BytesUsedForCache","clusterId","headroom-main-cache"');
    expect(boardOf(none)).not.toContain('AWS/ElastiCache');
  });
});

describe('without tier 2', () => {
  it('there is no network and no Redis, and nothing to pay', () => {
    expect(typesOf(none).filter((type) => /^AWS::(EC2|ElastiCache)::/.test(type))).toEqual([]);
    expect(none.output('CacheCost')).toBe('No tier 2: nothing');
    expect(serverless.output('CacheCost')).toBe(
      'ElastiCache Serverless: 6.13 USD a month at rest; at its limits 61.32 USD a month for 1 GB and 60.44 USD a month for ' +
        '10000 ECPU a second; its VPC and the endpoint of DynamoDB: nothing',
    );
  });

  it('the functions of caches are told to leave their subnets, and may take their interfaces down', () => {
    for (const name of isolatedNames) {
      const lambda = lambdaNamed(none, name);
      expect(lambda?.VpcConfig).toEqual({ SecurityGroupIds: [], SubnetIds: [] });
      const role = String(z.looseObject({ Role: z.string() }).parse(lambda).Role.split('/').at(-1));
      const policies = none.all('AWS::IAM::Policy', z.looseObject({ Roles: z.array(z.string()) }));
      const own = JSON.stringify(policies.filter(({ Roles }) => Roles.includes(role)));
      expect(own).toContain('"ec2:DeleteNetworkInterface"');
      expect(own).toMatch(/"Effect":"Deny"/);
    }
  });
});

describe('a change of tier 2, either way', () => {
  /** What CloudFormation changes without replacing the resource. */
  const changedInPlace: Record<string, readonly string[]> = {
    'AWS::Lambda::Function': ['VpcConfig', 'Environment'],
    'AWS::IAM::Policy': ['PolicyDocument'],
    'AWS::CloudWatch::Dashboard': ['DashboardBody'],
  };
  const common = Object.entries(none.template.Resources);

  it('leaves every resource that both have where it is: same id, same type, nothing that would replace it', () => {
    for (const [logicalId, before] of common) {
      const after = serverless.template.Resources[logicalId];
      expect(after?.Type, logicalId).toBe(before.Type);
      const changed = Object.entries(z.record(z.string(), z.unknown()).parse(after?.Properties ?? {})).filter(
        ([name, value]) =>
          JSON.stringify(value) !==
          JSON.stringify(z.record(z.string(), z.unknown()).parse(before.Properties ?? {})[name]),
      );
      const allowed = changedInPlace[before.Type] ?? [];
      expect(
        changed.map(([name]) => name).filter((name) => !allowed.includes(name)),
        logicalId,
      ).toEqual([]);
    }
  });

  it('touches neither table, nor what is kept of it', () => {
    const tables = common.filter(([, { Type }]) => Type === 'AWS::DynamoDB::GlobalTable');
    expect(tables).toHaveLength(2);
    for (const [logicalId, table] of tables) expect(serverless.template.Resources[logicalId]).toEqual(table);
  });

  it('adds and takes away only network, Redis and their alarms', () => {
    const added = Object.entries(serverless.template.Resources).filter(
      ([id]) => none.template.Resources[id] === undefined,
    );
    for (const [, { Type }] of added) expect(Type).toMatch(/^AWS::(EC2|ElastiCache)::|^AWS::CloudWatch::Alarm$/);
  });

  it('meets no export that another stack could hold on to', () => {
    for (const { template } of [serverless, none]) {
      expect(Object.values(template.Outputs).filter((output) => 'Export' in output)).toEqual([]);
    }
  });
});
