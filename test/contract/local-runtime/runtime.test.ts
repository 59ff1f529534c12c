import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { GetAccountSettingsCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FunctionName, functionNames } from '../../../lib/contracts/functions.ts';
import { PortInUseError } from '../../../lib/local/gateway/gateway.ts';
import { credentials, region } from '../../../lib/local/lambda/account.ts';
import { instanceLimits } from '../../../lib/local/lambda/limits.ts';
import { type Runtime, type RuntimeOptions, startRuntime } from '../../../lib/local/runtime.ts';
import { DataDirectoryError } from '../../../lib/local/supervision/data-directory-lock.ts';
import { bundleFunction, temporaryDirectory } from '../../support/bundle-function.ts';

let directory: string;
let bundles: RuntimeOptions['bundles'];
beforeAll(async () => {
  directory = await bundleFunction(new URL('./functions/probe.ts', import.meta.url));
  bundles = Object.fromEntries(functionNames.map((name) => [name, { directory }])) as RuntimeOptions['bundles'];
});
afterAll(() => rmSync(directory, { recursive: true }));

const start = (dataDir: string, options: Partial<RuntimeOptions> = {}): Promise<Runtime> =>
  startRuntime({ dataDir, port: 0, bundles, log: () => {}, ...options });

/** The events that a function was invoked with, apart from those over HTTP. */
async function eventsOf(runtime: Runtime, name: FunctionName): Promise<unknown[]> {
  const { Items = [] } = await runtime.dynamodb.send(
    new QueryCommand({
      TableName: runtime.historyTable,
      KeyConditionExpression: 'pk = :name',
      ExpressionAttributeValues: { ':name': { S: name } },
    }),
  );
  return Items.map(({ event }) => JSON.parse(event?.S ?? 'null'));
}

async function withLambda<Answer>(runtime: Runtime, use: (lambda: LambdaClient) => Promise<Answer>): Promise<Answer> {
  const lambda = new LambdaClient({ endpoint: runtime.endpoints.lambda, region, credentials, maxAttempts: 1 });
  try {
    return await use(lambda);
  } finally {
    lambda.destroy();
  }
}

interface Probed {
  functionName: FunctionName;
  environment: Record<string, string>;
}

const alarmsTopic = 'arn:aws:sns:us-east-1:000000000000:alarms';
const queueUrl = (sqsEndpoint: string, queue: string): string => `${sqsEndpoint}/000000000000/${queue}`;

describe('a running platform', () => {
  let dataDir: string;
  let runtime: Runtime;
  beforeAll(async () => {
    dataDir = temporaryDirectory();
    runtime = await start(dataDir, {
      firstTickAfterMs: 0,
      settings: { HEADROOM_LOAD_WORKERS: '3' },
      timeouts: { 'task-worker': 5 },
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
      LAMBDA_TASK_ROOT: directory,
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
    await expect
      .poll(() => eventsOf(runtime, 'check-controller'), { timeout: 10_000 })
      .toEqual([{ invokedBy: 'tasks-api' }]);
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
    await expect(start(dataDir)).rejects.toThrow(DataDirectoryError);
  });
});

describe('a platform', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = temporaryDirectory();
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('keeps its data and its messages when it starts again', async () => {
    const first = await start(dataDir, { firstTickAfterMs: 0 });
    await expect.poll(() => eventsOf(first, 'tick')).toHaveLength(1);
    await first.sqs.send(
      new SendMessageCommand({
        QueueUrl: queueUrl(first.endpoints.sqs, 'tasks'),
        MessageBody: 'later',
        DelaySeconds: 1,
      }),
    );
    await first.stop();
    const second = await start(dataDir, { firstTickAfterMs: 600_000 });
    expect(await eventsOf(second, 'tick')).toHaveLength(1);
    await expect
      .poll(() => eventsOf(second, 'task-worker'), { timeout: 5_000 })
      .toMatchObject([{ Records: [{ body: 'later' }] }]);
    await second.stop();
  });

  it('goes on when its Redis ends, and starts it again where its functions look for it', async () => {
    const failed: Error[] = [];
    const runtime = await start(dataDir, { onFailure: (error) => failed.push(error) });
    const client = new Redis(runtime.redisUrl ?? '', { retryStrategy: () => 10, maxRetriesPerRequest: null });
    client.on('error', () => {});
    await client.set('before', '1');
    // By a connection of its own: one that comes back would send the command again.
    const hand = new Redis(runtime.redisUrl ?? '', { retryStrategy: () => null });
    hand.on('error', () => {});
    hand.shutdown('NOSAVE').catch(() => {});
    expect((await fetch(`${runtime.apiUrl}/health`)).status).toBe(200);
    await expect.poll(() => client.get('before')).toBeNull();
    client.disconnect();
    await runtime.stop();
    expect(failed).toEqual([]);
  });

  it('runs on a machine without Redis, and leads no function to one', async () => {
    vi.stubEnv('PATH', '');
    const runtime = await start(dataDir);
    vi.unstubAllEnvs();
    expect(runtime.redisUrl).toBeUndefined();
    const response = await fetch(`${runtime.apiUrl}/v1/cache/shop/stats`);
    const { environment } = (await response.json()) as Probed;
    expect(environment.CACHE_TABLE).toBe(runtime.cacheTable);
    expect(Object.keys(environment).filter((name) => name.startsWith('REDIS'))).toEqual([]);
    await runtime.stop();
  });

  it('leaves nothing behind when its port is taken', async () => {
    const first = await start(dataDir);
    const other = temporaryDirectory();
    await expect(start(other, { port: Number(new URL(first.apiUrl).port) })).rejects.toThrow(PortInUseError);
    // Its lock is free, so it has stopped as a whole.
    await (await start(other)).stop();
    await first.stop();
    rmSync(other, { recursive: true });
  });

  it('ends by itself once it is stopped, and leaves no process when it is killed', async () => {
    for (const end of ['stop', 'kill'] as const) {
      const program = fork(fileURLToPath(new URL('./programs/runtime.ts', import.meta.url)), [dataDir, directory], {
        execArgv: [],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      });
      const [{ sqs: endpoint }] = (await once(program, 'message')) as [{ apiUrl: string; sqs: string }];
      const sqs = new SQSClient({ endpoint, region, credentials });
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(endpoint, 'load-work'), MessageBody: '{}' }));
      sqs.destroy();
      await expect
        .poll(() => childrenOf(program.pid), { timeout: 10_000 })
        .toContainEqual(expect.stringContaining('process-entry'));
      const children = childrenOf(program.pid).map((child) => Number(child.split(' ')[0]));
      const exited = once(program, 'exit');
      if (end === 'stop') program.send('stop');
      else program.kill('SIGKILL');
      const [code] = await exited;
      expect(code).toBe(end === 'stop' ? 0 : null);
      await expect.poll(() => children.filter(isAlive), { timeout: 5_000 }).toEqual([]);
    }
  });
});

/** `PID COMMAND` of the processes that this one started. */
const childrenOf = (pid: number | undefined): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return parent === pid
          ? [`${name} ${readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ')}`]
          : [];
      } catch {
        return [];
      }
    });

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}
