import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsInAllLooks } from '../../support/dashboard/accessibility.ts';
import { reportShop } from '../../support/dashboard/reporting-shop.ts';
import { startDashboard, type TestDashboard } from '../../support/dashboard/test-dashboard.ts';

const slowMs = 120_000;

let dashboard: TestDashboard;

beforeAll(async () => {
  dashboard = await startDashboard();
  const windows = Array.from({ length: 60 }, () => ({ timesMs: [10, 20, 30, 40], failed: 1 }));
  await reportShop(dashboard.platform.client, 'shop', windows);
});
afterAll(() => dashboard.stop());

/** The cells of the row that begins with the words, as they are read. */
async function cells(page: Page, firstWords: string): Promise<string[]> {
  const row = page.getByRole('row').filter({ hasText: firstWords }).first();
  await row.waitFor();
  return row.getByRole('cell').allInnerTexts();
}

const tab = (page: Page, name: string) => page.getByRole('navigation', { name: 'Performance' }).getByText(name).click();

describe('The pages of projects', () => {
  it('show of all of them how they are now, and register another', { timeout: slowMs }, async () => {
    const { page, faults, close } = await dashboard.open('');
    const [name, score, throughput, p95, , errors, , , check] = await cells(page, 'shop');
    expect(name).toContain('http://127.0.0.1:9');
    // Of five minutes, each of 24 requests, a quarter of which failed.
    expect([throughput, p95, errors, check]).toEqual(['0.4/s', '40 ms', '25 %', 'never']);
    expect(score).toMatch(/^\d+\s(good|poor)/);
    expect(await faultsInAllLooks(page)).toEqual([]);
    await page.getByRole('button', { name: 'Register a project' }).click();
    await page.getByLabel('Name').fill('warehouse');
    await page.getByLabel('Address').fill('http://127.0.0.1:10');
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByText('warehouse is registered.').waitFor();
    await page.getByRole('link', { name: 'warehouse', exact: true }).waitFor();
    const { items } = await dashboard.platform.client.call('listProjects');
    expect(items.map(({ project }) => project)).toEqual(['shop', 'warehouse']);
    // It asked whether there is one of this name, and the browser itself says that there is not.
    expect(faults.filter((fault) => !fault.includes('404'))).toEqual([]);
    await close();
  });

  it('show of one what it reported: over time, by endpoint, request, query and instance', {
    timeout: slowMs,
  }, async () => {
    const { page, faults, close } = await dashboard.open('/projects/shop');
    await page.locator('figure.plot canvas').nth(5).waitFor();
    const figures = (): Promise<string[]> => page.locator('.stats dd').allInnerTexts();
    await expect.poll(figures).toEqual(expect.arrayContaining(['0.4/s', '25 ms', '40 ms', '25 %']));
    expect(await faultsInAllLooks(page)).toEqual([]);

    await tab(page, 'Endpoints');
    const [endpoint, share, , , mean, p50, , p99, failed, queries] = await cells(page, 'GET /products');
    expect([endpoint, share, mean, p50, p99, failed, queries]).toEqual([
      'GET /products',
      '100 %',
      '25 ms',
      expect.stringMatching(/^(20|30)(\.\d+)? ms$/),
      expect.stringMatching(/^(39|40)(\.\d+)? ms$/),
      '25 %',
      '1',
    ]);
    await tab(page, 'Requests');
    expect((await cells(page, '/products?page=2')).join(' ')).toMatch(/500|40 ms/);
    await tab(page, 'Queries');
    expect((await cells(page, 'SELECT * FROM products WHERE category = ?')).join(' ')).toContain('3 ms');
    expect(await faultsInAllLooks(page)).toEqual([]);
    await tab(page, 'Resources');
    await cells(page, 'shop-1');
    expect(await faultsInAllLooks(page)).toEqual([]);
    await tab(page, 'Objectives');
    expect((await cells(page, 'of requests fail')).join(' ')).toContain('25 %');
    expect(await faultsInAllLooks(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });
});

const project = '/projects/shop';
const paths = [
  '',
  project,
  `${project}/endpoints`,
  `${project}/requests`,
  `${project}/queries`,
  `${project}/resources`,
  `${project}/objectives`,
  `${project}/load-tests`,
  `${project}/load-tests/new`,
  `${project}/optimization`,
  `${project}/optimization/new`,
  `${project}/optimization/changes`,
  `${project}/optimization/memory-sweeps`,
  `${project}/optimization/databases`,
  `${project}/alerts`,
  `${project}/alerts/thresholds`,
  `${project}/alerts/cloudwatch`,
  `${project}/cache`,
  `${project}/cache/entry`,
  `${project}/cache/policy`,
  `${project}/checks`,
  `${project}/checks/schedule`,
  '/comparisons',
  '/comparisons/new',
  '/alerts',
  '/alerts/silences',
  '/alerts/channels',
  '/alerts/told',
  '/tasks',
  '/tasks/dead-letters',
  '/keys',
  '/settings',
  '/settings/audit',
];

/** What every page must keep to when it is opened by its address. Script and style count as they come to a browser that has none of them. */
const budgets = { scriptKb: 60, styleKb: 10, layoutShift: 0.1, workedMs: 600 };

describe('Every page', () => {
  it('keeps to its budgets of script, style, work and standing still, and says no error', {
    timeout: 2 * slowMs,
  }, async () => {
    const beyond: string[] = [];
    const { page, faults, close, ...measures } = await dashboard.open('');
    let workedBefore = 0;
    for (const path of paths) {
      await page.goto(`${dashboard.platform.runtime.apiUrl}/dashboard${path}`);
      await page.locator('main h1').waitFor();
      await page.waitForLoadState('networkidle');
      await page.waitForFunction(() => document.querySelector('main .skeleton') === null);
      const worked = await measures.workedMs();
      const found = {
        scriptKb: await measures.transferredKb('script'),
        styleKb: await measures.transferredKb('css'),
        layoutShift: await measures.layoutShift(),
        // The browser may give a page a process of its own, whose clock begins anew.
        workedMs: worked > workedBefore ? worked - workedBefore : worked,
      };
      workedBefore = worked;
      for (const [name, most] of Object.entries(budgets)) {
        const value = found[name as keyof typeof budgets];
        if (!(value <= most)) beyond.push(`${path}: ${name} ${value}, at most ${most}`);
      }
      if (found.scriptKb === 0 || !(found.workedMs > 0)) beyond.push(`${path}: was not measured`);
      // The browser itself says so of an answer 404: of the alarms of CloudWatch, that none were made.
      const unexpected = faults.splice(0).filter((fault) => !(path.endsWith('/cloudwatch') && fault.includes('404')));
      beyond.push(...unexpected.map((fault) => `${path}: ${fault}`));
    }
    await close();
    expect(beyond).toEqual([]);
  });
});
