import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { awsResources } from '../../../lib/contracts/aws-metrics.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { MetricReader } from '../../../lib/telemetry/aws/metric-reader.ts';
import { AwsMetrics } from '../../../lib/telemetry/aws/service.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { clientOf, TestCloudWatch } from '../../support/test-cloudwatch.ts';

const minute = 60_000;
const noon = Date.parse('2026-01-31T12:00:00.000Z');
let dynamoDb: TestDynamoDb;
let cloudWatch: TestCloudWatch;
let parts: TestParts;
let projects: ProjectService;
/** Two copies of the function. */
let one: AwsMetrics;
let two: AwsMetrics;

beforeAll(async () => {
  [dynamoDb, cloudWatch] = await Promise.all([startTestDynamoDb(), TestCloudWatch.start()]);
});
afterAll(() => Promise.all([dynamoDb.stop(), cloudWatch.stop()]));

const copy = (): AwsMetrics => new AwsMetrics(parts, projects, new MetricReader(cloudWatch.client));
const settle = (resources: object, more: object = {}) =>
  projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:1', resources, ...more }));

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  projects = new ProjectService(parts);
  one = copy();
  two = copy();
  cloudWatch.asked.length = 0;
});

/** Values that were reported so many minutes before noon. */
const put = (
  namespace: string,
  dimensions: Record<string, string>,
  metrics: Record<string, number[]>,
  minutesAgo = 10,
) =>
  Promise.all(
    Object.entries(metrics).map(([metric, values]) =>
      cloudWatch.put(namespace, metric, dimensions, noon - minutesAgo * minute, ...values),
    ),
  );

