import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe finds that is serious or critical, each with where it is. Nothing: the page holds to WCAG 2.2 AA as far as a program can tell. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // By the debugger: the page's policy lets no other script in.
  await page.evaluate(axe.source);
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

const widthsPx = [1280, 390];
const colorSchemes = ['light', 'dark'] as const;

/** The same page at the sizes of a desk and of a phone, in light and in dark; and where it is wider than the screen. It is left as on a desk, in light. */
export async function faultsInAllLooks(page: Page): Promise<string[]> {
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  const faults: string[] = [];
  for (const width of widthsPx) {
    await page.setViewportSize({ ...before, width });
    for (const colorScheme of colorSchemes) {
      await page.emulateMedia({ colorScheme });
      const found = await accessibilityFaults(page);
      faults.push(...found.map((fault) => `${width} px, ${colorScheme}: ${fault}`));
    }
    const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    if (isTooWide) faults.push(`${width} px: the page is wider than the screen`);
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: 'light' });
  return faults;
}
