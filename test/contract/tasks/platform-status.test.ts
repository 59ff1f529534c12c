import { beforeEach, describe, expect, it } from 'vitest';
import { AlertService } from '../../../lib/alerts/service.ts';
import { TierProbe } from '../../../lib/cache/tier-probe.ts';
import { platformStatus } from '../../../lib/contracts/status.ts';
import { PartReports, reportSeen } from '../../../lib/platform/status/part-reports.ts';
import { PlatformCanary } from '../../../lib/tasks/platform-status/canary.ts';
import { ownName, PartWatch } from '../../../lib/tasks/platform-status/part-watch.ts';
import { StatusService } from '../../../lib/tasks/platform-status/service.ts';
import { functionParts } from '../../support/function-parts.ts';
import { quietLog, type TestParts } from '../../support/history-table.ts';
import { useRedisServer } from '../../support/redis-server.ts';
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
  const statusOf = async () => {
    const all = { ...functionParts('platform-api', parts), log: quietLog };
    return platformStatus.parse(await new StatusService(all).status());
  };

  it('joins what is asked and what was reported', async () => {
    await tick();
    await answerAll(7);
    await tick();
    const { status, parts: shown } = await statusOf();
    expect(shown.map(({ name, state }) => `${name} ${state}`)).toEqual([
      'history-table up',
      'queues up',
      'canary up',
      'tick up',
    ]);
    expect(status).toBe('up');
    await new PartReports(parts).tell({ name: 'redis', state: 'down', breaker: 'open' });
    expect(await statusOf()).toMatchObject({ status: 'degraded' });
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
