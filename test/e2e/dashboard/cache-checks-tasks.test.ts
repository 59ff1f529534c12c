import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsInAllLooks } from '../../support/dashboard/accessibility.ts';
import { reportShop } from '../../support/dashboard/reporting-shop.ts';
import { startDashboard, type TestDashboard } from '../../support/dashboard/test-dashboard.ts';

const project = 'shop';

let dashboard: TestDashboard;
beforeAll(async () => {
  dashboard = await startDashboard();
  await reportShop(dashboard.platform.client, project, Array(6).fill({ timesMs: [20, 30], failed: 0 }));
});
afterAll(() => dashboard?.stop());

describe('The cache in the dashboard', () => {
  const namespace = 'shop.pages';
  const keys = ['menu/de', 'menu/en', 'home', 'logo'];

  beforeAll(async () => {
    const { client } = dashboard.platform;
    await client.call('batchCache', {
      params: { namespace },
      body: {
        set: [
          { key: 'menu/de', value: { title: 'Karte' }, tags: ['menu', 'a, b'], ttlSeconds: 600 },
          { key: 'menu/en', value: { title: 'Menu' }, tags: ['menu'] },
          { key: 'home', value: 'Welcome' },
          { key: 'logo', valueBase64: 'iVBORw0KGgo=', contentType: 'image/png' },
        ],
      },
    });
  });

  const stored = async (): Promise<string[]> => {
    const answer = await dashboard.platform.client.call('batchCache', { params: { namespace }, body: { get: keys } });
    return answer.entries.map(({ key }) => key);
  };

  it('shows what a part of the project holds', async () => {
    const { page, faults, layoutShift, close } = await dashboard.open(`/projects/${project}/cache`);
    await page.getByLabel('Namespace').fill('pages');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('row', { name: /^dynamodb 4 / }).waitFor();
    const { tiers } = await dashboard.platform.client.call('getCacheStats', { params: { namespace } });
    expect(tiers.dynamodb?.entries).toBe(4);
    expect(await faultsInAllLooks(page)).toEqual([]);
    expect(await layoutShift()).toBeLessThan(0.1);
    expect(faults).toEqual([]);
    await close();
  });

  it('looks keys up, as JSON and as bytes', async () => {
    const { page, close } = await dashboard.open(`/projects/${project}/cache/entry?part=pages`);
    const lookUp = async (key: string): Promise<void> => {
      await page.getByLabel('Key').fill(key);
      await page.getByRole('button', { name: 'Look it up' }).click();
    };
    await lookUp('menu/de');
    await page.getByText('"title": "Karte"').waitFor();
    await page.getByText('a, b', { exact: true }).waitFor();
    await page.getByText(/^9 min \d+ s yet$|^10 min yet$/).waitFor();
    expect(await faultsInAllLooks(page)).toEqual([]);
    await lookUp('logo');
    await page.getByText('00000000  89 50 4e 47 0d 0a 1a 0a').waitFor();
    await lookUp('none');
    await page.getByText('Nothing that lives is stored under this key').waitFor();
    await close();
  });

  it('is invalidated by tags and as a whole, and says how much went', async () => {
    const { page, faults, close } = await dashboard.open(`/projects/${project}/cache?part=pages`);
    await page.getByRole('button', { name: 'Tags' }).click();
    await page.getByRole('textbox', { name: 'Tags' }).fill('menu');
    await page.getByRole('button', { name: 'Invalidate', exact: true }).click();
    await page.getByRole('button', { name: 'Invalidate them' }).click();
    await page.getByText('2 entries are removed: exactly so many there were.').waitFor();
    expect(await stored()).toEqual(['home', 'logo']);
    await page.getByRole('button', { name: 'Everything' }).click();
    await page.getByRole('button', { name: 'Clear the namespace' }).click();
    await page.getByRole('button', { name: 'Clear it' }).click();
    await page.getByRole('button', { name: 'Clear it' }).waitFor({ state: 'detached' });
    await page.getByText(/^2 entries are removed/).waitFor();
    expect(await stored()).toEqual([]);
    await page.getByRole('button', { name: 'Optimize now' }).click();
    await page.getByText(/expired entries and \d+ traces of others are removed/).waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('follows the policy that is edited', async () => {
    const { page, close } = await dashboard.open(`/projects/${project}/cache/policy?part=pages`);
    await page.getByLabel('Shorten at random by at most').fill('250');
    await page.getByRole('button', { name: 'Save the policy' }).click();
    await page
      .getByText(/expected number to be <=100/)
      .first()
      .waitFor();
    await page.getByLabel('Shorten at random by at most').fill('10');
    await page.getByRole('button', { name: 'Add a rule' }).click();
    await page.getByLabel('Prefix').fill('menu/');
    await page.getByLabel('Time to live (s)').nth(1).fill('30');
    expect(await faultsInAllLooks(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save the policy' }).click();
    await page.getByText('The policy is in force within 5 s.').waitFor();
    const policy = await dashboard.platform.client.call('getCachePolicy', { params: { namespace } });
    expect(policy).toMatchObject({ jitterPercent: 10, ttlRules: [{ prefix: 'menu/', ttlSeconds: 30 }] });
    await close();
  });
});

describe('The checks in the dashboard', () => {
  it('are run now, watched to their end, and kept', async () => {
    const { client } = dashboard.platform;
    const { page, faults, close } = await dashboard.open(`/projects/${project}/checks`);
    await page.getByText('None has run yet').waitFor();
    await page.getByRole('button', { name: 'Run one now' }).click();
    await page.getByLabel('Kind').selectOption({ label: 'Pipeline: weekly review' });
    expect(await faultsInAllLooks(page)).toEqual([]);
    await page.getByRole('button', { name: 'Run it' }).click();
    await page.getByText('passed', { exact: true }).waitFor({ timeout: 60_000 });
    const { items } = await client.call('listChecks', { params: { project } });
    expect(items).toMatchObject([{ kind: 'pipeline', pipeline: 'weekly-review', status: 'passed' }]);
    const checkId = items[0]?.checkId ?? '';
    expect(new URL(page.url()).pathname).toBe(`/dashboard/projects/${project}/checks/${checkId}`);
    const run = await client.call('getCheck', { params: { project, checkId } });
    for (const { name, detail = name } of run.steps) {
      await page.getByRole('listitem').filter({ hasText: name }).getByText(detail).waitFor();
    }
    expect(await faultsInAllLooks(page)).toEqual([]);
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Report', exact: true }).click();
    expect((await saving).suggestedFilename()).toBe(`${project}-${checkId}.html`);
    expect(faults).toEqual([]);
    await close();
  });

  it('run by a schedule in the time zone of whoever makes it', async () => {
    const { client } = dashboard.platform;
    const { page, faults, close } = await dashboard.open(`/projects/${project}/checks/schedule`, {
      timeZone: 'Europe/Berlin',
    });
    await page.getByRole('button', { name: 'Add an entry' }).click();
    await page.getByLabel('Name').fill('nightly');
    await page.getByLabel('When').selectOption({ label: 'At times of its own' });
    await page.getByLabel('Cron expression').fill('30 99 * * *');
    await page.getByRole('button', { name: 'Save the entry' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Cron expression').fill('30 4 * * *');
    expect(await faultsInAllLooks(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save the entry' }).click();
    const row = page.getByRole('row', { name: /^nightly/ });
    await row.getByText('daily at 04:30').waitFor();
    const entryOf = async () =>
      (await client.call('getSchedule', { params: { project } })).entries.find(({ id }) => id === 'nightly');
    expect(await entryOf()).toMatchObject({ cron: '30 4 * * *', timeZone: 'Europe/Berlin', enabled: true });
    await row
      .getByText('04:30:00')
      .or(row.getByText(/04:30$/))
      .first()
      .waitFor();
    await row.getByRole('button', { name: 'Turn off' }).click();
    await row.getByText('off', { exact: true }).waitFor();
    expect(await entryOf()).toMatchObject({ enabled: false });
    expect(faults.filter((fault) => !fault.includes('400'))).toEqual([]);
    await close();
  });
});

describe('The tasks in the dashboard', () => {
  it('are started with what is wrong beside the payload, and followed to their end', async () => {
    const { client } = dashboard.platform;
    const { page, close } = await dashboard.open('/tasks');
    await page.getByRole('button', { name: 'Start a task' }).click();
    await page.getByLabel('Type').last().selectOption('export');
    const payload = page.getByLabel('What it is given, as JSON');
    await payload.fill(JSON.stringify({ project, metrics: ['nothing'] }));
    await page.getByRole('button', { name: 'Start the task' }).click();
    await page.getByText(/^metrics\.0: /).waitFor();
    expect(await faultsInAllLooks(page)).toEqual([]);
    await payload.fill(JSON.stringify({ project, metrics: ['requests'] }));
    await page.getByRole('button', { name: 'Start the task' }).click();
    await page.getByText('completed', { exact: true }).waitFor({ timeout: 60_000 });
    expect(await faultsInAllLooks(page)).toEqual([]);
    const { items } = await client.call('listTasks', { query: { type: 'export' } });
    expect(items).toMatchObject([{ status: 'completed', project }]);
    await page.getByText(`"rows": ${items[0]?.result?.rows}`).waitFor();
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the export' }).click();
    expect((await saving).suggestedFilename()).toBe(`${items[0]?.taskId}.csv`);
    await close();
  });

  it('are cancelled, and carried out again', async () => {
    const { client } = dashboard.platform;
    const runAt = new Date(Date.now() + 3_600_000).toISOString();
    const payload = { project, days: 7 };
    const { taskId } = await client.call('startTask', { body: { type: 'report', payload, runAt } });
    const statusOf = async () => (await client.call('getTask', { params: { taskId } })).status;
    const { page, faults, close } = await dashboard.open(`/tasks?type=report`);
    await page
      .getByRole('row', { name: /report.*queued/s })
      .getByRole('link')
      .click();
    await page.getByRole('button', { name: 'Cancel the task' }).click();
    await page.getByText('cancelled', { exact: true }).waitFor();
    expect(await statusOf()).toBe('cancelled');
    await page.getByRole('button', { name: 'Carry it out again' }).click();
    await page.getByText('cancelled', { exact: true }).waitFor({ state: 'detached' });
    expect(await statusOf()).not.toBe('cancelled');
    expect(faults).toEqual([]);
    await close();
  });

  it('leave what cannot be handled, to be discarded by a person', async () => {
    const { client, runtime } = dashboard.platform;
    const QueueUrl = `${runtime.endpoints.sqs}/000000000000/tasks-dead-letters`;
    await runtime.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'no message of ours' }));
    const { page, faults, close } = await dashboard.open('/tasks/dead-letters');
    await page.getByText('no message of ours').first().waitFor();
    expect(await faultsInAllLooks(page)).toEqual([]);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('button', { name: 'Discard it' }).click();
    await page.getByText('There are none').waitFor();
    expect((await client.call('listDeadLetters', {})).items).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });
});

describe('The settings in the dashboard', () => {
  it('show every part as the API does, and who is signed in', async () => {
    const { page, faults, close } = await dashboard.open('/settings');
    const status = await dashboard.platform.client.call('getStatus', {});
    for (const { name } of status.parts)
      await page
        .getByRole('row', { name: new RegExp(`^${name}`) })
        .first()
        .waitFor();
    await page
      .getByRole('definition')
      .filter({ hasText: `${status.version}as of` })
      .waitFor();
    await page.getByRole('region', { name: 'Who is signed in' }).getByText('admin').waitFor();
    expect(await faultsInAllLooks(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it('show who changed what, by project and operation', async () => {
    const { client } = dashboard.platform;
    await client.call('putThresholds', { params: { project }, body: { preset: 'production' } });
    const { page, faults, close } = await dashboard.open('/settings/audit');
    await page.getByLabel('Operation').fill('putThresholds');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page
      .getByRole('row', { name: /test.*putThresholds.*made/s })
      .first()
      .waitFor();
    const { items } = await client.call('listAudit', { query: { operation: 'putThresholds' } });
    expect(await page.getByRole('row').count()).toBe(items.length + 1);
    expect(await faultsInAllLooks(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });
});
