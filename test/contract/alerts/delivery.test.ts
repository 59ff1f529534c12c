import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Notifier } from '../../../lib/alerts/announcing/notifier.ts';
import { Couriers } from '../../../lib/alerts/channels/couriers.ts';
import type { PostOptions } from '../../../lib/alerts/channels/post.ts';
import { ChannelService } from '../../../lib/alerts/channels/service.ts';
import { NotificationService } from '../../../lib/alerts/delivery/notifications.ts';
import { Deliveries } from '../../../lib/alerts/delivery/service.ts';
import { AlertService } from '../../../lib/alerts/service.ts';
import { SilenceService } from '../../../lib/alerts/silences/service.ts';
import type { AlertSeverity } from '../../../lib/contracts/alerts.ts';
import { type ChannelRequest, channelRequest } from '../../../lib/contracts/channels.ts';
import type { Notification } from '../../../lib/contracts/notifications.ts';
import { systemResolve } from '../../../lib/projects/target.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { type Receiver, startReceiver } from '../../support/receiver.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let post: PostOptions;
let channels: ChannelService;
let deliveries: Deliveries;
let notifications: NotificationService;
let alerts: AlertService;
let good: Receiver;
let bad: Receiver;

/** Longer than a machine that has much to do takes to answer, and as long as it takes to see that nobody answers. */
const [patientMs, impatientMs] = [30_000, 300];
const secret = '0123456789abcdef-secret';
const hook = (url: string, more: object = {}): ChannelRequest =>
  channelRequest.parse({ kind: 'webhook', url, secret, ...more });

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  post = { clock: parts.clock, resolve: systemResolve, privateTargets: true, timeoutMs: patientMs };
  channels = new ChannelService(parts, post);
  deliveries = new Deliveries(parts, new Couriers(post));
  notifications = new NotificationService(parts);
  alerts = new AlertService(parts);
  [good, bad] = await Promise.all([startReceiver(), startReceiver()]);
});
afterEach(() => Promise.all([good.close(), bad.close()]));

let subjects = 0;
/** An alert, and half a minute later the notification of it. */
async function announce(severity: AlertSeverity = 'high'): Promise<Notification> {
  const about = { type: 'slow-requests', subject: `s${++subjects}`, project: 'shop' } as const;
  const at = parts.time.now;
  await alerts.observe(about, {
    at,
    finds: 'firing',
    severity,
    reason: 'It is <bad> & slow.',
    shown: { evidence: [] },
  });
  parts.time.now += 31_000;
  await new Notifier(parts, new SilenceService(parts)).notify('shop');
  const [newest] = (await notifications.list({ limit: 1 }, () => true)).items;
  if (newest === undefined) throw new Error('Nothing was told');
  return newest;
}

/** Delivers what waits now. @returns for how many seconds what comes next was put off */
async function work(): Promise<number[]> {
  const waiting = parts.sent.splice(0).flatMap((each) => (each.queue === 'notifications' ? [each.body] : []));
  await Promise.all(waiting.map((body) => deliveries.deliver(body)));
  return parts.sent.flatMap((each) => (each.queue === 'notifications' ? [each.delaySeconds ?? 0] : []));
}

/** Lets time pass until nothing waits. */
async function settle(): Promise<void> {
  for (let round = 0; round < 100; round++) {
    const delays = await work();
    if (delays.length === 0) return;
    parts.time.now += Math.max(...delays) * 1000;
  }
  throw new Error('It never ends');
}

const stateOf = async ({ notificationId }: Notification, channelId = 'ops') =>
  (await notifications.get(notificationId)).deliveries.find((each) => each.channelId === channelId);

