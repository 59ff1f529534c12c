import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { functionDefinition, functionNames } from '../../lib/contracts/functions.ts';
import { cacheTable, historyTable } from '../../lib/platform/table/schema.ts';
import { optionsOfContext } from '../../lib/stack/context-options.ts';
import { idleStack, Synthesized } from './synthesized.ts';

const main = new Synthesized();

const tableShape = z.looseObject({
  BillingMode: z.string(),
  KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.string() })),
  GlobalSecondaryIndexes: z.array(z.looseObject({ IndexName: z.string() })).optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string(), Enabled: z.boolean() }),
  SSESpecification: z.object({ SSEEnabled: z.boolean() }),
  Replicas: z.array(
    z.looseObject({
      DeletionProtectionEnabled: z.boolean(),
      PointInTimeRecoverySpecification: z.object({ PointInTimeRecoveryEnabled: z.boolean() }),
    }),
  ),
});

/** The properties that name a resource within an account and region, for those types of the stack that have a name. */
const nameProperties = {
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::SNS::Topic': 'TopicName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::CloudWatch::Alarm': 'AlarmName',
  'AWS::CloudWatch::Dashboard': 'DashboardName',
  'AWS::Events::Rule': 'Name',
  'AWS::ElastiCache::ServerlessCache': 'ServerlessCacheName',
};

