import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { templateFinding } from '../../../../lib/contracts/template-analyses.ts';
import { examineTemplate } from '../../../../lib/optimization/aws/template/findings.ts';
import { parseTemplate } from '../../../../lib/optimization/aws/template/parse.ts';
import { DomainError } from '../../../../lib/platform/errors.ts';

const at = '2026-01-31T12:00:00.000Z';
const examine = (text: string) => examineTemplate(text, at);
const said = (text: string) =>
  examine(text).findings.map(({ module, logicalId, line }) => `${module} ${logicalId}:${line}`);

const faulty = `AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Slow: { Type: Number, Default: 120 }
Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: nodejs22.x
      Timeout: !Ref Slow
      ReservedConcurrentExecutions: 6
      Code: { S3Bucket: !Sub 'code-\${AWS::Region}', S3Key: x }
  Source:
    Type: AWS::Lambda::EventSourceMapping
    Properties:
      FunctionName: !GetAtt Worker.Arn
      EventSourceArn: !GetAtt Jobs.Arn
      BatchSize: 1
  Jobs:
    Type: AWS::SQS::Queue
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 5 }
  Shop:
    Type: AWS::ApiGateway::RestApi
    Properties: { Name: shop }
  Prod:
    Type: AWS::ApiGateway::Stage
    Properties: { RestApiId: !Ref Shop, StageName: prod }
  Sessions:
    Type: AWS::ElastiCache::ServerlessCache
    Properties: { Engine: valkey, ServerlessCacheName: s }
`;

const sound = `Resources:
  Worker:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: worker
      Runtime: nodejs22.x
      Architectures: [arm64]
      MemorySize: 512
      Timeout: 20
  Logs:
    Type: AWS::Logs::LogGroup
    Properties: { LogGroupName: /aws/lambda/worker, RetentionInDays: 30 }
  Source:
    Type: AWS::Lambda::EventSourceMapping
    Properties: { FunctionName: !Ref Worker, EventSourceArn: !GetAtt Jobs.Arn, BatchSize: 10 }
  Jobs:
    Type: AWS::SQS::Queue
    Properties: { VisibilityTimeout: 120 }
  Orders:
    Type: AWS::DynamoDB::Table
    Properties: { BillingMode: PAY_PER_REQUEST }
  Shop:
    Type: AWS::ApiGateway::RestApi
    Properties: { Name: shop, MinimumCompressionSize: 1024 }
  Prod:
    Type: AWS::ApiGateway::Stage
    Properties:
      RestApiId: !Ref Shop
      StageName: prod
      MethodSettings:
        - { HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 }
  Sessions:
    Type: AWS::ElastiCache::ServerlessCache
    Properties: { Engine: valkey, CacheUsageLimits: { DataStorage: { Maximum: 5, Unit: GB } } }
`;

const everything = [
  'lambda-architecture Worker:5',
  'lambda-log-retention Worker:5',
  'lambda-batching Worker:5',
  'lambda-source-concurrency Worker:5',
  'lambda-memory Worker:5',
  'queue-visibility Jobs:18',
  'table-auto-scaling Orders:20',
  'api-throttling Shop:24',
  'api-compression Shop:24',
  'cache-limits Sessions:30',
];

describe('a template', () => {
  it('is told of by what it makes, with logical ids and lines', () => {
    expect(said(faulty)).toEqual(everything);
    const { resources, examined, findings, problems } = examine(faulty);
    expect({ resources, examined, problems }).toEqual({ resources: 7, examined: 5, problems: [] });
    for (const finding of findings) expect(templateFinding.parse(finding)).toEqual(finding);
    expect(findings.find(({ module }) => module === 'queue-visibility')?.proposed).toEqual([
      { property: 'visibilityTimeout', before: 30, after: 720 },
    ]);
  });

  it('is told nothing of where it is as it should be', () => {
    expect(said(sound)).toEqual([]);
  });

  it('says the same as JSON', () => {
    const { resources } = parseTemplate(faulty);
    const json = JSON.stringify(
      {
        Parameters: { Slow: { Type: 'Number', Default: 120 } },
        Resources: Object.fromEntries(
          resources.map(({ logicalId, type, properties }) => [logicalId, { Type: type, Properties: properties }]),
        ),
      },
      null,
      '\t',
    );
    const names = (lines: string[]): string[] => lines.map((line) => line.replace(/:\d+$/, ''));
    expect(names(said(json))).toEqual(names(everything));
  });

  it('of SAM has its globals, and the queues beside its functions', () => {
    const sam = `Transform: AWS::Serverless-2016-10-31
Globals:
  Function: { Runtime: python3.12, Timeout: 30, MemorySize: 256, Architectures: [arm64] }
Resources:
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      LoggingConfig: { LogGroup: !Ref Logs }
      Events:
        Mail: { Type: SQS, Properties: { Queue: !GetAtt Jobs.Arn } }
  Logs: { Type: AWS::Logs::LogGroup, Properties: { RetentionInDays: 7 } }
  Jobs: { Type: AWS::SQS::Queue, Properties: { VisibilityTimeout: 179 } }
`;
    expect(said(sam)).toEqual(['queue-visibility Jobs:12']);
  });

  it('says what is not known before a deployment, and guesses nothing of it', () => {
    const text = `Parameters: { T: { Type: Number } }
Resources:
  Worker: { Type: AWS::Lambda::Function, Properties: { Timeout: !Ref T } }
  Jobs: { Type: AWS::SQS::Queue, Properties: { VisibilityTimeout: !If [Big, 900, 30] } }
`;
    const { findings, problems, examined } = examine(text);
    expect({ findings, examined }).toEqual({ findings: [], examined: 0 });
    expect(problems).toEqual([
      'Worker (line 3) has values that are not known before a deployment.',
      'Jobs (line 4) has values that are not known before a deployment.',
    ]);
  });

  it('has the short forms of functions as the long ones', () => {
    const { resources } = parseTemplate(
      `Resources: { A: { Type: X, Properties: { a: !Ref B, b: !GetAtt B.C.D, c: !Join ['-', [!Ref B, x]], d: !Condition E } } }`,
    );
    expect(JSON.parse(JSON.stringify(resources[0]?.properties))).toEqual({
      a: { Ref: 'B' },
      b: { 'Fn::GetAtt': ['B', 'C', 'D'] },
      c: { 'Fn::Join': ['-', [{ Ref: 'B' }, 'x']] },
      d: { Condition: 'E' },
    });
  });
});

