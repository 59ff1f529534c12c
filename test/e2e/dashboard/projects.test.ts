import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults } from '../../support/dashboard/accessibility.ts';
import { reportShop, type ShopWindow } from '../../support/dashboard/reporting-shop.ts';
import { startDashboard, type TestDashboard } from '../../support/dashboard/test-dashboard.ts';

/** 20 windows of 50 requests within the last 200 s: 10, 20, ... 500 ms, of which one in a window fails. */
const timesMs = Array.from({ length: 50 }, (_, index) => 10 * (index + 1));
const windows: ShopWindow[] = Array.from({ length: 20 }, () => ({ timesMs, failed: 1 }));
const requests = windows.length * timesMs.length;

let dashboard: TestDashboard;
beforeAll(async () => {
  dashboard = await startDashboard();
  const { client } = dashboard.platform;
  await Promise.all([
    reportShop(client, 'shop', windows),
    client.call('putProject', { params: { project: 'billing' }, body: { baseUrl: 'http://127.0.0.1:9' } }),
  ]);
});
afterAll(() => dashboard?.stop());

const cellsOf = (page: Page, row: string): Promise<string[]> =>
  page.getByRole('row', { name: row }).getByRole('cell').allInnerTexts();
const shownBeside = async (page: Page, label: string): Promise<string> =>
  page
    .locator('dl > div', { has: page.getByText(label, { exact: true }) })
    .locator('dd')
    .innerText();
const near = (text: string | undefined, expected: number, share: number): void => {
  const value = Number(/[\d.,]+/.exec(text ?? '')?.[0].replaceAll(',', ''));
  expect(Math.abs(value - expected), `${text} is about ${expected}`).toBeLessThanOrEqual(share * expected);
};

