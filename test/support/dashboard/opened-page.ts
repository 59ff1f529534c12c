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
  /** How much moved without the reader's doing. */
  layoutShift(): Promise<number>;
  /** What came over the network since the page was opened, compressed as it came. */
  transferredKb(kind: 'script' | 'css'): Promise<number>;
  /** Of the page's own thread since it was opened: what it worked, and not what it waited for while the machine did something else. */
  workedMs(): Promise<number>;
  close(): Promise<void>;
}

declare global {
  interface Window {
    headroomLayoutShift?: number;
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
  await context.addInitScript(watchLayoutShift);
  const page = await context.newPage();
  // What does not come soon does not come: the machine may be busy, but not that busy.
  page.setDefaultTimeout(45_000);
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') faults.push(message.text());
  });
  page.on('pageerror', ({ message }) => faults.push(message));
  const debugging = await context.newCDPSession(page);
  await debugging.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.goto(url);
  return {
    page,
    faults,
    layoutShift: () => page.evaluate(() => window.headroomLayoutShift ?? 0),
    transferredKb: (kind) => page.evaluate(transferredKb, kind),
    async workedMs() {
      const { metrics } = await debugging.send('Performance.getMetrics');
      return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN);
    },
    close: () => context.close(),
  };
}

/** Runs in the page, before its own scripts. */
function watchLayoutShift(): void {
  window.headroomLayoutShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value = 0, hadRecentInput = false } = entry as PerformanceEntry & {
        value?: number;
        hadRecentInput?: boolean;
      };
      if (!hadRecentInput) window.headroomLayoutShift = (window.headroomLayoutShift ?? 0) + value;
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** Runs in the page. */
function transferredKb(kind: 'script' | 'css'): number {
  const extension = kind === 'script' ? '.js' : '.css';
  const loaded = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
  return loaded
    .filter(({ name }) => new URL(name).pathname.endsWith(extension))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize / 1024, 0);
}
