import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDashboard, type TestDashboard } from '../../support/dashboard/test-dashboard.ts';

let dashboard: TestDashboard;
beforeAll(async () => {
  dashboard = await startDashboard();
});
afterAll(() => dashboard.stop());

describe('The dashboard', () => {
  it('is where the root leads to', async () => {
    const { runtime } = dashboard.platform;
    const answer = await fetch(runtime.apiUrl, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/dashboard']);
  });

  it('signs in with a key, shows what the address asks for, and signs out', async () => {
    const { page, faults, close } = await dashboard.open('/keys', { token: null });
    await page.getByLabel('API key').fill(dashboard.platform.adminToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/dashboard/keys');
    await page.reload();
    await page.getByRole('cell', { name: 'test' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.evaluate(() => sessionStorage.length + localStorage.length)).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });
});
