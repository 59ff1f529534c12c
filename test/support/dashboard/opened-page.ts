import type { Browser, Page } from 'playwright-core';

export interface PageLook {
  widthPx?: number;
  heightPx?: number;
  colorScheme?: 'light' | 'dark';
  /** Null: nobody is signed in. */
  token?: string | null;
  /** Default: the machine's. */
  timeZone?: string;
}

export interface OpenedPage {
  page: Page;
  /** What the console said, what was thrown, what the policy refused, and what failed to load. */
  faults: string[];
  /** How much moved without the reader's doing, and for how long the page did not answer at most. */
  smoothness(): Promise<{ layoutShift: number; longestTaskMs: number }>;
  close(): Promise<void>;
}

declare global {
  interface Window {
    headroomSmoothness?: { layoutShift: number; longestTaskMs: number };
  }
}

export async function openPage(browser: Browser, url: string, look: PageLook): Promise<OpenedPage> {
  const { widthPx = 1280, heightPx = 800, colorScheme = 'light', token = null, timeZone } = look;
  const context = await browser.newContext({
    viewport: { width: widthPx, height: heightPx },
    colorScheme,
    reducedMotion: 'reduce',
    ...(timeZone === undefined ? {} : { timezoneId: timeZone }),
  });
  if (token !== null) await context.addInitScript((kept) => sessionStorage.setItem('headroom-token', kept), token);
  await context.addInitScript(watchSmoothness);
  const page = await context.newPage();
  // What does not come soon does not come: the machine may be busy, but not that busy.
  page.setDefaultTimeout(45_000);
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', ({ message }) => faults.push(message));
  await page.goto(url);
  return {
    page,
    faults,
    smoothness: () => page.evaluate(() => window.headroomSmoothness ?? { layoutShift: 0, longestTaskMs: 0 }),
    close: () => context.close(),
  };
}

/** Runs in the page, before its own scripts. */
function watchSmoothness(): void {
  const seen = { layoutShift: 0, longestTaskMs: 0 };
  window.headroomSmoothness = seen;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value = 0, hadRecentInput = false } = entry as PerformanceEntry & {
        value?: number;
        hadRecentInput?: boolean;
      };
      if (!hadRecentInput) seen.layoutShift += value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longestTaskMs = Math.max(seen.longestTaskMs, duration);
  }).observe({ type: 'longtask', buffered: true });
}
