import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type TestPlatform } from '../support/platform.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { endpointWindow, telemetryBatch, telemetryWindow } from '../support/telemetry-batches.ts';

const project = 'shop';
const secret = '0123456789abcdef-secret';
const minuteMs = 60_000;

let platform: TestPlatform;
let receiver: Receiver;

/** No minute passes: what each asks for is asked for here. */
const noTick = async (_: number, signal: AbortSignal): Promise<never> => {
  await once(signal, 'abort');
  throw signal.reason;
};

beforeAll(async () => {
  const alias = { 'lib/alerts/grouping.ts': join(import.meta.dirname, '../support/stand-ins/no-grouping.ts') };
  [platform, receiver] = await Promise.all([
    startPlatform({ replaced: { functions: ['alert-worker'], alias }, time: { now: Date.now, wait: noTick } }),
    startReceiver(),
  ]);
  const { client } = platform;
  await client.call('putProject', { params: { project }, body: { baseUrl: 'http://127.0.0.1:1' } });
  const channel = { kind: 'webhook' as const, url: receiver.url, secret, projects: [project] };
  await client.call('putChannel', { params: { channelId: 'ops' }, body: channel });
});
afterAll(() => Promise.all([platform?.stop(), receiver?.close()]));

describe('a service that is slow', () => {
  it('has an alert, of which a webhook is told, signed, and once', async () => {
    const { client, runtime } = platform;
    const now = Math.floor(Date.now() / minuteMs) * minuteMs;
    const windows = [7, 6, 5, 4, 3, 2].map((ago) =>
      telemetryWindow({
        start: now - ago * minuteMs,
        endpoints: [endpointWindow('GET /', { requests: 50, ms: 9000 })],
      }),
    );
    await client.call('ingestTelemetry', {
      params: { project },
      body: telemetryBatch({ instance: 'shop-1', sequence: 1, windows }),
    });
    // As the evaluator asks for it each minute.
    const evaluate = { type: 'alert.evaluate', project, minute: new Date(now).toISOString() };
    const QueueUrl = `${runtime.endpoints.sqs}/000000000000/alerts`;
    await runtime.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(evaluate) }));

    await expect.poll(() => receiver.received.length, { interval: 100 }).toBe(1);
    const [request] = receiver.received;
    if (request === undefined) throw new Error('Nothing came');
    const { headers, body } = request;
    const signed = createHmac('sha256', secret).update(`${headers['headroom-timestamp']}.${body}`).digest('hex');
    expect(headers['headroom-signature']).toBe(`v1=${signed}`);
    const told = JSON.parse(body);
    expect(told).toMatchObject({
      type: 'alert.notification',
      project,
      notificationId: headers['headroom-notification-id'],
    });
    // So slow a service burns its budget, too, of which is told in the same breath.
    const slow = told.alerts.find(({ type }: { type: string }) => type === 'slow-requests');
    expect(slow).toMatchObject({ severity: 'critical', status: 'open', value: 9000, threshold: 2000 });
    const { items } = await client.call('listProjectAlerts', { params: { project }, query: { type: 'slow-requests' } });
    expect(items).toMatchObject([{ alertId: slow.alertId, status: 'open' }]);
    const delivered = () => client.call('listNotifications', { query: { status: 'delivered' } });
    await expect.poll(async () => (await delivered()).items.length).toBe(1);
    expect(receiver.received).toHaveLength(1);
  });
});
