import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseDeploymentOptions } from '../../lib/contracts/deployment-options.ts';
import { edgeVariable } from '../../lib/contracts/function-variables.ts';
import { functionDefinition, functionNames } from '../../lib/contracts/functions.ts';
import { operations, route } from '../../lib/contracts/routes.ts';
import { callsTargets } from '../../lib/stack/target-network.ts';
import { account, region } from './intrinsics.ts';
import { idleStack, Synthesized } from './synthesized.ts';

const kmsKeyArn = `arn:aws:kms:${region}:${account}:key/0a1b2c3d-0000-4000-8000-000000000000`;
const boundary = `arn:aws:iam::${account}:policy/limits`;
const vpc = {
  vpcId: 'vpc-0a1b2c3d',
  targetSubnetIds: 'subnet-0000000a',
  cacheSubnetIds: 'subnet-0000000b,subnet-0000000c',
};
const named = {
  domainName: 'headroom.example.com',
  certificateArn: `arn:aws:acm:${region}:${account}:certificate/1`,
  hostedZoneId: 'Z0123456789',
};
const inUsEast1 = { ...named, certificateArn: `arn:aws:acm:us-east-1:${account}:certificate/1` };

const operation = z.looseObject({ security: z.array(z.record(z.string(), z.array(z.string()))).optional() });
const apiShape = z.looseObject({
  Body: z.looseObject({
    servers: z.array(z.looseObject({})).optional(),
    paths: z.record(z.string(), z.record(z.string(), z.unknown())),
    components: z.looseObject({ securitySchemes: z.record(z.string(), z.looseObject({})).optional() }),
  }),
});
const bodyOf = (synthesized: Synthesized) => synthesized.all('AWS::ApiGatewayV2::Api', apiShape)[0]?.Body;
const lambdaShape = z.looseObject({
  FunctionName: z.string(),
  KmsKeyArn: z.string().optional(),
  VpcConfig: z.object({ SecurityGroupIds: z.array(z.string()), SubnetIds: z.array(z.string()) }).optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
});
const lambdasOf = (synthesized: Synthesized) => synthesized.all('AWS::Lambda::Function', lambdaShape);
const nameOf = ({ FunctionName }: { FunctionName: string }) =>
  functionNames.find((name) => FunctionName === `headroom-main-${name}`) ?? 'tick';

describe('routeAuthorization: iam', () => {
  const synthesized = new Synthesized({ routeAuthorization: 'iam' });
  const body = bodyOf(synthesized);

  it('asks for a signature on every route but the public ones', () => {
    expect(body?.components.securitySchemes).toEqual({
      signature: expect.objectContaining({ 'x-amazon-apigateway-authtype': 'awsSigv4', in: 'header' }),
    });
    for (const { path, method, scope } of operations.map(route)) {
      const { security } = operation.parse(body?.paths[path]?.[method.toLowerCase()]);
      expect(security, `${method} ${path}`).toEqual(scope === 'public' ? undefined : [{ signature: [] }]);
    }
  });

  it('does not do so by default', () => {
    expect(JSON.stringify(bodyOf(new Synthesized()))).not.toMatch(/security|awsSigv4/);
  });
});