describe('A notification', () => {
  it('comes to a webhook, signed so that its receiver can verify it', async () => {
    await channels.put('ops', hook(good.url), 'Ada');
    const made = await announce();
    expect(made).toMatchObject({ status: 'pending', deliveries: [{ channelId: 'ops', attempts: 0 }] });
    await work();
    const [request] = good.received;
    if (request === undefined) throw new Error('Nothing came');
    const timestamp = String(request.headers['headroom-timestamp']);
    const expected = createHmac('sha256', secret).update(`${timestamp}.${request.body}`).digest('hex');
    expect(request.headers['headroom-signature']).toBe(`v1=${expected}`);
    expect(request.headers['headroom-notification-id']).toBe(made.notificationId);
    expect(JSON.parse(request.body)).toMatchObject({ type: 'alert.notification', project: 'shop', severity: 'high' });
    expect(await notifications.get(made.notificationId)).toMatchObject({
      status: 'delivered',
      deliveries: [{ status: 'delivered', attempts: 1, lastStatus: 200 }],
    });
  });

  it.each<[string, Receiver['plans']]>([
    ['fails', [{ status: 500 }, { status: 503 }]],
    ['stalls', ['stall']],
    ['is cut off in the middle of its answer', ['cut']],
    ['is in conflict, too early or too slow', [{ status: 409 }, { status: 425 }, { status: 408 }]],
  ])('is tried again where the receiver %s, under the same id', async (_, plans) => {
    await channels.put('ops', hook(bad.url), 'Ada');
    const attempts = plans.length + 1;
    bad.plans.push(...plans);
    const made = await announce();
    if (plans.includes('stall')) post.timeoutMs = impatientMs;
    await work();
    post.timeoutMs = patientMs;
    await settle();
    expect(await stateOf(made)).toMatchObject({ status: 'delivered', attempts });
    expect(bad.received.map(({ headers }) => headers['headroom-notification-id'])).toEqual(
      Array.from({ length: attempts }, () => made.notificationId),
    );
    expect((await channels.get('ops')).trouble).toBeUndefined();
  });

  it.each([429, 503])('waits as long as a receiver asks for with %i', async (status) => {
    await channels.put('ops', hook(bad.url), 'Ada');
    bad.plans.push({ status, headers: { 'retry-after': '120' } });
    const made = await announce();
    const [delay] = await work();
    expect(delay).toBeGreaterThan(120);
    expect(await stateOf(made)).toMatchObject({ status: 'pending', lastStatus: status });
    expect((await channels.get('ops')).trouble).toMatchObject({ failures: 1, lastStatus: status });
    // Whoever comes too early waits again.
    await work();
    expect(bad.received).toHaveLength(1);
    await settle();
    expect(await stateOf(made)).toMatchObject({ status: 'delivered', attempts: 2 });
  });

  it.each([
    400, 401, 404, 410, 302,
  ])('is dead at once where the receiver answers %i, until it is tried again', async (status) => {
    await channels.put('ops', hook(bad.url), 'Ada');
    bad.plans.push({ status });
    const made = await announce();
    await settle();
    expect(bad.received).toHaveLength(1);
    expect(await stateOf(made)).toMatchObject({ status: 'dead', detail: `The receiver answered ${status}.` });
    const dead = async () => (await notifications.list({ limit: 10, status: 'dead' }, () => true)).items;
    expect((await dead()).map(({ notificationId }) => notificationId)).toEqual([made.notificationId]);
    await notifications.retry(made.notificationId);
    await settle();
    expect(await stateOf(made)).toMatchObject({ status: 'delivered' });
    expect(await dead()).toEqual([]);
  });

  it('comes to one channel while another one stalls', async () => {
    await channels.put('stalling', hook(bad.url), 'Ada');
    await channels.put('ops', hook(good.url), 'Ada');
    bad.plans.push('stall');
    const made = await announce();
    const working = work();
    await expect.poll(() => stateOf(made)).toMatchObject({ status: 'delivered' });
    expect(await stateOf(made, 'stalling')).toMatchObject({ status: 'pending', attempts: 1 });
    await bad.close();
    await working;
    expect(await stateOf(made, 'stalling')).toMatchObject({ status: 'pending', detail: expect.any(String) });
  });

  it('is not even tried while its channel rests', async () => {
    await channels.put('ops', hook(bad.url), 'Ada');
    bad.plans.push({ status: 503, headers: { 'retry-after': '3000' } });
    await announce();
    await work();
    parts.sent.length = 0;
    parts.time.now += 300_000;
    const next = await announce();
    await work();
    expect(bad.received).toHaveLength(1);
    expect(await stateOf(next)).toMatchObject({ status: 'pending', attempts: 0 });
    await settle();
    expect(await stateOf(next)).toMatchObject({ status: 'delivered' });
  });

  it('goes to the channels of its project and severity, and is dropped where a channel was removed', async () => {
    await channels.put('ops', hook(good.url, { projects: ['shop'] }), 'Ada');
    await channels.put('others', hook(bad.url, { projects: ['store'] }), 'Ada');
    await channels.put('grave', hook(bad.url, { minSeverity: 'critical' }), 'Ada');
    const made = await announce('high');
    expect(made.deliveries.map(({ channelId }) => channelId)).toEqual(['ops']);
    await channels.delete('ops');
    await settle();
    expect(await stateOf(made)).toMatchObject({ status: 'dropped' });
  });

  it('is delivered whenever its message comes again, or at the same moment, once', async () => {
    await channels.put('ops', hook(good.url), 'Ada');
    await announce();
    const again = [...parts.sent];
    parts.sent.push(...again, ...again);
    await settle();
    parts.sent.push(...again);
    await settle();
    expect(good.received).toHaveLength(1);
  });

  it('is given up with its message', async () => {
    await channels.put('ops', hook(good.url), 'Ada');
    const made = await announce();
    await deliveries.giveUp({ group: 'shop', sequence: made.sequence, channelId: 'ops' });
    expect(await stateOf(made)).toMatchObject({ status: 'dead' });
  });

  it('never goes to addresses that are no receivers', async () => {
    const at = (url: string) => channels.put('ops', hook(url), 'Ada');
    await expect(at('http://169.254.169.254/latest')).rejects.toMatchObject({ code: 'target-not-allowed' });
    await expect(at('http://93.184.216.34/hook')).rejects.toMatchObject({ code: 'target-not-allowed' });
    await at('http://moved.example/hook-0123456789');
    const made = await announce();
    const moved = { ...post, resolve: async () => ['169.254.169.254'] };
    deliveries = new Deliveries(parts, new Couriers(moved));
    await settle();
    expect(await stateOf(made)).toMatchObject({ status: 'dead', detail: expect.stringContaining('never a target') });
  });
});

