import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadTest } from '../../../lib/contracts/load.ts';
import { formats } from '../../../lib/pages/units.ts';
import { type CountingTarget, startCountingTarget } from '../../support/counting-target.ts';
import { accessibilityFaults, faultsInAllLooks } from '../../support/dashboard/accessibility.ts';
import { startDashboard, type TestDashboard } from '../../support/dashboard/test-dashboard.ts';

const project = 'shop';
const base = `/projects/${project}/load-tests`;
const slowMs = 90_000;

let target: CountingTarget;
let dashboard: TestDashboard;
/** What was started in the browser, as the API tells it. */
let test: LoadTest;

beforeAll(async () => {
  [target, dashboard] = await Promise.all([startCountingTarget(), startDashboard()]);
  const { client } = dashboard.platform;
  await client.call('putProject', { params: { project }, body: { baseUrl: `http://127.0.0.1:${target.port}` } });
  await client.call('putProject', { params: { project: 'public' }, body: { baseUrl: 'http://1.1.1.1' } });
});
afterAll(async () => {
  await Promise.all([dashboard.stop(), target.close()]);
});

const load = (testId: string): Promise<LoadTest> =>
  dashboard.platform.client.call('getLoadTest', { params: { project, testId } });

describe('Load tests in the dashboard', () => {
  it('are started with what they would take in sight, and watched to their end', { timeout: slowMs }, async () => {
    const { page, faults, close } = await dashboard.open(base);
    await page.getByText('There is no load test yet').waitFor();
    await page.getByRole('button', { name: 'Start a load test' }).click();
    await page.getByLabel('Path').fill('/status/200?page=1');
    await page.getByLabel('Users').fill('2');
    await page.getByLabel('Duration (s)').fill('3');
    await page.getByLabel('Ramp-up (s)').fill('1');
    await page.getByLabel('Think time of a user (ms)').fill('30');
    await page.getByText('4 s', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Start the test' }).click();
    await page.getByRole('button', { name: 'Cancel the test' }).waitFor();
    await page.getByText('completed').waitFor({ timeout: slowMs });
    const testId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    test = await load(testId);
    const { result } = test;
    expect(result?.totalRequests).toBe(target.counts['/status/200']);
    expect(result?.totalRequests).toBeGreaterThan(10);
    const tile = (label: string) => page.locator('.stats div', { hasText: label }).locator('dd');
    await expect(tile('Requests').first().innerText()).resolves.toBe(formats.count(result?.totalRequests ?? 0));
    await expect(tile('p95').first().innerText()).resolves.toBe(
      formats.ms(result?.performanceMetrics.p95ResponseTimeMs ?? 0),
    );
    const plots = await page
      .locator('figure.plot')
      .evaluateAll((all) => all.map((one) => one.getAttribute('data-plot')));
    expect(plots).toEqual(['throughput', 'response-times', 'active-users', 'histogram']);
    expect(await accessibilityFaults(page)).toEqual([]);

    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'JSON' }).click();
    const file = await saved;
    expect(file.suggestedFilename()).toBe(`load-test-${testId}.json`);
    expect(JSON.parse(readFileSync(await file.path(), 'utf8')).result.totalRequests).toBe(result?.totalRequests);
    expect(faults).toEqual([]);
    await close();
  });

  it('are cancelled, listed with their figures, and compared two by two', { timeout: slowMs }, async () => {
    const { client } = dashboard.platform;
    const { testId } = await client.call('startLoadTest', {
      params: { project },
      body: { users: 1, durationSeconds: 60, rampUpSeconds: 0, thinkTimeMs: 50 },
    });
    const { page, faults, close } = await dashboard.open(`${base}/${testId}`, { widthPx: 390, colorScheme: 'dark' });
    await page.locator('[data-plot=throughput]').waitFor({ timeout: slowMs });
    await page.getByRole('button', { name: 'Cancel the test' }).click();
    await page.getByText('The test was cancelled.').waitFor({ timeout: slowMs });
    await page.goto(page.url().replace(`/${testId}`, ''));
    await page
      .getByRole('cell', { name: formats.ms(test.result?.performanceMetrics.p95ResponseTimeMs ?? 0) })
      .waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    await page.getByRole('button', { name: 'Compare two runs' }).click();
    await page.getByText('The two were not asked for alike.').waitFor();
    await page.getByRole('row', { name: /^Mean response/ }).waitFor();
    await page.locator('[data-plot=distributions]').waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it('are joined by comparisons of configurations, which are started, watched and cancelled alike', {
    timeout: slowMs,
  }, async () => {
    const { page, faults, close } = await dashboard.open('/comparisons');
    await page.getByText('There is no comparison yet').waitFor();
    await page.getByRole('button', { name: 'Start a comparison' }).click();
    const second = page.getByRole('group', { name: 'Configuration 2' });
    await second.getByLabel('Project').selectOption(project);
    await second.getByLabel('Address').fill(`http://127.0.0.1:${target.port}`);
    await page.getByRole('group', { name: 'Configuration 1' }).getByLabel('Project').selectOption(project);
    await page.getByLabel('Path').fill('/status/200?page=2');
    await page.getByLabel('Users').fill('1');
    await page.getByLabel('Duration of each (s)').fill('10');
    await page.getByLabel('Slice (s)').fill('5');
    await page.getByLabel('Think time of a user (ms)').fill('50');
    expect(await faultsInAllLooks(page)).toEqual([]);
    await page.getByRole('button', { name: 'Start the comparison' }).click();
    await page.getByRole('button', { name: 'Cancel the comparison' }).click();
    await page.getByText('The comparison was cancelled.').waitFor({ timeout: slowMs });
    const comparisonId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    await expect(dashboard.platform.client.call('getComparison', { params: { comparisonId } })).resolves.toMatchObject({
      status: 'cancelled',
      request: {
        configurations: [
          { name: 'now', project },
          { name: 'next', project, baseUrl: `http://127.0.0.1:${target.port}` },
        ],
        scenarios: [{ path: '/status/200?page=2' }],
        users: 1,
        durationSeconds: 10,
        sliceSeconds: 5,
        thinkTimeMs: 50,
      },
    });
    await page.getByRole('navigation').getByRole('link', { name: 'Comparisons' }).click();
    await page.getByRole('link', { name: 'now, next' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(faults).toEqual([]);
    await close();
  });

  it('say beside a field what is wrong with it, and how a target is proven', { timeout: slowMs }, async () => {
    const { page, close } = await dashboard.open(`${base}/new`);
    await page.getByLabel('Users').fill('0');
    // The browser would say it, too, when the form is sent: the API's own word comes before.
    await page.locator('.field', { hasText: 'Users' }).locator('.fault').waitFor();
    await page.goto(page.url().replace(`/${project}/`, '/public/'));
    await page.getByText('Prove that the target is yours.').waitFor();
    const { verification } = await dashboard.platform.client.call('getProject', { params: { project: 'public' } });
    await page.getByText(verification.methods[0]?.location ?? '', { exact: true }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await close();
  });
});