describe('the overview', () => {
  it('shows of every project what it reported, and nothing of what did not', async () => {
    const { page, faults, close } = await dashboard.open('');
    await page.getByRole('cell', { name: 'shop' }).first().waitFor();
    const [name, score, throughput, p95, , errors, hits, , check] = await cellsOf(page, 'shop');
    expect(name).toBe('shop\nhttp://127.0.0.1:9');
    expect(score).toMatch(/^\d+ (excellent|good|poor)$/);
    // Over five minutes; what a sketch holds is known to 1 %, and it is rounded.
    near(throughput, requests / 300, 0.01);
    near(p95, 480, 0.03);
    near(errors, 2, 0.001);
    expect([hits, check]).toEqual(['–', 'never']);
    const [, ...nothing] = await cellsOf(page, 'billing');
    expect(nothing).toEqual(['no data', '–', '–', '–', '–', '–', '0', 'never']);
    expect(faults).toEqual([]);
    await close();
  });

  it('registers a project, and says beside the field what is wrong', async () => {
    const { page, faults, close } = await dashboard.open('');
    await page.getByRole('button', { name: 'Register a project' }).click();
    await page.getByLabel('Name').fill('blog');
    await page.getByLabel('Address').fill('http://user@127.0.0.1:8');
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByText('must not carry user information').first().waitFor();
    expect(await page.getByLabel('Address').getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('Address').fill('http://127.0.0.1:8');
    await page.getByRole('button', { name: 'Register', exact: true }).click();
    await page.getByRole('cell', { name: 'blog' }).waitFor();
    const { baseUrl } = await dashboard.platform.client.call('getProject', { params: { project: 'blog' } });
    expect(baseUrl).toBe('http://127.0.0.1:8');
    // The browser says of each refusal that there was one: no such project yet, and the wrong address.
    expect(faults.filter((fault) => !/40[04]/.test(fault))).toEqual([]);
    await close();
  });
});

describe('a project', () => {
  it('is drawn over time from what it reported, in the time of the reader', async () => {
    const { page, faults, close } = await dashboard.open('/projects/shop', { timeZone: 'Asia/Kathmandu' });
    await page.locator('[data-plot="response-time"] .uplot').waitFor();
    near(await shownBeside(page, 'p95 response'), 480, 0.03);
    near(await shownBeside(page, 'Mean response'), 255, 0.01);
    const plot = page.locator('[data-plot="response-time"]');
    await plot.getByText('The values as a table').click();
    const rows = await plot.getByRole('row').allInnerTexts();
    expect(rows[0]).toBe('time\tp50\tp95\tp99');
    const [at = '', p50, p95, p99] = rows[2]?.split('\t') ?? [];
    near(p50, 250, 0.03);
    near(p95, 480, 0.03);
    near(p99, 500, 0.03);
    // 5:45 ahead of UTC.
    const aheadMs = Date.parse(`${at.replace(' ', 'T')}Z`) - Date.now();
    expect(Math.abs(aheadMs - 345 * 60_000)).toBeLessThan(10 * 60_000);
    await plot.getByRole('group').press('End');
    expect(await plot.locator('output').textContent()).toMatch(/p50 [\d.]+ ms, p95 [\d.]+ ms, p99 [\d.]+ ms/);
    expect(faults).toEqual([]);
    await close();
  });

  it.each([
    ['endpoints', 'GET /products', { 1: '100 %', 2: '1,000', 8: '2 %' }],
    ['queries', 'SELECT * FROM products', { 1: '100 %', 2: '1,000', 3: '3 ms' }],
    ['resources', 'shop-1', { 2: '10 %', 4: '5 %', 6: '100 MB' }],
    ['objectives', 'of requests within 200 ms', { 3: 'spent' }],
  ])('tells of its %s', async (view, row, expected) => {
    const { page, faults, close } = await dashboard.open(`/projects/shop/${view}`);
    await page.getByRole('row', { name: row }).waitFor();
    const cells = await cellsOf(page, row);
    expect(cells).toMatchObject(expected);
    expect(faults).toEqual([]);
    await close();
  });

  it('keeps in the address what is looked at', async () => {
    const { page, faults, close } = await dashboard.open('/projects/shop');
    await page.getByRole('button', { name: '6 h' }).click();
    await page.getByRole('link', { name: 'Requests' }).click();
    await page.getByRole('cell', { name: '500 ms' }).first().waitFor();
    await page.getByRole('button', { name: 'Failed' }).click();
    await page.getByRole('cell', { name: '500', exact: true }).first().waitFor();
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ range: '6h', kind: 'failed' });
    await page.goBack();
    await page.locator('.uplot').first().waitFor();
    expect(new URL(page.url()).searchParams.get('range')).toBe('6h');
    expect(faults).toEqual([]);
    await close();
  });

  it('that reported nothing says so', async () => {
    const { page, faults, close } = await dashboard.open('/projects/billing');
    await page.getByText('Nothing was measured in this time').first().waitFor();
    await page.getByText('Nothing has reported from inside this service yet').waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('that is not there says so, with what it is found by in the logs', async () => {
    const { page, close } = await dashboard.open('/projects/nowhere/endpoints');
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.innerText()).toMatch(/no project nowhere.*Correlation id: \S+/is);
    await close();
  });
});

describe('every page', () => {
  const pages = [
    ['', 'td'],
    ['/projects/shop', '.uplot'],
    ['/projects/shop/endpoints', 'td'],
    ['/projects/shop/requests', 'td'],
    ['/projects/shop/queries', 'td'],
    ['/projects/shop/resources', 'td'],
    ['/projects/shop/objectives', 'td'],
    ['/projects/billing', '.empty'],
  ] as const;

  it.each([
    ['a desk in the light', { widthPx: 1280, colorScheme: 'light' }],
    ['a phone in the dark', { widthPx: 390, heightPx: 844, colorScheme: 'dark' }],
  ] as const)('is for everybody, and stands still: on %s', async (_, look) => {
    const found: Record<string, unknown> = {};
    for (const [path, shown] of pages) {
      const { page, faults, smoothness, close } = await dashboard.open(path, look);
      await page.locator(shown).first().waitFor();
      const { layoutShift } = await smoothness();
      const overflows = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      const amiss = [...faults, ...(await accessibilityFaults(page))];
      if (amiss.length > 0 || overflows || layoutShift > 0.1) found[path] = { amiss, overflows, layoutShift };
      await close();
    }
    expect(found).toEqual({});
  });
});
