import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OptimizationRun } from '../../../lib/contracts/optimization-runs.ts';
import { accessibilityFaults } from '../../support/dashboard/accessibility.ts';
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
});
