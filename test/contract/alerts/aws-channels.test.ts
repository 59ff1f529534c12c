import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Couriers } from '../../../lib/alerts/channels/couriers.ts';
import { testNotification } from '../../../lib/alerts/channels/test-notification.ts';
import { channelRequest } from '../../../lib/contracts/channels.ts';
import type { Emulator } from '../../../lib/local/emulators/emulator.ts';
import { startQueues } from '../../../lib/local/emulators/queues.ts';
import { credentials, region } from '../../../lib/local/lambda/account.ts';
import { derivedId } from '../../../lib/platform/ids.ts';
import { systemResolve } from '../../../lib/projects/target.ts';
import { Double, unspeakable } from '../../support/aws-doubles/double.ts';
import { jsonTarget } from '../../support/aws-doubles/json-target.ts';

const now = Date.parse('2026-01-31T02:00:00.000Z');
const told = testNotification('sns', derivedId(now, 'test'), now);
const dataDir = mkdtempSync(join(tmpdir(), 'headroom-channels-'));
let queues: Emulator;
let events: Double;
let couriers: Couriers;
let failed = 0;

beforeAll(async () => {
  queues = await startQueues({ dataDir });
  events = await Double.start(jsonTarget({ PutEvents: () => ({ FailedEntryCount: failed, Entries: [] }) }));
  vi.stubEnv('AWS_REGION', region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', credentials.secretAccessKey);
  vi.stubEnv('AWS_ENDPOINT_URL_SNS', queues.endpoint);
  vi.stubEnv('AWS_ENDPOINT_URL_EVENTBRIDGE', events.endpoint);
  couriers = new Couriers({ clock: () => now, resolve: systemResolve, privateTargets: true, timeoutMs: 1000 });
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([queues.stop(), events.stop()]);
  rmSync(dataDir, { recursive: true, force: true });
});

describe('A channel of SNS', () => {
  it('publishes to its topic, with what subscriptions can filter by', async () => {
    const client = { region, credentials, endpoint: queues.endpoint };
    const [sns, sqs] = [new SNSClient(client), new SQSClient(client)];
    const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'headroom-alerts' }));
    const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'mailbox' }));
    const Endpoint = `arn:aws:sqs:${region}:${TopicArn.split(':')[4]}:mailbox`;
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
    const settings = channelRequest.parse({ kind: 'sns', topicArn: TopicArn });
    expect(await couriers.prepare(settings, told).send(0)).toMatchObject({ delivered: true });
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    const message = JSON.parse(Messages[0]?.Body ?? '');
    expect(message.Subject).toBe('A test of this channel by Headroom');
    expect(message.Message).toContain(`notification ${told.notificationId}`);
    expect(message.MessageAttributes).toMatchObject({ severity: { Value: 'low' } });
    sns.destroy();
    sqs.destroy();
  });

  it('is given up where there is no such topic', async () => {
    const topicArn = `arn:aws:sns:${region}:000000000000:headroom-alerts-gone`;
    const settings = channelRequest.parse({ kind: 'sns', topicArn });
    expect(await couriers.prepare(settings, told).send(0)).toMatchObject({
      delivered: false,
      final: true,
      status: 404,
    });
  });
});

describe('A channel of EventBridge', () => {
  const settings = channelRequest.parse({ kind: 'eventbridge', eventBus: 'ops' });

  it('puts an event for each alert, ten at a time', async () => {
    const alerts = Array.from({ length: 12 }, () => told.alerts).flat();
    const { isTest: _, ...real } = told;
    const sending = couriers.prepare(settings, { ...real, project: 'shop', alerts });
    expect(sending.parts).toBe(2);
    expect(await sending.send(0)).toMatchObject({ delivered: true });
    expect(await sending.send(1)).toMatchObject({ delivered: true });
    const batches = events.calls.map(({ input }) => input.Entries as Record<string, string>[]);
    expect(batches.map(({ length }) => length)).toEqual([10, 2]);
    const [event] = batches[0] ?? [];
    expect(event).toMatchObject({ Source: 'headroom', DetailType: 'Headroom Alert', EventBusName: 'ops' });
    expect(JSON.parse(event?.Detail ?? '')).toMatchObject({
      notificationId: told.notificationId,
      project: 'shop',
      severity: 'low',
    });
  });

  it('tries again what was not taken, and gives up what is forbidden, without telling on AWS’s words', async () => {
    failed = 1;
    expect(await couriers.prepare(settings, told).send(0)).toMatchObject({ delivered: false, final: false });
    failed = 0;
    events.fail('PutEvents', 'ThrottlingException');
    expect(await couriers.prepare(settings, told).send(0)).toMatchObject({ delivered: false, final: false });
    events.fail('PutEvents', 'AccessDeniedException');
    const denied = await couriers.prepare(settings, told).send(0);
    expect(denied).toMatchObject({ delivered: false, final: true });
    expect(JSON.stringify(denied)).not.toContain(unspeakable);
  });
});
