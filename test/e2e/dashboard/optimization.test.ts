import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OptimizationRun } from '../../../lib/contracts/optimization-runs.ts';
import { accessibilityFaults, faultsInAllLooks } from '../../support/dashboard/accessibility.ts';
import { completedSweep } from '../../support/dashboard/completed-sweep.ts';
import { reportShop } from '../../support/dashboard/reporting-shop.ts';
import { startDashboard, type TestDashboard } from '../../support/dashboard/test-dashboard.ts';

const project = 'shop';
const base = `/projects/${project}/optimization`;
const slowMs = 90_000;

let dashboard: TestDashboard;
/** Where the run that was started in the browser is shown. */
let runPath: string;

beforeAll(async () => {
  dashboard = await startDashboard();
  const windows = Array.from({ length: 30 }, () => ({ timesMs: [12, 18, 30], failed: 0 }));
  await reportShop(dashboard.platform.client, project, windows);
});
afterAll(() => dashboard.stop());

const runOf = (path: string): Promise<OptimizationRun> =>
  dashboard.platform.client.call('getOptimizationRun', {
    params: { project, runId: path.split('/').at(-1) ?? '' },
  });
const settings = async () =>
  (await dashboard.platform.client.call('getLiveSettings', { params: { project } }))?.settings;

describe('Optimization in the dashboard', () => {
  it('plans, lets one choose and approve, applies what was chosen, and tells who did', {
    timeout: slowMs,
  }, async () => {
    const { page, faults, close } = await dashboard.open(base);
    await page.getByText('There was no run yet').waitFor();
    await page.getByText('None: the service goes by its own').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Plan a run' }).click();
    await page.getByRole('combobox', { name: 'Profile' }).selectOption('performance-focused');
    await page.getByRole('button', { name: 'Not at all' }).click();
    await page.getByRole('button', { name: 'Wait for approval' }).click();
    await page.getByRole('button', { name: 'Show the plan' }).click();
    const ttl = page.getByRole('checkbox', { name: 'Try: TTLs as the profile has them' });
    await ttl.waitFor();
    for (const box of await page.getByRole('checkbox').all()) await box.uncheck();
    await ttl.check();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await settings()).toEqual({});
    await page.getByRole('button', { name: 'Ask for approval' }).click();
    await page.getByRole('button', { name: 'Approve' }).click();
    await page.locator('h1').getByText('completed').waitFor({ timeout: slowMs });
    runPath = new URL(page.url()).pathname;
    const run = await runOf(runPath);
    expect(run.steps.map(({ name, status }) => [name, status])).toEqual([['TTLs as the profile has them', 'kept']]);
    expect(await settings()).toEqual({ ttlMultiplier: 2 });
    await page.getByText(run.steps[0]?.detail ?? '', { exact: true }).waitFor();
    await page.goto(page.url().replace(/runs\/.*/, 'changes'));
    const row = page.getByRole('row', { name: /ttlMultiplier: nothing → 2/ }).first();
    expect(await row.innerText()).toMatch(/apply[\s\S]*made[\s\S]*test/);
    expect(faults).toEqual([]);
    await close();
  });

  it('puts back what a run has kept, on a phone', { timeout: slowMs }, async () => {
    const { page, faults, close } = await dashboard.open(runPath.replace('/dashboard', ''), {
      widthPx: 390,
      colorScheme: 'dark',
    });
    await page.getByRole('button', { name: 'Roll back' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('It was only tried.');
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Roll back' }).click();
    await page.locator('h1').getByText('rolled-back').waitFor({ timeout: slowMs });
    expect(await settings()).toEqual({});
    expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
    expect(faults).toEqual([]);
    await close();
  });

  it('switches the freeze, chooses the profile, and saves what CDK is to read', { timeout: slowMs }, async () => {
    const { client } = dashboard.platform;
    const { page, faults, close } = await dashboard.open(base);
    await page.getByRole('button', { name: 'Stop all changes' }).click();
    await page.getByRole('dialog').getByLabel('Why').fill('A sale');
    await page.getByRole('dialog').getByRole('button', { name: 'Stop all changes' }).click();
    await page.getByText(/by test: A sale/).waitFor();
    await expect(client.call('getProjectOptimizationFreeze', { params: { project } })).resolves.toMatchObject({
      frozen: true,
      reason: 'A sale',
    });
    await page.getByLabel('Goes by').selectOption('memory-focused');
    await page.getByRole('button', { name: 'Choose this profile' }).click();
    await page.getByText('shop goes by memory-focused.').waitFor();
    await expect(client.call('getProjectProfile', { params: { project } })).resolves.toMatchObject({
      profileId: 'memory-focused',
    });
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export for CDK' }).click();
    const text = readFileSync(await (await saved).path(), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ version: 1, project, changes: [] });
    expect(faults).toEqual([]);
    await close();
  });

  it('registers a database for indexes, and takes it back', { timeout: slowMs }, async () => {
    const { client } = dashboard.platform;
    const file = join(dashboard.platform.dataDir, 'shop.db');
    const database = new DatabaseSync(file);
    database.exec('CREATE TABLE orders (id INTEGER PRIMARY KEY)');
    database.close();
    const { page, faults, close } = await dashboard.open(`${base}/databases`);
    await page.getByText('There is no database').waitFor();
    await page.getByRole('button', { name: 'Register a database' }).click();
    await page.getByLabel('Name').fill('orders');
    await page.getByLabel('What it is').selectOption('sqlite');
    await page.getByLabel('File').fill('shop.db');
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByText('must be an absolute path', { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByLabel('File').fill(file);
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByText('orders is registered.').waitFor();
    await page.getByRole('cell', { name: file }).waitFor();
    const known = async () =>
      (await client.call('listRegisteredDatabases', { params: { project } })).items.map(({ name }) => name);
    expect(await known()).toEqual(['orders']);
    expect(await faultsInAllLooks(page)).toEqual([]);
    await page.getByRole('button', { name: 'Take from Headroom' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take it from Headroom' }).click();
    await page.getByText('There is no database').waitFor();
    expect(await known()).toEqual([]);
    // The browser itself says of each refusal that there was one.
    expect(faults.filter((fault) => !fault.includes('400'))).toEqual([]);
    await close();
  });

  it('draws what a function takes and costs by its memory', { timeout: slowMs }, async () => {
    const { page, faults, close } = await dashboard.open(`${base}/memory-sweeps`);
    await page.getByText('There is no sweep yet').waitFor();
    await page.getByRole('button', { name: 'Start a sweep' }).click();
    await page.getByText('The project names no Lambda functions').waitFor();
    const sweep = completedSweep(project);
    await page.route(`**/memory-sweeps/${sweep.sweepId}`, async (route) =>
      route.request().resourceType() === 'fetch' ? route.fulfill({ json: sweep }) : route.continue(),
    );
    await page.goto(`${page.url()}/${sweep.sweepId}`);
    await page.getByRole('heading', { name: 'Memory sweep of checkout' }).waitFor();
    await page.locator('[data-plot=sweep-cost] canvas').waitFor();
    expect(await page.locator('.stats dd').allInnerTexts()).toEqual([
      expect.stringMatching(/^512 MB/),
      expect.stringMatching(/^256 MB/),
      expect.stringMatching(/^1024 MB/),
    ]);
    expect(await page.getByRole('row', { name: /^512 MB/ }).innerText()).toMatch(/80 ms\s+0\.67 USD\s+110 MB\s+19\s+1/);
    expect(await faultsInAllLooks(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });
});
