import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { channelItem, troubleItem } from '../../../lib/alerts/channels/model.ts';
import { AlertService } from '../../../lib/alerts/service.ts';
import { TierProbe } from '../../../lib/cache/tier-probe.ts';
import { channelRequest } from '../../../lib/contracts/channels.ts';
import { platformStatus } from '../../../lib/contracts/status.ts';
import { version } from '../../../lib/contracts/version.ts';
import { PartReports, reportSeen } from '../../../lib/platform/status/part-reports.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { PlatformCanary } from '../../../lib/tasks/platform-status/canary.ts';
import { OwnMetrics } from '../../../lib/tasks/platform-status/own-metrics.ts';
import { ownName, PartWatch } from '../../../lib/tasks/platform-status/part-watch.ts';
import { StatusService } from '../../../lib/tasks/platform-status/service.ts';
import { MetricReader } from '../../../lib/telemetry/aws/metric-reader.ts';
import { functionParts } from '../../support/function-parts.ts';
import { quietLog, type TestParts } from '../../support/history-table.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { TestCloudWatch } from '../../support/test-cloudwatch.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
const redis = useRedisServer();
const minuteMs = 60_000;
let parts: TestParts;
let canary: PlatformCanary;
let watch: PartWatch;
let alerts: AlertService;

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  canary = new PlatformCanary(parts);
  alerts = new AlertService(parts);
  watch = new PartWatch(parts, alerts);
});

/** A minute, in the order of the tick's duties. */
async function tick(): Promise<void> {
  parts.time.now += minuteMs;
  await canary.turn();
  await watch.look();
  await reportSeen(parts, ownName)();
}

const answerAll = async (latencyMs: number): Promise<void> => {
  parts.time.now += latencyMs;
  for (const { body } of parts.sent.splice(0)) if (body.type === 'canary.answer') await canary.answer(body.canaryId);
};
const partNamed = async (name: string) => (await new PartReports(parts).all()).find((part) => part.name === name);
const down = async () => (await alerts.open(undefined)).map(({ type, subject }) => `${type} ${subject}`);

describe('the canary', () => {
  it('tells how long a message takes on the way of all work', async () => {
    await tick();
    expect(parts.sent).toMatchObject([{ queue: 'tasks-high', body: { type: 'canary.answer' } }]);
    await answerAll(250);
    await tick();
    expect(await partNamed('canary')).toMatchObject({ state: 'up', latencyMs: 250 });
    expect(await down()).toEqual([]);
  });

  it('is down when its message is not answered, with an alert that its next answer resolves', async () => {
    for (let minute = 0; minute < 3; minute++) await tick();
    expect(await partNamed('canary')).toBeUndefined();
    await tick();
    expect(await partNamed('canary')).toMatchObject({ state: 'down' });
    expect(await down()).toEqual(['headroom-part-down canary']);
    // An answer to the one before is too late, the newest counts.
    await answerAll(10);
    await tick();
    expect(await down()).toEqual([]);
  });

  it('takes an answer that comes twice, or of an older one, for none', async () => {
    await tick();
    const [{ body } = { body: undefined }] = parts.sent;
    await answerAll(100);
    parts.time.now += 5000;
    if (body?.type === 'canary.answer') await canary.answer(body.canaryId);
    await canary.answer(parts.ids(0));
    await tick();
    expect(await partNamed('canary')).toMatchObject({ latencyMs: 100 });
  });
});

describe('parts that report', () => {
  it('are down when they are not heard of, and that is told', async () => {
    await tick();
    await reportSeen(parts, 'telemetry-rollup')();
    for (let minute = 0; minute < 6; minute++) {
      await tick();
      await answerAll(1);
    }
    expect(await partNamed('telemetry-rollup')).toMatchObject({ state: 'down', seenAt: expect.any(String) });
    expect(await down()).toEqual(['headroom-part-down telemetry-rollup']);
    const [{ window } = {}] = await alerts.open(undefined);
    expect(window).toMatchObject({ metric: 'signsOfLife', stepSeconds: 60, values: { length: 30 } });
    expect(window?.values.slice(-8)).toEqual([null, 1, 0, 0, 0, 0, 0, null]);
    await reportSeen(parts, 'telemetry-rollup')();
    await tick();
    expect(await down()).toEqual([]);
  });

  it('are not down because the whole platform was off', async () => {
    await tick();
    await reportSeen(parts, 'telemetry-rollup')();
    parts.time.now += 600 * minuteMs;
    await tick();
    expect(await down()).toEqual([]);
    await reportSeen(parts, 'telemetry-rollup')();
    await tick();
    expect(await down()).toEqual([]);
  });
});

