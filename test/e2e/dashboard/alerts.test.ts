import { once } from 'node:events';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert } from '../../../lib/contracts/alerts.ts';
import { faultsInAllLooks } from '../../support/dashboard/accessibility.ts';
import { reportShop } from '../../support/dashboard/reporting-shop.ts';
import { startDashboard, type TestDashboard } from '../../support/dashboard/test-dashboard.ts';
import { type Receiver, startReceiver } from '../../support/receiver.ts';

const project = 'shop';
const hourMs = 3_600_000;

let dashboard: TestDashboard;
let receiver: Receiver;

/** No minute passes: the evaluation is asked for here. */
const noTick = async (_: number, signal: AbortSignal): Promise<never> => {
  await once(signal, 'abort');
  throw signal.reason;
};

const slowAlert = async (): Promise<Alert | undefined> => {
  const query = { type: 'slow-requests' as const };
  const { items } = await dashboard.platform.client.call('listProjectAlerts', { params: { project }, query });
  return items[0];
};

beforeAll(async () => {
  [dashboard, receiver] = await Promise.all([
    startDashboard({ time: { now: Date.now, wait: noTick } }),
    startReceiver(),
  ]);
  const { client, runtime } = dashboard.platform;
  await reportShop(client, project, Array(60).fill({ timesMs: [9000, 9000], failed: 0 }));
  const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString();
  await runtime.sqs.send(
    new SendMessageCommand({
      QueueUrl: `${runtime.endpoints.sqs}/000000000000/alerts`,
      MessageBody: JSON.stringify({ type: 'alert.evaluate', project, minute }),
    }),
  );
  const request = { params: { project }, query: { type: 'slow-requests' as const } };
  const opened = client.poll('listProjectAlerts', request, { until: ({ items }) => items.length > 0, intervalMs: 100 });
  for await (const _ of opened);
});
afterAll(() => Promise.all([dashboard?.stop(), receiver?.close()]));

