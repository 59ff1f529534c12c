import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChannelService } from '../../../lib/alerts/channels/service.ts';
import { NotificationService } from '../../../lib/alerts/delivery/notifications.ts';
import { AlertService } from '../../../lib/alerts/service.ts';
import { channelRequest } from '../../../lib/contracts/channels.ts';
import { type FunctionName, functionDefinition } from '../../../lib/contracts/functions.ts';
import { queueNames } from '../../../lib/contracts/messages.ts';
import { functionConfiguration, localSettings, type Resources } from '../../../lib/local/function-configuration.ts';
import { queueArn } from '../../../lib/local/lambda/account.ts';
import { lambdaEnvironment } from '../../../lib/local/lambda/function-environment.ts';
import { createFunctionHost, type FunctionHost } from '../../../lib/local/lambda/function-host.ts';
import { failedMessages, sqsEvent } from '../../../lib/local/sources/sqs-event.ts';
import { parseIdentity } from '../../../lib/local/supervision/process-identity.ts';
import { systemResolve } from '../../../lib/projects/target.ts';
import { type Bundle, bundleFunctions } from '../../../lib/stack/bundle.ts';
import type { TestParts } from '../../support/history-table.ts';
import { type KillingWire, type Message, startKillingWire } from '../../support/killing-wire.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const tellers = { alerts: 'alert-worker', notifications: 'notifier' } as const satisfies Record<string, FunctionName>;
type Queue = keyof typeof tellers;

const dynamoDb = useTestDynamoDb();
let root: string;
let parts: TestParts;
let wire: KillingWire;
let hosts: Record<Queue, FunctionHost>;
/** Whose process is at work. */
let busy: Queue = 'alerts';

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'headroom-killed-'));
  parts = await dynamoDb.createParts();
  wire = await startKillingWire(dynamoDb.endpoint, () => killProcess(tellers[busy]));
  const clock = join(import.meta.dirname, '../../support/stand-ins/told-clock.ts');
  const bundles = await bundleFunctions({
    outDir: join(root, 'functions'),
    functions: Object.values(tellers),
    alias: { 'lib/platform/clock.ts': clock },
  });
  hosts = { alerts: hostOf('alert-worker', bundles), notifications: hostOf('notifier', bundles) };
});

afterAll(async () => {
  await Promise.all(Object.values(hosts ?? {}).map((host) => host.stop()));
  await wire?.close();
  rmSync(root, { recursive: true, force: true });
});

/** As the local runtime hosts it, and each in a process of its own, which alone can be killed. */
function hostOf(name: (typeof tellers)[Queue], bundles: Record<(typeof tellers)[Queue], Bundle>): FunctionHost {
  const { url } = wire;
  const queueOf = (queue: string) => ({ url: `${url}/${queue}`, arn: queueArn(queue), deadLetterUrl: url });
  const resources: Resources = {
    historyTable: parts.tableName,
    cacheTable: 'cache',
    redisUrl: undefined,
    queues: Object.fromEntries(queueNames.map((queue) => [queue, queueOf(queue)])) as Resources['queues'],
    alarmsTopicArn: 'arn:aws:sns:us-east-1:000000000000:unused',
    undeliveredUrls: { alarms: url },
    settings: localSettings(),
  };
  const definition = { ...functionDefinition(name), host: 'process' as const };
  const { directory } = bundles[name];
  const endpoints = { dynamodb: url, sqs: url, sns: url, cloudwatch: url, lambda: url };
  const environment = {
    ...functionConfiguration(name, resources),
    ...lambdaEnvironment(name, definition, directory, endpoints),
    TIME_FILE: join(root, 'time'),
  };
  const runDirectory = join(root, 'run');
  return createFunctionHost({
    name,
    definition,
    bundleDirectory: directory,
    environment,
    runDirectory,
    onLog: () => {},
  });
}

function killProcess(name: FunctionName): void {
  const directory = join(root, 'run');
  const [file] = readdirSync(directory).filter((one) => one.startsWith(`${name}-`));
  const pid = file && parseIdentity(readFileSync(join(directory, file), 'utf8'))?.pid;
  if (!pid) throw new Error(`${name} has no process`);
  process.kill(pid, 'SIGKILL');
}

const pass = (ms: number): void => {
  parts.time.now += ms;
  writeFileSync(join(root, 'time'), String(parts.time.now));
};

/** @returns whether it is done; what is not, SQS would give once more */
async function work({ queue, body }: Message): Promise<boolean> {
  if (queue !== 'alerts' && queue !== 'notifications') throw new Error(`Nobody reads ${queue} here`);
  busy = queue;
  const Attributes = { ApproximateReceiveCount: '1' };
  const message = { MessageId: 'm', ReceiptHandle: 'r', Body: JSON.stringify(body), Attributes };
  const result = await hosts[queue].invoke(sqsEvent([message], queueArn(queue)));
  if (!result.ok) expect(result.errorMessage).toContain('SIGKILL');
  return result.ok && failedMessages(result.payload, ['m']).length === 0;
}

/** From an alert to its delivery. */
async function walk(project: string, killAt: number) {
  Object.assign(wire, { deeds: 0, killAt, sent: [], received: [] });
  const about = { type: 'slow-requests', subject: 'a', project } as const;
  const found = { finds: 'firing', severity: 'high', reason: 'Bad.' } as const;
  await new AlertService(parts).observe(about, { ...found, shown: { evidence: [] }, at: parts.time.now });
  for (;;) {
    pass(60_000);
    // What the outbox still holds is the tick's to send on.
    await parts.outbox.relayDue();
    const waiting = [...parts.sent.splice(0), ...wire.sent.splice(0)];
    if (waiting.length === 0) break;
    for (const message of waiting) if (!(await work(message))) wire.sent.push(message);
  }
  const { items } = await new NotificationService(parts).list({ limit: 10, project }, () => true);
  const ids = wire.received.map((headers) => headers['headroom-notification-id']);
  return { told: items, ids, deeds: wire.deeds };
}

it('is delivered at least once and under one id, after whatever deed a function is killed on the way from an alert', async () => {
  pass(0);
  const post = { clock: parts.clock, resolve: systemResolve, privateTargets: true, timeoutMs: 1000 };
  const hook = { kind: 'webhook', url: `${wire.url}/hook`, secret: '0123456789abcdef-secret' };
  await new ChannelService(parts, post).put('ops', channelRequest.parse(hook), 'Ada');
  const { ids: once, deeds } = await walk('shop', 0);
  expect(once).toHaveLength(1);
  expect(deeds).toBeGreaterThanOrEqual(8);

  const repeatedAfter: number[] = [];
  for (let killAt = 1; killAt <= deeds; killAt++) {
    const { told, ids } = await walk(`shop-${killAt}`, killAt);
    const where = `killed after deed ${killAt} of ${deeds}`;
    expect(told, where).toMatchObject([{ status: 'delivered' }]);
    expect([...new Set(ids)], where).toEqual([told[0]?.notificationId]);
    if (ids.length > 1) repeatedAfter.push(killAt);
  }
  // Only what ends between what was sent and the note of it is sent again.
  expect(repeatedAfter).toHaveLength(1);
});