describe("a project's AWS resources", () => {
  it('are told as CloudWatch has them, and not at all where it has nothing', async () => {
    const lambda = { FunctionName: 'orders' };
    await put('AWS/Lambda', lambda, { Invocations: [1, 1, 1, 1], Errors: [0, 0, 0, 1], Duration: [10, 20, 30, 940] });
    await put('AWS/Lambda', lambda, { Invocations: [1], Errors: [0], Duration: [50], ConcurrentExecutions: [3] }, 30);
    await put('AWS/Lambda', lambda, { Invocations: [1], Errors: [1] }, 200);
    await put('AWS/ApiGateway', { ApiId: 'a1b2c3d4e5' }, { Count: [1, 1, 1], '4xx': [0, 1, 0], Latency: [10, 20, 30] });
    await put(
      'AWS/ApiGateway',
      { ApiName: 'legacy' },
      { Count: [1, 1], '5XXError': [1, 1], IntegrationLatency: [5, 7] },
    );
    const table = { TableName: 'orders' };
    await put('AWS/DynamoDB', table, { ConsumedReadCapacityUnits: [0.5, 4], WriteThrottleEvents: [2] });
    await put(
      'AWS/DynamoDB',
      { ...table, Operation: 'Query' },
      { SuccessfulRequestLatency: [2, 4], ThrottledRequests: [1] },
    );
    await put(
      'AWS/ElastiCache',
      { clusterId: 'sessions' },
      { CacheHits: [30], CacheMisses: [10], BytesUsedForCache: [2 ** 21] },
    );
    await put('AWS/ElastiCache', { CacheClusterId: 'old-001' }, { EngineCPUUtilization: [12, 70], Evictions: [0] });
    const queue = { QueueName: 'mail' };
    await put('AWS/SQS', queue, { ApproximateNumberOfMessagesVisible: [9], ApproximateAgeOfOldestMessage: [30] }, 20);
    await put('AWS/SQS', queue, { ApproximateNumberOfMessagesVisible: [4], NumberOfMessagesSent: [6] }, 5);
    await settle({
      lambdas: ['arn:aws:lambda:us-east-1:123456789012:function:orders', 'unknown'],
      apis: ['a1b2c3d4e5', 'legacy', 'storefront'],
      tables: ['orders'],
      caches: ['sessions', 'old-001'],
      queues: ['mail'],
    });

    const answer = await one.resources('shop', 60);
    expect(awsResources.parse(answer)).toEqual(answer);
    expect(answer).toEqual({
      timestamp: '2026-01-31T12:00:00.000Z',
      from: '2026-01-31T11:00:00.000Z',
      to: '2026-01-31T12:00:00.000Z',
      periodSeconds: 300,
      lambdas: [
        {
          name: 'arn:aws:lambda:us-east-1:123456789012:function:orders',
          invocations: 5,
          errors: 1,
          errorRatePercent: 20,
          avgDurationMs: 210,
          p95DurationMs: 940,
          maxDurationMs: 940,
          peakConcurrency: 3,
        },
        { name: 'unknown' },
      ],
      apis: [
        { name: 'a1b2c3d4e5', kind: 'http', requests: 3, clientErrors: 1, p50LatencyMs: 20, p95LatencyMs: 30 },
        {
          name: 'legacy',
          kind: 'rest',
          requests: 2,
          serverErrors: 2,
          p50IntegrationLatencyMs: 5,
          p95IntegrationLatencyMs: 7,
        },
        { name: 'storefront' },
      ],
      tables: [
        {
          name: 'orders',
          consumedReadUnits: 4.5,
          peakReadUnits: 4.5,
          writeThrottleEvents: 2,
          operations: [{ operation: 'Query', requests: 2, avgLatencyMs: 3, maxLatencyMs: 4, throttledRequests: 1 }],
        },
      ],
      caches: [
        { name: 'sessions', kind: 'serverless', hits: 30, misses: 10, hitRatePercent: 75, maxUsedMb: 2 },
        { name: 'old-001', kind: 'nodes', maxCpuPercent: 70, evictions: 0 },
      ],
      queues: [
        {
          name: 'mail',
          maxOldestMessageAgeSeconds: 30,
          visibleMessages: 4,
          peakVisibleMessages: 9,
          sentMessages: 6,
        },
      ],
      problems: [],
      cost: {
        metricsRequested: cloudWatch.asked[0],
        usd: 0.00001 * (cloudWatch.asked[0] ?? 0),
        todayUsd: 0.00001 * (cloudWatch.asked[0] ?? 0),
        dailyBudgetUsd: 1,
        isBudgetSpent: false,
        freshUntil: '2026-01-31T12:01:15.000Z',
      },
    });
  });

  it('are asked for once, for all who look, whichever copy of the function they reach', async () => {
    await settle({ lambdas: ['orders'] });
    const looks = Array.from({ length: 10 }, (_, i) => (i % 2 === 0 ? one : two).resources('shop', 60));
    const answers = await Promise.all(looks);
    for (const answer of answers) expect(answer.lambdas).toEqual(answers[0]?.lambdas);
    expect(cloudWatch.asked).toHaveLength(1);
    parts.time.now = noon + minute;
    await one.resources('shop', 60);
    await copy().resources('shop', 60);
    expect(cloudWatch.asked).toHaveLength(1);
    parts.time.now = noon + 2 * minute;
    const later = await two.resources('shop', 60);
    expect(cloudWatch.asked).toHaveLength(2);
    expect(later.cost.todayUsd).toBeCloseTo(2 * later.cost.usd, 9);
    // The first copy had older ones in memory, and finds those of the second.
    expect((await one.resources('shop', 60)).timestamp).toBe(later.timestamp);
    expect(cloudWatch.asked).toHaveLength(2);
  });

  it('are asked for anew when others are named', async () => {
    await settle({ lambdas: ['orders'] });
    await one.resources('shop', 60);
    await settle({ lambdas: ['orders', 'mails'] });
    expect((await two.resources('shop', 60)).lambdas.map(({ name }) => name)).toEqual(['orders', 'mails']);
    expect(cloudWatch.asked).toHaveLength(2);
  });

  it('cost no more than the budget of a day, and are told as they were beyond it', async () => {
    // Eight metrics of one function: enough for two refreshes.
    await settle({ lambdas: ['orders'] }, { awsMetricsUsdPerDay: 0.0002 });
    const first = await one.resources('shop', 5);
    expect(first.cost).toMatchObject({ metricsRequested: 8, usd: 0.00008, isBudgetSpent: false });
    // What is left is kept for the second half of the day.
    expect(first.cost.freshUntil).toBe('2026-02-01T00:00:00.000Z');
    await one.resources('shop', 60);
    await expect(one.resources('shop', 120)).rejects.toMatchObject({ code: 'quota-exceeded' });
    await settle({ lambdas: ['orders'] }, { awsMetricsUsdPerDay: 0.00001 });
    parts.time.now = Date.parse(first.cost.freshUntil) + minute;
    const late = await one.resources('shop', 5);
    expect(late).toMatchObject({ timestamp: first.timestamp, cost: { isBudgetSpent: true, todayUsd: 0 } });
    expect((await two.resources('shop', 5)).cost.isBudgetSpent).toBe(true);
    expect(cloudWatch.asked).toHaveLength(2);
  });

  it('are told as they were, with why, when CloudWatch does not answer', async () => {
    await settle({ lambdas: ['orders'] });
    const client = clientOf('http://127.0.0.1:9');
    const away = new AwsMetrics(parts, projects, new MetricReader(client));
    await expect(away.resources('shop', 60)).rejects.toMatchObject({
      code: 'invalid-request',
      message: 'No AWS answers here that could be asked about its metrics.',
    });
    const { timestamp } = await one.resources('shop', 60);
    parts.time.now = noon + 5 * minute;
    const older = await away.resources('shop', 60);
    expect(older).toMatchObject({ timestamp, problems: [expect.stringContaining('could not be asked')] });
    parts.time.now = noon + 6 * minute;
    expect((await one.resources('shop', 60)).problems).toEqual([]);
    client.destroy();
  });

  it('are none of a project that names none, at no cost, nor of one that does not exist', async () => {
    await settle({});
    const { cost, lambdas } = await one.resources('shop', 60);
    expect({ cost: cost.usd, lambdas, asked: cloudWatch.asked }).toEqual({ cost: 0, lambdas: [], asked: [] });
    await expect(one.resources('none', 60)).rejects.toMatchObject({ code: 'not-found' });
  });
});