describe('The alerts in the dashboard', () => {
  it('are listed with their figures, from all projects too, and lead to what is known of each', async () => {
    const { page, faults, layoutShift, close } = await dashboard.open('/alerts');
    const row = page.getByRole('row', { name: /slow-requests/ });
    await row.getByText('9,000 ms', { exact: true }).waitFor();
    expect(await row.innerText()).toMatch(/critical.*shop.*open.*9,000 ms.*limit 2,000 ms/s);
    expect(await faultsInAllLooks(page)).toEqual([]);
    await row.getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: /slow-requests avgResponseTimeMs/ }).waitFor();
    const plot = page.getByRole('group', { name: /avgResponseTimeMs, limit/ });
    await plot.waitFor();
    await page.getByText('the average response time is above').waitFor();
    expect(await faultsInAllLooks(page)).toEqual([]);
    expect(await layoutShift()).toBeLessThan(0.1);
    expect(faults).toEqual([]);
    await close();
  });

  it('are silenced until an end, and told of again when that is ended', async () => {
    const { client } = dashboard.platform;
    const { alertId } = (await slowAlert()) ?? {};
    const { page, faults, close } = await dashboard.open(`/projects/${project}/alerts/${alertId}`);
    await page.getByRole('button', { name: 'Silence' }).click();
    await page.getByLabel('For', { exact: true }).selectOption('4 hours');
    await page.getByLabel('Why').fill('A migration runs');
    expect(await faultsInAllLooks(page)).toEqual([]);
    await page.getByRole('button', { name: 'Silence them' }).click();
    await page.getByText('silenced', { exact: true }).waitFor();
    const { items } = await client.call('listSilences', {});
    expect(items).toMatchObject([
      { matchers: { project, type: 'slow-requests', subject: 'avgResponseTimeMs' }, why: 'A migration runs' },
    ]);
    const leftMs = Date.parse(items[0]?.endsAt ?? '') - Date.now();
    expect(leftMs).toBeGreaterThan(3.9 * hourMs);
    expect(leftMs).toBeLessThanOrEqual(4 * hourMs);
    expect((await slowAlert())?.silencedBy).toBe(items[0]?.silenceId);

    await page.getByRole('link', { name: 'Alerts' }).first().click();
    await page.getByRole('link', { name: 'Silences' }).click();
    await page.getByRole('button', { name: 'End it' }).click();
    await page.getByRole('button', { name: 'End the silence' }).click();
    await page.getByText('Nothing is silenced').waitFor();
    expect((await client.call('listSilences', {})).items).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it('are acknowledged and resolved, with the reason in their history', async () => {
    const { alertId } = (await slowAlert()) ?? {};
    const { page, faults, close } = await dashboard.open(`/projects/${project}/alerts/${alertId}`);
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByLabel('Why').fill('I look into it');
    await page.getByRole('button', { name: 'Acknowledge the alert' }).click();
    await page.getByText('I look into it').waitFor();
    expect(await slowAlert()).toMatchObject({ status: 'acknowledged' });
    await page.getByRole('button', { name: 'Resolve' }).click();
    await page.getByLabel('Why').fill('Taken back');
    await page.getByRole('button', { name: 'Resolve the alert' }).click();
    await page.getByText('Taken back').waitFor();
    const resolved = await slowAlert();
    expect(resolved).toMatchObject({ status: 'resolved' });
    expect(resolved?.resolvedBy).toMatch(/^test/);
    expect(resolved?.history.map(({ event, why }) => [event, why]).slice(1)).toEqual([
      ['acknowledged', 'I look into it'],
      ['resolved', 'Taken back'],
    ]);
    expect(await page.getByRole('button', { name: 'Resolve' }).count()).toBe(0);
    await page.goto(
      `${dashboard.platform.runtime.apiUrl}/dashboard/projects/${project}/alerts?state=resolved&type=slow-requests`,
    );
    await page.getByRole('row', { name: /slow-requests.*resolved/s }).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('come by thresholds that are a preset, and what departs from it', async () => {
    const { client } = dashboard.platform;
    const { page, close } = await dashboard.open(`/projects/${project}/alerts/thresholds`);
    await page.getByRole('button', { name: 'Production' }).click();
    const cpu = page.getByRole('group', { name: 'CPU of an instance' });
    await cpu.getByLabel('at most').fill('150');
    await page.getByRole('button', { name: 'Save the thresholds' }).click();
    await cpu.getByText(/expected number to be <100/).waitFor();
    await cpu.getByLabel('at most').fill('65');
    await cpu.getByLabel('For').fill('2');
    expect(await faultsInAllLooks(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save the thresholds' }).click();
    await page.getByText('The thresholds are in force.').waitFor();
    expect(await client.call('getThresholds', { params: { project } })).toMatchObject({
      preset: 'production',
      cpuPercent: { value: 65, forMinutes: 2 },
      slowRequestMs: { value: 500, forMinutes: 5 },
    });
    await cpu.getByRole('button', { name: 'Back to 80 % for 5 min' }).waitFor();
    await close();
  });

  it('are told through channels, which are made and tested here', async () => {
    const { page, faults, close } = await dashboard.open('/alerts/channels');
    await page.getByText('There is no channel').waitFor();
    await page.getByRole('button', { name: 'Make a channel' }).click();
    await page.getByLabel('Name', { exact: true }).fill('ops');
    await page.getByLabel('Address').fill(receiver.url);
    await page.getByLabel('Secret', { exact: true }).fill('0123456789abcdef-secret');
    await page.getByLabel('From the severity').selectOption('high');
    expect(await faultsInAllLooks(page)).toEqual([]);
    await page.getByRole('button', { name: 'Make the channel' }).click();
    await page.getByRole('button', { name: 'Test' }).click();
    await page.getByText(/ops: delivered, it answered 200/).waitFor();
    expect(receiver.received.map(({ body }) => JSON.parse(body).isTest)).toEqual([true]);
    expect((await dashboard.platform.client.call('listChannels', {})).items).toMatchObject([
      { channelId: 'ops', kind: 'webhook', minSeverity: 'high' },
    ]);
    expect(faults).toEqual([]);
    await close();
  });
});
