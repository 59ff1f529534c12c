import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { GetAccountSettingsCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FunctionName } from '../../../lib/contracts/functions.ts';
import { credentials, region } from '../../../lib/local/lambda/account.ts';
import { instanceLimits } from '../../../lib/local/lambda/limits.ts';
import type { Runtime } from '../../../lib/local/runtime.ts';
import { DataDirectoryError } from '../../../lib/local/supervision/data-directory-lock.ts';
import { temporaryDirectory } from '../../support/bundle-function.ts';
import { eventsOf, type Probed, queueUrl, useProbedRuntimes } from './runtime-fixture.ts';

const probed = useProbedRuntimes();

async function withLambda<Answer>(runtime: Runtime, use: (lambda: LambdaClient) => Promise<Answer>): Promise<Answer> {
  const lambda = new LambdaClient({ endpoint: runtime.endpoints.lambda, region, credentials, maxAttempts: 1 });
  try {
    return await use(lambda);
  } finally {
    lambda.destroy();
  }
}

const alarmsTopic = 'arn:aws:sns:us-east-1:000000000000:alarms';

describe('a running platform', () => {
  let dataDir: string;
  let runtime: Runtime;
  beforeAll(async () => {
    dataDir = temporaryDirectory();
    runtime = await probed.start(dataDir, {
      firstTickAfterMs: 0,
      settings: { HEADROOM_LOAD_WORKERS: '3' },
      timeouts: { 'task-worker': 5 },
      functionNiceness: 1,
    });
  });
  afterAll(async () => {
    await runtime.stop();
    rmSync(dataDir, { recursive: true });
  });

  it.each([
    ['/health', 'platform-api', 'GET /health'],
    ['/v1/projects/shop', 'projects-api', 'GET /v1/projects/{project}'],
    ['/nowhere', 'platform-api', '$default'],
  ])('leads %s to its function', async (path, functionName, routeKey) => {
    const response = await fetch(runtime.apiUrl + path);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ functionName, routeKey });
  });

  it.runIf(process.platform === 'linux').each([
    ['/health', 1],
    ['/v1/cache/shop/stats', 0],
  ])('lets the function of %s give way to others by %d', async (path, niceness) => {
    const response = await fetch(runtime.apiUrl + path);
    const probedThere = (await response.json()) as Probed;
    expect(probedThere.niceness).toBe(Math.min(19, getPriority(0) + niceness));
  });

  it('gives a function what its definition says and no more', async () => {
    const response = await fetch(`${runtime.apiUrl}/v1/projects/shop/load-tests`);
    const { environment } = (await response.json()) as Probed;
    expect(environment).toMatchObject({
      HISTORY_TABLE: runtime.historyTable,
      QUEUE_LOAD_CONTROL: queueUrl(runtime.endpoints.sqs, 'load-control'),
      HEADROOM_STAGE: 'local',
      HEADROOM_PRIVATE_TARGETS: 'allow',
      HEADROOM_LOAD_WORKERS: '3',
      AWS_LAMBDA_FUNCTION_NAME: 'load-api',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
      AWS_REGION: 'us-east-1',
      AWS_ENDPOINT_URL_DYNAMODB: runtime.endpoints.dynamodb,
      LAMBDA_TASK_ROOT: probed.directory,
    });
    for (const absent of ['QUEUE_TASKS', 'QUEUE_LOAD_WORK', 'CACHE_TABLE', 'REDIS_URL', 'HOME', 'PATH'])
      expect(environment).not.toHaveProperty(absent);
  });

  it('gives a function of caches its table and Redis, and no way to the rest of AWS', async () => {
    const response = await fetch(`${runtime.apiUrl}/v1/cache/shop/stats`);
    const { functionName, environment } = (await response.json()) as Probed;
    expect(functionName).toBe('cache-api');
    expect(environment).toMatchObject({
      HISTORY_TABLE: runtime.historyTable,
      CACHE_TABLE: runtime.cacheTable,
      REDIS_URL: runtime.redisUrl,
      REDIS_MODE: 'single',
      AWS_ENDPOINT_URL_DYNAMODB: runtime.endpoints.dynamodb,
    });
    for (const service of ['SQS', 'SNS', 'CLOUDWATCH', 'LAMBDA']) {
      expect(environment[`AWS_ENDPOINT_URL_${service}`]).toBe('http://127.0.0.1:9');
    }
  });

  it('brings a message from one function to the other', async () => {
    await fetch(`${runtime.apiUrl}/v1/tasks?send=QUEUE_TASKS`, {
      method: 'POST',
      body: 'work',
      headers: { 'content-type': 'text/plain' },
    });
    await expect
      .poll(() => eventsOf(runtime, 'task-worker'))
      .toMatchObject([
        {
          Records: [
            {
              body: 'work',
              eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:tasks',
              attributes: { AWSTraceHeader: expect.stringMatching(/Lineage=[0-9a-f]{8}:1$/) },
            },
          ],
        },
      ]);
  });

  it('hosts load workers in processes of their own, many at once', async () => {
    const QueueUrl = queueUrl(runtime.endpoints.sqs, 'load-work');
    const shards = ['0', '1', '2'];
    for (const MessageBody of shards) await runtime.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    await expect.poll(async () => (await eventsOf(runtime, 'load-worker')).length, { timeout: 10_000 }).toBe(3);
    expect(readdirSync(join(dataDir, 'run')).filter((file) => file.startsWith('load-worker-')).length).toBeGreaterThan(
      0,
    );
  });

  it('lets a function invoke another one, and wait for nothing', async () => {
    await fetch(`${runtime.apiUrl}/v1/tasks?invoke=check-controller`, {
      method: 'POST',
      body: '{"invokedBy":"tasks-api"}',
      headers: { 'content-type': 'text/plain' },
    });
    await expect.poll(() => eventsOf(runtime, 'check-controller')).toEqual([{ invokedBy: 'tasks-api' }]);
  });

  it('says how many invocations this machine runs at once', async () => {
    const { AccountLimit } = await withLambda(runtime, (lambda) => lambda.send(new GetAccountSettingsCommand({})));
    expect(AccountLimit?.ConcurrentExecutions).toBe(instanceLimits.process);
  });

  it('gives a function the time of its definition, or that which a test asks for', async () => {
    const remainingMs = (name: FunctionName): Promise<number> =>
      withLambda(runtime, async (lambda) => {
        const Payload = JSON.stringify({ version: '2.0' });
        const answer = await lambda.send(new InvokeCommand({ FunctionName: name, Payload }));
        return JSON.parse(answer.Payload?.transformToString() ?? '').remainingMs;
      });
    expect(await remainingMs('task-worker')).toBeLessThanOrEqual(5_000);
    expect(await remainingMs('tasks-api')).toBeGreaterThan(5_000);
  });

  it('ticks', async () => {
    await expect
      .poll(() => eventsOf(runtime, 'tick'))
      .toContainEqual(expect.objectContaining({ source: 'aws.events', 'detail-type': 'Scheduled Event' }));
  });

  it('brings what is published on a topic to its function', async () => {
    const sns = new SNSClient({ endpoint: runtime.endpoints.sns, region, credentials });
    const TopicArn = alarmsTopic;
    await sns.send(new PublishCommand({ TopicArn, Subject: 'ALARM', Message: '{"AlarmName":"a"}' }));
    sns.destroy();
    await expect
      .poll(() => eventsOf(runtime, 'alarm-receiver'))
      .toEqual([
        {
          Records: [
            {
              EventSource: 'aws:sns',
              EventVersion: '1.0',
              EventSubscriptionArn: expect.stringMatching(/^arn:aws:sns:us-east-1:000000000000:alarms:[0-9a-f-]{36}$/),
              Sns: {
                Type: 'Notification',
                MessageId: expect.any(String),
                TopicArn,
                Subject: 'ALARM',
                Message: '{"AlarmName":"a"}',
                Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
                SignatureVersion: expect.any(String),
                Signature: expect.any(String),
                SigningCertUrl: expect.any(String),
                UnsubscribeUrl: expect.any(String),
                MessageAttributes: {},
              },
            },
          ],
        },
      ]);
  });

  it('tries what a topic sends three times, and then keeps it apart', async () => {
    const { Attributes } = await runtime.sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl(runtime.endpoints.sqs, 'alarm-receiver-inbox'),
        AttributeNames: ['All'],
      }),
    );
    expect(JSON.parse(Attributes?.RedrivePolicy ?? '{}')).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:alarm-receiver-undelivered',
      maxReceiveCount: 3,
    });
  });

  it('keeps what the functions wrote in a file', async () => {
    await fetch(`${runtime.apiUrl}/health`);
    await expect.poll(() => readFileSync(runtime.logFile, 'utf8')).toMatch(/^\S+Z platform-api invoked platform-api$/m);
  });

  it('takes metrics from what functions write, and tells its topic when an alarm changes', async () => {
    const cloudwatch = new CloudWatchClient({ endpoint: runtime.endpoints.cloudwatch, region, credentials });
    const metric = {
      Namespace: 'Probe',
      MetricName: 'Calls',
      Dimensions: [{ Name: 'service', Value: 'projects-api' }],
    };
    await fetch(`${runtime.apiUrl}/v1/projects`);
    const sum = async (): Promise<number> => {
      const { Datapoints = [] } = await cloudwatch.send(
        new GetMetricStatisticsCommand({
          ...metric,
          StartTime: new Date(Date.now() - 600_000),
          EndTime: new Date(),
          Period: 60,
          Statistics: ['Sum'],
        }),
      );
      return Datapoints.reduce((total, { Sum = 0 }) => total + Sum, 0);
    };
    await expect.poll(sum).toBeGreaterThan(0);

    await cloudwatch.send(
      new PutMetricAlarmCommand({
        ...metric,
        AlarmName: 'calls',
        Period: 60,
        Statistic: 'Sum',
        EvaluationPeriods: 1,
        Threshold: 1000,
        ComparisonOperator: 'GreaterThanThreshold',
        AlarmActions: [alarmsTopic],
      }),
    );
    await cloudwatch.send(new SetAlarmStateCommand({ AlarmName: 'calls', StateValue: 'ALARM', StateReason: 'test' }));
    cloudwatch.destroy();
    await expect
      .poll(() => eventsOf(runtime, 'alarm-receiver'))
      .toContainEqual({
        Records: [
          expect.objectContaining({
            Sns: expect.objectContaining({
              Subject: 'ALARM: "calls" in US East (N. Virginia)',
              Message: expect.stringContaining('"NewStateValue":"ALARM"'),
            }),
          }),
        ],
      });
  });

  it('is the only one in its data directory', async () => {
    await expect(probed.start(dataDir)).rejects.toThrow(DataDirectoryError);
  });
});