describe('A channel', () => {
  it('of each kind says what its receiver reads', async () => {
    const key = 'a'.repeat(32);
    await channels.put('slack', channelRequest.parse({ kind: 'slack', url: good.url }), 'Ada');
    await channels.put('teams', channelRequest.parse({ kind: 'teams', url: good.url }), 'Ada');
    await channels.put('pager', channelRequest.parse({ kind: 'pagerduty', url: good.url, routingKey: key }), 'Ada');
    const made = await announce();
    await settle();
    const bodies = good.received.map(({ body }) => JSON.parse(body));
    const slack = bodies.find(({ blocks }) => blocks !== undefined);
    expect(JSON.stringify(slack)).toContain('It is &lt;bad&gt; &amp; slow.');
    const teams = bodies.find(({ attachments }) => attachments !== undefined);
    expect(teams).toMatchObject({
      type: 'message',
      attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard' } }],
    });
    const [alert] = made.alerts;
    expect(bodies.find(({ event_action }) => event_action !== undefined)).toMatchObject({
      routing_key: key,
      event_action: 'trigger',
      dedup_key: alert?.alertId,
      payload: { severity: 'error', source: 'shop' },
    });
  });

  it('shows no secret, and keeps one for the address that it was given for only', async () => {
    const { channel } = await channels.put('ops', hook(good.url), 'Ada');
    expect(JSON.stringify(channel)).not.toMatch(/0123456789|abcd/);
    expect(channel).toMatchObject({ to: `${new URL(good.url).origin}/...efgh`, secretEnd: 'cret' });
    const without = channelRequest.parse({ kind: 'webhook', minSeverity: 'high' });
    await channels.put('ops', without, 'Ada');
    await announce();
    await settle();
    expect(good.received).toHaveLength(1);
    const elsewhere = channelRequest.parse({ kind: 'webhook', url: bad.url });
    await expect(channels.put('ops', elsewhere, 'Ada')).rejects.toMatchObject({ code: 'invalid-request' });
    const other = channelRequest.parse({ kind: 'slack' });
    await expect(channels.put('ops', other, 'Ada')).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('is tried by a test, which says what the receiver answered', async () => {
    await channels.put('ops', hook(bad.url), 'Ada');
    bad.plans.push({ status: 200 }, { status: 403 }, 'stall');
    expect(await channels.test('ops')).toMatchObject({ delivered: true, status: 200 });
    expect(JSON.parse(bad.received[0]?.body ?? '')).toMatchObject({ isTest: true });
    expect(await channels.test('ops')).toMatchObject({ delivered: false, status: 403 });
    post.timeoutMs = impatientMs;
    expect(await channels.test('ops')).toMatchObject({ delivered: false, detail: expect.stringContaining('0.3 s') });
  });
});