describe('a text that is none', () => {
  const bomb = `a: &a [x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
Resources: { A: { Type: X, Properties: { p: *d } } }
`;
  it.each([
    ['nothing', ''],
    ['a text', 'hello'],
    ['a list', '[1, 2]'],
    ['broken', 'Resources: {'],
    ['two names for one', 'Resources: {}\nResources: {}'],
    ['without resources', 'Parameters: {}'],
    ['resources that are a list', 'Resources: [1]'],
    ['a bomb of aliases', bomb],
    ['an alias to itself', 'Resources: &r { A: { Type: X, Properties: *r } }'],
    ['very deep brackets', `Resources: ${'['.repeat(100_000)}`],
    ['very deep lines', Array.from({ length: 2_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['a deep value', `Resources: { A: { Type: X, Properties: ${'{a: '.repeat(100)}1${'}'.repeat(100)} } }`],
    ['lists in lists', '- '.repeat(20_000)],
    ['names in names', '? '.repeat(20_000)],
    ['tags', '!a '.repeat(200_000)],
    ['anchors', '&a '.repeat(200_000)],
    ['an open text', `Resources: "${'x'.repeat(900_000)}`],
    ['very many values', `Resources: { A: { Type: X, Properties: [${'1,'.repeat(210_000)}] } }`],
  ])('is refused with a line: %s', (_, text) => {
    const began = performance.now();
    expect(() => examine(text)).toThrow(
      expect.objectContaining({ code: 'invalid-request', message: expect.stringMatching(/\(line \d+\)/) }),
    );
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('never breaks what reads it, whatever stands in it', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, true, 0, -1, 1e308, '', 'Worker', '__proto__'),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(
          fc.constantFrom('Ref', 'Fn::GetAtt', 'Fn::Sub', 'constructor', '__proto__', 'Default', 'SQS', 'Timeout'),
          tie('any'),
          { maxKeys: 3 },
        ),
      ),
    })).any;
    const types = [
      'AWS::Lambda::Function',
      'AWS::Serverless::Function',
      'AWS::SQS::Queue',
      'AWS::DynamoDB::Table',
      'AWS::ApiGateway::RestApi',
      'AWS::ApiGateway::Stage',
      'AWS::ElastiCache::ServerlessCache',
      'AWS::Lambda::EventSourceMapping',
      'AWS::Logs::LogGroup',
      'AWS::Serverless::Api',
      'AWS::ApplicationAutoScaling::ScalableTarget',
    ];
    const names = [
      'Timeout',
      'MemorySize',
      'Architectures',
      'Events',
      'Tags',
      'MethodSettings',
      'ProvisionedThroughput',
      'BillingMode',
      'CacheUsageLimits',
      'FunctionName',
      'EventSourceArn',
      'RestApiId',
      'LoggingConfig',
      'Layers',
      'Runtime',
      'ResourceId',
    ];
    const resource = fc.record({
      Type: fc.constantFrom(...types),
      Properties: fc.dictionary(fc.constantFrom(...names), value),
    });
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('Worker', 'Jobs', '__proto__', 'A'), resource),
        value,
        (Resources, Globals) => {
          try {
            examine(JSON.stringify({ Resources, Globals }));
          } catch (error) {
            if (!(error instanceof DomainError)) throw error;
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
