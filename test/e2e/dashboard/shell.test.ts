import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessOptionsOf, accessSettings } from '../../../lib/contracts/access-options.ts';
import { accessibilityFaults } from '../../support/dashboard/accessibility.ts';
import { startDashboard, type TestDashboard } from '../../support/dashboard/test-dashboard.ts';
import { startTestIssuer, type TestIssuer } from '../../support/oidc/issuer.ts';

let issuer: TestIssuer;
let dashboard: TestDashboard;

beforeAll(async () => {
  issuer = await startTestIssuer({ person: { sub: 'ada', name: 'Ada' } });
  const options = accessOptionsOf({
    HEADROOM_OIDC_ISSUER: issuer.issuer,
    HEADROOM_OIDC_AUDIENCE: issuer.audience,
    HEADROOM_OIDC_CLIENT_ID: issuer.clientId,
  });
  dashboard = await startDashboard({ settings: accessSettings(options, 600_000) });
});
afterAll(async () => {
  await dashboard?.stop();
  await issuer?.close();
});

const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor();
const pathOf = (page: Page): string => new URL(page.url()).pathname;
/** What the browser keeps of who is signed in. */
const kept = (page: Page): Promise<[number, number]> =>
  page.evaluate(() => [sessionStorage.length, localStorage.length] satisfies [number, number]);

describe('the way in', () => {
  it('leads from the root to the dashboard', async () => {
    const answer = await fetch(dashboard.platform.runtime.apiUrl, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, '/dashboard']);
  });

  it('takes a key, shows what the address asked for, and forgets the key at the end', async () => {
    const { page, faults, close } = await dashboard.open('/keys', { token: null });
    await page.getByLabel('API key').fill('hr_wrong');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('alert').waitFor();
    // The browser itself says of each refusal that there was one.
    expect(faults.splice(0).filter((fault) => !fault.includes('401'))).toEqual([]);
    await page.getByLabel('API key').fill(dashboard.platform.adminToken);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await heading(page, 'API keys');
    expect([pathOf(page), await kept(page)]).toEqual(['/dashboard/keys', [1, 0]]);
    await page.reload();
    await page.getByRole('cell', { name: 'test' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await heading(page, 'Sign in');
    expect([faults, await kept(page)]).toEqual([[], [0, 0]]);
    await close();
  });

  it('takes a key of the address, which keeps it no longer', async () => {
    const { page, faults, close } = await dashboard.open(`#key=${dashboard.platform.adminToken}`, { token: null });
    await heading(page, 'Projects');
    expect(page.url()).toBe(`${dashboard.platform.runtime.apiUrl}/dashboard`);
    await page.getByText('test admin').first().waitFor();
    expect(faults).toEqual([]);
    await close();
  });

  it('asks again where the key is no longer taken', async () => {
    const { page, close } = await dashboard.open('/keys', { token: 'hr_old' });
    await heading(page, 'Sign in');
    await page.getByText('You were signed out').waitFor();
    expect([pathOf(page), await kept(page)]).toEqual(['/dashboard/keys', [0, 0]]);
    await close();
  });

  it('goes by the issuer and back to where the reader wanted to go', async () => {
    const { page, faults, close } = await dashboard.open('/keys?order=newest', { token: null });
    await page.getByRole('button', { name: new URL(issuer.issuer).host }).click();
    // The issuer agrees to all that is asked for.
    await page.getByText('Ada admin').first().waitFor();
    await page.getByRole('cell', { name: 'test' }).waitFor();
    expect(page.url()).toMatch(/\/dashboard\/keys\?order=newest$/);
    expect([faults, await kept(page)]).toEqual([[], [1, 0]]);
    await close();
  });

  it('offers what the key allows, and says of all else what it would take', async () => {
    const { client } = dashboard.platform;
    const { token } = await client.call('createKey', { body: { name: 'reader', scope: 'read' } });
    const { page, faults, close } = await dashboard.open('', { token });
    await page.getByText('reader read').first().waitFor();
    expect(await page.getByRole('link', { name: 'API keys' }).count()).toBe(0);
    const register = page.getByRole('button', { name: 'Register a project' });
    expect(await register.getAttribute('aria-disabled')).toBe('true');
    expect(await register.getAttribute('title')).toBe('This needs the scope write; yours is read.');
    await register.click({ force: true });
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(faults).toEqual([]);
    await close();
  });

  it('refuses a sign-in that was not begun in this tab', async () => {
    const { page, close } = await dashboard.open('/sign-in?code=stolen&state=theirs', { token: null });
    await page.getByRole('alert').getByText('was not begun in this tab').waitFor();
    expect([pathOf(page), await kept(page)]).toEqual(['/dashboard', [0, 0]]);
    await close();
  });

  it.each(['light', 'dark'] as const)('is for everybody: %s', async (colorScheme) => {
    const { page, close } = await dashboard.open('', { token: null, colorScheme });
    await page.getByRole('button', { name: new URL(issuer.issuer).host }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await close();
  });
});

describe('the frame of all pages', () => {
  it('is gone through by keys alone', async () => {
    const { page, faults, close } = await dashboard.open('/keys');
    await page.getByRole('cell', { name: 'test' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Skip to content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Create a key');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Create a key' }).waitFor();
    await page.getByLabel('Name').fill('pipeline');
    await page.keyboard.press('Enter');
    await page.getByText('shown this once').waitFor();
    const token = await page.getByRole('dialog').locator('code').textContent();
    expect(token).toMatch(/^hr_[0-9A-Z]{26}_[\w-]{43}$/);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Create a key');
    await page.getByRole('cell', { name: 'pipeline' }).waitFor();
    const { items } = await dashboard.platform.client.call('listKeys');
    expect(items.find(({ name }) => name === 'pipeline')).toMatchObject({
      scope: 'read',
      createdBy: expect.any(String),
    });
    expect(faults).toEqual([]);
    await close();
  });

  it('asks before it revokes a key', async () => {
    const { client } = dashboard.platform;
    const { keyId } = await client.call('createKey', { body: { name: 'doomed' } });
    const { page, faults, close } = await dashboard.open('/keys');
    const row = page.getByRole('row', { name: 'doomed' });
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke the key' }).click();
    await row.waitFor({ state: 'detached' });
    const { items } = await client.call('listKeys');
    expect(items.map((key) => key.keyId)).not.toContain(keyId);
    expect(faults).toEqual([]);
    await close();
  });

  it('has its ways behind a button on a phone, which Escape closes', async () => {
    const { page, faults, close } = await dashboard.open('/keys', { widthPx: 390, heightPx: 844, colorScheme: 'dark' });
    await page.getByRole('cell', { name: 'test' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    const menu = page.getByRole('button', { name: 'Menu' });
    await menu.click();
    const drawer = page.getByRole('dialog', { name: 'Menu' });
    await drawer.waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    await menu.click();
    await drawer.getByRole('link', { name: 'Projects' }).click();
    await heading(page, 'Projects');
    await drawer.waitFor({ state: 'hidden' });
    expect(faults).toEqual([]);
    await close();
  });

  it('keeps the colours that were chosen', async () => {
    const { page, close } = await dashboard.open('/keys', { colorScheme: 'light' });
    await heading(page, 'API keys');
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await background();
    await page.getByLabel('Colours').selectOption('dark');
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    await heading(page, 'API keys');
    expect(await background()).toBe(dark);
    await close();
  });

  it('says where there is nothing', async () => {
    const { page, close } = await dashboard.open('/nowhere');
    await heading(page, 'There is no such page');
    await close();
  });
});
