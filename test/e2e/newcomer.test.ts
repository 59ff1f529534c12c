import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formats } from '../../lib/pages/units.ts';
import { startChromium } from '../support/chromium.ts';
import { openPage } from '../support/dashboard/opened-page.ts';
import { cloneInto } from '../support/fresh-clone.ts';
import { processesOf } from '../support/processes-of.ts';
import { type StartedPlatform, startByCommand } from '../support/started-platform.ts';

const params = { project: 'demo' };

let root: string;
let platform: StartedPlatform;
let browser: Browser;
let page: Page;
let faults: string[];

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'headroom-newcomer-'));
  const clone = join(root, 'headroom');
  cloneInto(clone);
  [platform, browser] = await Promise.all([
    // The plan is left for the newcomer to apply.
    startByCommand(['--no-optimize'], { readyFile: join(root, 'ready.json'), clone }),
    startChromium(),
  ]);
  // As the terminal's link has it.
  const { dashboardUrl, apiKey } = platform.ready;
  ({ page, faults } = await openPage(browser, `${dashboardUrl}#key=${apiKey}`, {}));
}, 180_000);

afterAll(async () => {
  await browser?.close();
  if (processesOf(root).length > 0) await platform?.end('SIGKILL');
  rmSync(root, { recursive: true, force: true });
});

const go = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true }).first().click();
const heading = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();

/** One way, from a fresh clone to a service that is faster for certain: each step begins where the one before ended. */
describe('A newcomer', { timeout: 240_000 }, () => {
  it('finds the first check of the demo done in the dashboard', async () => {
    await heading('Projects');
    const row = page.getByRole('row').filter({ has: page.getByRole('link', { name: 'demo', exact: true }) });
    await row.getByText('passed').waitFor({ timeout: 120_000 });
    expect(await row.innerText()).toMatch(/\d+\sexcellent\s[\d.]+\/s\s[\d.]+ ms/);
    await expect.poll(() => platform.output()).toContain('Serving at');
    expect(platform.output()).toContain(`page     ${platform.ready.dashboardUrl}`);
  });

  it('sets a limit, and starts a load test that breaks it', async () => {
    await page.getByRole('link', { name: 'demo', exact: true }).click();
    await go('Alerts');
    await page.getByRole('link', { name: 'Thresholds' }).click();
    const limit = page.getByRole('group', { name: 'Average response time, at most (ms)' });
    await limit.getByLabel('Average response time').fill('10');
    await limit.getByLabel('For (min)').fill('1');
    await page.getByRole('button', { name: 'Save the thresholds' }).click();
    await page.getByText('The thresholds are in force.').waitFor();

    await go('Load tests');
    await page.getByRole('button', { name: 'Start a load test' }).click();
    await page.getByLabel('Users').fill('2');
    await page.getByLabel('Duration (s)').fill('10');
    await page.getByLabel('Ramp-up (s)').fill('0');
    await page.getByLabel('Think time of a user (ms)').fill('200');
    await page.getByRole('button', { name: 'Start the test' }).click();
    await page.locator('h1').getByText('completed').waitFor({ timeout: 90_000 });
    const { items } = await platform.client.call('listLoadTests', { params });
    const newest = { ...params, testId: items[0]?.testId ?? '' };
    const { result } = await platform.client.call('getLoadTest', { params: newest });
    const requests = page.locator('.stats div', { hasText: 'Requests' }).first().locator('dd');
    expect(await requests.innerText()).toBe(formats.count(result?.totalRequests ?? 0));
    expect(result?.successRatePercent).toBe(100);
  });

  it('sees the alert', async () => {
    await go('Alerts');
    const alert = page.getByRole('link', { name: /^slow-requests/ }).first();
    await alert.waitFor({ timeout: 200_000 });
    await alert.click();
    await page.getByText(/10 ms/).first().waitFor();
    const { items } = await platform.client.call('listProjectAlerts', { params, query: { resolved: 'false' } });
    expect(items).toMatchObject([{ type: 'slow-requests', threshold: 10 }]);
  });

  it('applies the plan, and sees the gain', async () => {
    await go('Optimization');
    await page.getByRole('button', { name: 'Plan a run' }).click();
    await page.getByLabel('A slice lasts').fill('2');
    await page.getByLabel('Slices of a round').fill('20');
    await page.getByLabel('Users').fill('10');
    await page.getByRole('button', { name: 'Show the plan' }).click();
    const caching = page.getByRole('checkbox', { name: 'Try: Cache the answers of GET /', exact: true });
    await caching.waitFor();
    for (const box of await page.getByRole('checkbox').all()) await box.uncheck();
    await caching.check();
    await page.getByRole('button', { name: 'Start the run' }).click();
    await page.locator('h1').getByText('completed').waitFor({ timeout: 200_000 });
    const { items } = await platform.client.call('listOptimizationRuns', { params });
    const [newest] = items.filter(({ dryRun }) => !dryRun);
    const run = await platform.client.call('getOptimizationRun', {
      params: { ...params, runId: newest?.runId ?? '' },
    });
    expect(run.steps).toMatchObject([{ name: 'Cache the answers of GET /', status: 'kept' }]);
    const gain = run.result?.performanceImprovementPercent ?? 0;
    expect(run.result?.interval?.lowPercent).toBeGreaterThan(10);
    expect(run.result?.appliedOptimizations).toMatchObject([{ name: 'Cache the answers of GET /', proven: true }]);
    await page
      .getByText(`${formats.percent(gain)} shorter`)
      .first()
      .waitFor();
    const live = await platform.client.call('getLiveSettings', { params });
    expect(live?.settings).toEqual({ responseCaching: [expect.objectContaining({ endpoint: 'GET /' })] });
    expect(faults).toEqual([]);
  });

  it('ends with Ctrl-C, which leaves nothing running', async () => {
    await browser.close();
    await platform.end('SIGINT');
    await expect.poll(() => processesOf(root)).toEqual([]);
  });
});
