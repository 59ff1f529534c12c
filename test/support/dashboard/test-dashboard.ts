import type { Browser } from 'playwright-core';
import { startChromium } from '../chromium.ts';
import { startPlatform, type TestPlatform, type TestPlatformOptions } from '../platform.ts';
import { type OpenedPage, openPage, type PageLook } from './opened-page.ts';

export interface TestDashboard {
  /** Its client makes what the dashboard is to show. */
  platform: TestPlatform;
  browser: Browser;
  /** A page of its own, in a browser that knows nothing yet, with the admin key signed in. @param path `/projects/shop` */
  open(path: string, look?: PageLook): Promise<OpenedPage>;
  stop(): Promise<void>;
}

/** One platform and one browser, for all tests of a file. */
export async function startDashboard(options?: TestPlatformOptions): Promise<TestDashboard> {
  const [platform, browser] = await Promise.all([startPlatform(options), startChromium()]);
  return {
    platform,
    browser,
    open: (path, look = {}) =>
      openPage(browser, `${platform.runtime.apiUrl}/dashboard${path}`, { token: platform.adminToken, ...look }),
    async stop() {
      await Promise.all([browser.close(), platform.stop()]);
    },
  };
}
