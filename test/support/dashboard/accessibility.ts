import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds that is serious or critical, each with where it is. Nothing: the page holds to WCAG 2.2 AA as far as a program can tell. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // By the debugger: the page's policy lets no other script in.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
}

/**
 * The same page at a desk in light, and on a phone in dark: where it is not accessible, and where it is wider than the screen. It is
 * left as at a desk, in light. Sizes and colours have nothing to do with each other, so that this shows what all four would.
 */
export async function faultsInAllLooks(page: Page): Promise<string[]> {
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  const faultsNow = async (look: string): Promise<string[]> => {
    const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    const faults = [...(await accessibilityFaults(page)), ...(isTooWide ? ['the page is wider than the screen'] : [])];
    return faults.map((fault) => `${look}: ${fault}`);
  };
  const atDesk = await faultsNow('desk, light');
  await page.setViewportSize({ ...before, width: 390 });
  await page.emulateMedia({ colorScheme: 'dark' });
  const onPhone = await faultsNow('phone, dark');
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: 'light' });
  return [...atDesk, ...onPhone];
}