describe('the status', () => {
  let cloudWatch: TestCloudWatch;
  beforeAll(async () => {
    cloudWatch = await TestCloudWatch.start();
  });
  afterAll(() => cloudWatch.stop());

  const statusOf = async ({ projects }: { projects?: string[] } = {}) => {
    const all = { ...functionParts('platform-api', parts, { deployedPrefix: 'headroom-test-' }), log: quietLog };
    const metrics = new OwnMetrics(all, new MetricReader(cloudWatch.client));
    return platformStatus.parse(await new StatusService(all, metrics).status({ projects }));
  };

  it('joins what is asked and what was reported', async () => {
    await tick();
    await answerAll(7);
    await tick();
    const { status, parts: shown } = await statusOf();
    expect(shown.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'history-table up',
      'queues up',
      'cloudwatch up',
      'canary up',
      'tick up',
    ]);
    expect(status).toBe('up');
    await new PartReports(parts).tell({ name: 'redis', state: 'down', breaker: 'open' });
    expect(await statusOf()).toMatchObject({ status: 'degraded' });
  });

  it('has how functions do, from CloudWatch, and of which version a part is', async () => {
    await tick();
    await reportSeen(parts, 'alert-evaluator')();
    const called = { Invocations: [1, 1, 1, 1], Errors: [1, 0, 0, 0], Throttles: [0], Duration: [10, 20, 30, 60] };
    for (const FunctionName of ['headroom-test-alert-evaluator', 'of-somebody-else']) {
      for (const [metric, values] of Object.entries(called))
        await cloudWatch.put('AWS/Lambda', metric, { FunctionName }, parts.time.now - minuteMs, ...values);
    }
    const shown = await statusOf();
    expect(shown.functions).toEqual([
      {
        name: 'alert-evaluator',
        invocations: 4,
        errors: 1,
        throttles: 0,
        errorRatePercent: 25,
        avgDurationMs: 30,
        maxDurationMs: 60,
      },
    ]);
    const part = shown.parts.find(({ name }) => name === 'alert-evaluator');
    expect(part).toMatchObject({ state: 'up', latencyMs: 30, version });
  });

  it('shows channels that fail to those who may see them', async () => {
    const settings = channelRequest.parse({ kind: 'slack', url: 'https://hooks.example/abc', projects: ['store'] });
    const at = new Date(parts.time.now).toISOString();
    const channel = { channelId: 'ops', settings, createdAt: at, createdBy: 'Ada', updatedAt: at };
    await parts.table.create(channelItem, keys.channel('ops'), channel);
    const trouble = { failures: 3, since: at, lastStatus: 500, restsUntil: at };
    await parts.table.create(troubleItem, keys.channelTrouble('ops'), trouble);
    expect((await statusOf()).failingChannels).toEqual([{ channelId: 'ops', ...trouble }]);
    expect((await statusOf({ projects: ['shop'] })).failingChannels).toEqual([]);
  });
});

describe('the tiers of the caches', () => {
  const probeOf = (url: string) =>
    new TierProbe({
      configuration: functionParts('cache-maintenance', parts, { redis: { url, mode: 'single' } }).configuration,
      log: quietLog,
    });

  it('are asked by a write each, which leaves nothing', async () => {
    const [found] = await probeOf(redis.url).ask();
    expect(found).toMatchObject({ name: 'redis', state: 'up', breaker: 'closed', latencyMs: expect.any(Number) });
    expect(await redis.client.keys('*')).toEqual([]);
  });

  it('are down when they do not answer', async () => {
    const [found] = await probeOf('redis://127.0.0.1:9').ask();
    expect(found).toMatchObject({ name: 'redis', state: 'down', detail: expect.any(String) });
  });
});