describe('a domain of its own', () => {
  const synthesized = new Synthesized(named);

  it('leads to the API, which answers under no other name', () => {
    expect(synthesized.all('AWS::ApiGatewayV2::DomainName', z.looseObject({}))).toEqual([
      expect.objectContaining({ DomainName: named.domainName }),
    ]);
    expect(synthesized.all('AWS::ApiGatewayV2::ApiMapping', z.looseObject({}))).toHaveLength(1);
    expect(bodyOf(synthesized)?.servers).toEqual([
      { url: '/', 'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: true } },
    ]);
    expect(synthesized.output('ApiUrl')).toBe('https://headroom.example.com');
  });

  it('has its records where the zone is told, and else says where they must lead', () => {
    const record = z.looseObject({ Name: z.string(), Type: z.string(), HostedZoneId: z.string() });
    expect(synthesized.all('AWS::Route53::RecordSet', record).map(({ Name, Type }) => [Name, Type])).toEqual([
      [named.domainName, 'A'],
      [named.domainName, 'AAAA'],
    ]);
    const { hostedZoneId: _, ...without } = named;
    const elsewhere = new Synthesized(without);
    expect(elsewhere.all('AWS::Route53::RecordSet', record)).toEqual([]);
    expect(elsewhere.output('DomainTarget')).toEqual(expect.any(String));
  });
});

describe('a distribution before the API', () => {
  const synthesized = new Synthesized(
    { edge: 'cloudfront-waf', edgeRequestsPerFiveMinutes: '5000', ...inUsEast1 },
    'us-east-1',
  );
  const [distribution] = synthesized.all(
    'AWS::CloudFront::Distribution',
    z.looseObject({
      DistributionConfig: z.looseObject({
        Aliases: z.array(z.string()),
        WebACLId: z.string(),
        Origins: z.array(
          z.looseObject({
            OriginCustomHeaders: z.array(z.object({ HeaderName: z.string(), HeaderValue: z.string() })),
          }),
        ),
        DefaultCacheBehavior: z.looseObject({ AllowedMethods: z.array(z.string()), ViewerProtocolPolicy: z.string() }),
      }),
    }),
  );
  const config = distribution?.DistributionConfig;

  it('says a secret to all functions that answer HTTP, and to no others', () => {
    const [header] = config?.Origins[0]?.OriginCustomHeaders ?? [];
    expect(header?.HeaderName).toBe('headroom-edge');
    expect(header?.HeaderValue).toMatch(/^\{\{resolve:secretsmanager:.+:SecretString:::\}\}$/);
    for (const lambda of lambdasOf(synthesized)) {
      const isAnswering = functionDefinition(nameOf(lambda)).trigger.kind === 'http';
      expect(lambda.Environment.Variables[edgeVariable]).toBe(isAnswering ? header?.HeaderValue : undefined);
    }
  });

  it('takes every method with TLS, under the name of the deployment, and keeps nothing', () => {
    expect(config).toMatchObject({ Aliases: [named.domainName] });
    expect(config?.DefaultCacheBehavior.AllowedMethods.sort()).toEqual([
      'DELETE',
      'GET',
      'HEAD',
      'OPTIONS',
      'PATCH',
      'POST',
      'PUT',
    ]);
    // CachingDisabled, and all headers but Host.
    expect(config?.DefaultCacheBehavior).toMatchObject({
      ViewerProtocolPolicy: 'https-only',
      CachePolicyId: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
      OriginRequestPolicyId: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
    });
    expect(synthesized.all('AWS::ApiGatewayV2::DomainName', z.looseObject({}))).toEqual([]);
  });

  it('has a firewall that stops floods, and looks into no bodies', () => {
    const [acl] = synthesized.all(
      'AWS::WAFv2::WebACL',
      z.looseObject({
        Name: z.string(),
        Scope: z.string(),
        Rules: z.array(z.looseObject({ Statement: z.looseObject({}) })),
      }),
    );
    expect(acl).toMatchObject({ Name: 'headroom-main-edge', Scope: 'CLOUDFRONT' });
    expect(acl?.Rules[0]?.Statement).toEqual({ RateBasedStatement: { AggregateKeyType: 'IP', Limit: 5000 } });
    expect(JSON.stringify(acl?.Rules)).toContain('SizeRestrictions_BODY');
    expect(JSON.stringify(synthesized.template)).toContain('can only be made in us-east-1');
  });

  it('may have the firewall of its owner instead, or none', () => {
    const webAclArn = `arn:aws:wafv2:us-east-1:${account}:global/webacl/ours/1`;
    const own = new Synthesized({ edge: 'cloudfront', webAclArn });
    expect(JSON.stringify(own.template)).toContain(`"WebACLId":"${webAclArn}"`);
    expect(own.all('AWS::WAFv2::WebACL', z.looseObject({}))).toEqual([]);
    expect(JSON.stringify(new Synthesized({ edge: 'cloudfront' }).template)).not.toContain('WebACLId');
  });
});

describe('a network of the owner', () => {
  const synthesized = new Synthesized(vpc);
  const groupOf = synthesized.output('TargetCallersGroup');

  it('holds the functions that call targets, and lets them do so', () => {
    const calling = functionNames.filter((name) => callsTargets(functionDefinition(name)));
    expect(calling).toEqual(expect.arrayContaining(['load-worker', 'artillery-worker', 'check-controller']));
    for (const lambda of lambdasOf(synthesized)) {
      const name = nameOf(lambda);
      if (calling.includes(name)) {
        expect(lambda.VpcConfig).toEqual({ SecurityGroupIds: [groupOf], SubnetIds: ['subnet-0000000a'] });
      } else if (functionDefinition(name).network === 'public') expect(lambda.VpcConfig, name).toBeUndefined();
    }
  });

  it('holds tier 2, in subnets that the owner leads to DynamoDB, and no network of ours', () => {
    const [cache] = synthesized.all(
      'AWS::ElastiCache::ServerlessCache',
      z.looseObject({ SubnetIds: z.array(z.string()) }),
    );
    expect(cache?.SubnetIds).toEqual(['subnet-0000000b', 'subnet-0000000c']);
    const isolated = lambdasOf(synthesized).filter((one) => functionDefinition(nameOf(one)).network === 'isolated');
    expect(isolated.map(({ VpcConfig }) => VpcConfig?.SubnetIds)).toEqual(isolated.map(() => cache?.SubnetIds));
    for (const type of ['AWS::EC2::VPC', 'AWS::EC2::Subnet', 'AWS::EC2::VPCEndpoint']) {
      expect(synthesized.all(type, z.looseObject({}))).toEqual([]);
    }
    const groups = synthesized.all('AWS::EC2::SecurityGroup', z.looseObject({ VpcId: z.string() }));
    expect(groups.map(({ VpcId }) => VpcId)).toEqual(groups.map(() => 'vpc-0a1b2c3d'));
  });
});

describe('a key, a boundary and tags', () => {
  const synthesized = new Synthesized({ kmsKeyArn, permissionsBoundaryArn: boundary, tags: 'team=perf,centre=a=b' });

  it('encrypts everything that is kept', () => {
    const keyed = (type: string, property: string): unknown[] =>
      synthesized.all(type, z.looseObject({})).map((one) => (one as Record<string, unknown>)[property]);
    for (const [type, property] of [
      ['AWS::SQS::Queue', 'KmsMasterKeyId'],
      ['AWS::SNS::Topic', 'KmsMasterKeyId'],
      ['AWS::Logs::LogGroup', 'KmsKeyId'],
      ['AWS::Lambda::Function', 'KmsKeyArn'],
      ['AWS::ElastiCache::ServerlessCache', 'KmsKeyId'],
    ] as const) {
      expect(new Set(keyed(type, property)), type).toEqual(new Set([kmsKeyArn]));
    }
    const replicas = z.object({ Replicas: z.array(z.looseObject({ SSESpecification: z.unknown() })) });
    for (const { Replicas } of synthesized.all('AWS::DynamoDB::GlobalTable', z.looseObject(replicas.shape))) {
      expect(Replicas.map(({ SSESpecification }) => SSESpecification)).toEqual([{ KMSMasterKeyId: kmsKeyArn }]);
    }
  });

  it('lets every function use the key, and grants no more than use', () => {
    const statement = z.looseObject({ Action: z.union([z.string(), z.array(z.string())]), Resource: z.unknown() });
    const policies = synthesized.all(
      'AWS::IAM::Policy',
      z.looseObject({ PolicyDocument: z.object({ Statement: z.array(statement) }) }),
    );
    for (const { PolicyDocument } of policies) {
      const used = PolicyDocument.Statement.filter(({ Resource }) => Resource === kmsKeyArn).flatMap(
        ({ Action }) => Action,
      );
      expect(used).toEqual(expect.arrayContaining(['kms:Decrypt', 'kms:GenerateDataKey']));
      expect(used.filter((action) => /^kms:(\*|Put|Schedule|Disable|Create)/.test(action))).toEqual([]);
    }
  });

  it('bounds every role', () => {
    const roles = synthesized.all('AWS::IAM::Role', z.looseObject({ PermissionsBoundary: z.string().optional() }));
    expect(roles.length).toBeGreaterThan(10);
    expect(new Set(roles.map(({ PermissionsBoundary }) => PermissionsBoundary))).toEqual(new Set([boundary]));
  });

  it('tags resources, the API among them', () => {
    const own = [
      { Key: 'team', Value: 'perf' },
      { Key: 'centre', Value: 'a=b' },
    ];
    for (const { Tags } of synthesized.all('AWS::SQS::Queue', z.looseObject({ Tags: z.array(z.unknown()) }))) {
      expect(Tags).toEqual(expect.arrayContaining(own));
    }
    expect(JSON.stringify(bodyOf(synthesized))).toContain('{"name":"centre","x-amazon-apigateway-tag-value":"a=b"}');
  });
});

it('passes the checks of AWS Solutions with every option', () => {
  const { app } = idleStack({
    edge: 'cloudfront-waf',
    ...inUsEast1,
    ...vpc,
    kmsKeyArn,
    permissionsBoundaryArn: boundary,
    tags: 'team=perf',
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { directory } = app.synth();
  const { pluginReports } = z
    .object({ pluginReports: z.array(z.looseObject({ violations: z.array(z.looseObject({})) })) })
    .parse(JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')));
  expect(pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
});

describe('options that do not go together', () => {
  it.each([
    [{ routeAuthorization: 'iam', edge: 'cloudfront' }, 'routeAuthorization'],
    [{ webAclArn: `arn:aws:wafv2:us-east-1:${account}:global/webacl/a/b` }, 'webAclArn'],
    [{ domainName: 'a.example.com' }, 'domainName'],
    [{ certificateArn: named.certificateArn }, 'certificateArn'],
    [{ edge: 'cloudfront', ...named }, 'certificateArn'],
    [{ hostedZoneId: 'Z0123456789' }, 'hostedZoneId'],
    [{ vpcId: vpc.vpcId }, 'vpcId'],
    [{ targetSubnetIds: vpc.targetSubnetIds }, 'targetSubnetIds'],
    [{ ...vpc, cacheTier: 'none' }, 'cacheSubnetIds'],
    [{ ...vpc, cacheSubnetIds: 'subnet-0000000b' }, 'cacheSubnetIds'],
    [{ ...vpc, cacheZones: 'us-east-1b,us-east-1d' }, 'cacheZones'],
    [{ tags: 'headroom:stage=x' }, 'tags'],
    [{ tags: 'nothing' }, 'tags'],
    [{ targetSubnetIds: 'subnet 1', vpcId: vpc.vpcId }, 'targetSubnetIds'],
  ])('%o are refused by the name of one', (given, option) => {
    expect(() => parseDeploymentOptions(given)).toThrow(new RegExp(`^The option ${option}: `));
  });

  it('are taken as lists and objects too, from a file', () => {
    const given = { vpcId: vpc.vpcId, targetSubnetIds: ['subnet-0000000a'], tags: { team: 'perf' } };
    expect(parseDeploymentOptions(given)).toMatchObject(given);
  });
});