describe('the tables', () => {
  const tables = main.all('AWS::DynamoDB::GlobalTable', tableShape);
  const keys = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ];

  it('are two, paid by request, encrypted, and forget what expired', () => {
    expect(tables).toHaveLength(2);
    for (const table of tables) {
      expect(table.BillingMode).toBe('PAY_PER_REQUEST');
      expect(table.SSESpecification.SSEEnabled).toBe(true);
      expect(table.TimeToLiveSpecification.Enabled).toBe(true);
    }
  });

  it.each([
    ['HistoryTableName', true],
    ['CacheTableName', false],
  ])('%s: recoverable to any point in time: %s', (output, recoverable) => {
    const table = tables.find(({ logicalId }) => logicalId === main.output(output));
    expect(table?.Replicas.map((one) => one.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled)).toEqual([
      recoverable,
    ]);
  });

  it('are keyed as the platform reads them', () => {
    const [history, cache] = ['HistoryTableName', 'CacheTableName'].map((output) =>
      tables.find(({ logicalId }) => logicalId === main.output(output)),
    );
    const { outboxIndex } = historyTable;
    expect(history).toMatchObject({
      KeySchema: keys(historyTable.partitionKey, historyTable.sortKey),
      TimeToLiveSpecification: { AttributeName: historyTable.timeToLive },
      GlobalSecondaryIndexes: [
        {
          IndexName: outboxIndex.name,
          KeySchema: keys(outboxIndex.partitionKey, outboxIndex.sortKey),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
    expect(cache).toMatchObject({
      KeySchema: keys(cacheTable.partitionKey, cacheTable.sortKey),
      TimeToLiveSpecification: { AttributeName: cacheTable.timeToLive },
    });
    expect(cache).not.toHaveProperty('GlobalSecondaryIndexes');
  });

  it.each([
    [{}, 'Retain', true],
    [{ removalPolicy: 'destroy' }, 'Delete', false],
    [{ removalPolicy: 'destroy', deletionProtection: 'true' }, 'Delete', true],
  ])('with the options %o: %s, deletion protection %s', (options, policy, isProtected) => {
    const deployment = new Synthesized(options);
    const kept = Object.values(deployment.template.Resources).filter(({ Type }) => /DynamoDB/.test(Type));
    expect(kept.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual([policy, policy]);
    for (const { Replicas } of deployment.all('AWS::DynamoDB::GlobalTable', tableShape)) {
      expect(Replicas.map(({ DeletionProtectionEnabled }) => DeletionProtectionEnabled)).toEqual([isProtected]);
    }
  });
});

describe('the functions', () => {
  const lambdas = main.all('AWS::Lambda::Function', z.looseObject({ FunctionName: z.string() }));
  const logGroups = main.all(
    'AWS::Logs::LogGroup',
    z.looseObject({ LogGroupName: z.string(), RetentionInDays: z.number() }),
  );

  it.each(functionNames)('%s runs as the contracts say, and logs to a group with an end', (name) => {
    const { memoryMb, timeoutSeconds, reservedConcurrency } = functionDefinition(name);
    const lambda = lambdas.find(({ FunctionName }) => FunctionName === `headroom-main-${name}`);
    expect(lambda).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: memoryMb,
      Timeout: timeoutSeconds,
      LoggingConfig: { LogGroup: `/aws/lambda/headroom-main-${name}` },
    });
    expect(lambda?.ReservedConcurrentExecutions).toBe(reservedConcurrency);
    expect(logGroups.find(({ LogGroupName }) => LogGroupName.endsWith(`-${name}`))?.RetentionInDays).toBe(30);
  });

  it('are all there is: no function, and no log group, that the contracts do not name', () => {
    expect(lambdas).toHaveLength(functionNames.length);
    expect(logGroups).toHaveLength(functionNames.length + 1);
  });
});

describe('the stack', () => {
  describe.each(['serverless', 'none'])('with the tier 2 %s', (cacheTier) => {
    it('stays far below the 500 resources, and the 1 MB, that CloudFormation takes', () => {
      const { template } = new Synthesized({ cacheTier });
      expect(Object.keys(template.Resources).length).toBeLessThan(350);
      expect(JSON.stringify(template).length).toBeLessThan(700_000);
    });

    it('passes the checks of AWS Solutions, and those of CDK for what CloudFormation takes', () => {
      const { app } = idleStack({ cacheTier });
      Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
      const { directory } = app.synth();
      const { pluginReports } = z
        .object({ pluginReports: z.array(z.looseObject({ violations: z.array(z.unknown()) })) })
        .parse(JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')));
      expect(pluginReports.flatMap(({ violations }) => violations)).toEqual([]);
    });
  });

  it('would not pass them with a queue that is open to plain HTTP', () => {
    const { app, stack } = idleStack();
    new Queue(stack, 'Open', { removalPolicy: RemovalPolicy.DESTROY });
    const names = new AwsSolutionsChecks(app).validateScope(app).violations.map(({ ruleName }) => ruleName);
    expect(names).toEqual(expect.arrayContaining(['AwsSolutions-SQS4']));
  });

  it('shares no name with that of another stage', () => {
    const namesOf = (deployment: Synthesized): string[] =>
      Object.entries(nameProperties).flatMap(([type, property]) =>
        deployment
          .all(type, z.looseObject({ [property]: z.string() }))
          .map((resource) => `${type} ${Object.entries(resource).find(([key]) => key === property)?.[1]}`),
      );
    const theirs = namesOf(new Synthesized({ stage: 'lab' }));
    const ours = new Set(namesOf(main));
    expect(theirs).toHaveLength(ours.size);
    expect(theirs.filter((name) => ours.has(name) || !name.includes('headroom-lab-'))).toEqual([]);
  });

  it('leaves to CloudFormation the names of what outlives it, and of what nobody looks for', () => {
    for (const [type, property] of Object.entries({
      'AWS::DynamoDB::GlobalTable': 'TableName',
      'AWS::IAM::Role': 'RoleName',
    })) {
      for (const resource of main.all(type, z.looseObject({}))) expect(resource).not.toHaveProperty(property);
    }
  });

  it('is tagged, and says what its user needs next', () => {
    const tagged = main.all('AWS::SQS::Queue', z.looseObject({ Tags: z.array(z.unknown()) }));
    for (const { Tags } of tagged) {
      expect(Tags).toEqual([
        { Key: 'headroom:stage', Value: 'main' },
        { Key: 'Project', Value: 'headroom' },
      ]);
    }
    expect(main.output('ApiUrl')).toMatch(/^https:/);
    expect(main.output('QueueLoadWork')).toBe('headroom-main-load-work');
    expect(main.output('FirstKeyCommand')).toContain(`keys create --admin --table ${main.output('HistoryTableName')}`);
  });
});

describe('the options', () => {
  it('are all optional', () => {
    expect(optionsOfContext({})).toMatchObject({
      stage: 'main',
      removalPolicy: 'retain',
      deletionProtection: true,
      cacheTier: 'serverless',
    });
  });

  it('are taken from text, and leave what belongs to CDK alone', () => {
    const ours = { logRetentionDays: '7', redisLimitGb: '3', cacheZones: 'us-east-1b,us-east-1d' };
    const given = { '@aws-cdk/core:x': true, 'aws-cdk:y': 1, 'cli-telemetry': false, ...ours };
    expect(optionsOfContext(given)).toMatchObject({
      logRetentionDays: 7,
      redisLimitGb: 3,
      cacheZones: ['us-east-1b', 'us-east-1d'],
    });
  });

  it.each(['us-east-1b', 'us-east-1b,us-east-1b', 'b,d'])('name two zones, or none: not %s', (cacheZones) => {
    expect(() => optionsOfContext({ cacheZones })).toThrow(/^The option cacheZones: must be two /);
  });

  it('are refused all at once, each by its name', () => {
    const wrong = { stage: 'a--b', logRetentionDays: '8', alarmEmail: 'nobody', removal: 'destroy' };
    expect(() => optionsOfContext(wrong)).toThrow(
      /The option stage: must be.*\nThe option alarmEmail: .*\nThe option logRetentionDays: .*\n.*"removal"/s,
    );
  });
});
