import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startChromium } from '../support/chromium.ts';
import { runInProcess } from '../support/cli-in-process.ts';
import { hourlySeries, pairsFile, seriesFile } from '../support/own-data.ts';
import { cisco } from '../unit/statistics/cisco.ts';

let browser: Browser;
let page: Page;
let directory = '';
/** What the console said, and what was asked for beside the page. */
const amiss: string[] = [];

beforeAll(async () => {
  [browser, directory] = await Promise.all([startChromium(), mkdtemp(join(tmpdir(), 'headroom-pages-'))]);
  page = await browser.newPage();
  page.on('console', (message) => amiss.push(message.text()));
  page.on('pageerror', ({ message }) => amiss.push(message));
  page.on('request', (request) => {
    if (!/^(data:|file:.*\/page\.html$)/.test(request.url())) amiss.push(request.url());
  });
});
afterAll(async () => {
  await browser.close();
  await rm(directory, { recursive: true });
});

/** The page that a command writes of a file, opened. @returns what the command printed as JSON */
async function open(command: string, content: string, name = 'own.csv') {
  await writeFile(join(directory, name), content);
  const { code, out } = await runInProcess([command, name, '--json', '--html', 'page.html'], directory);
  expect(code).toBe(0);
  amiss.length = 0;
  await page.goto(pathToFileURL(join(directory, 'page.html')).href);
  return JSON.parse(out);
}

const drawn = (): Promise<Record<string, { values: (number | null)[][]; painted: boolean }>> =>
  page.evaluate(() =>
    Object.fromEntries(
      [...(window.headroomReport?.plots ?? [])].map(([name, { plot }]) => {
        const { canvas } = plot.ctx;
        const pixels = plot.ctx.getImageData(0, 0, canvas.width, canvas.height).data;
        const values = plot.data.map((each) => [...each] as (number | null)[]);
        return [name, { values, painted: pixels.some((byte) => byte !== 0) }];
      }),
    ),
  );
const withValue = (values: readonly (number | null)[] = []): number[] => values.filter((value) => value !== null);
const beyondPx = (): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

describe('The page of own data, in a browser', () => {
  it('has the measured points of a capacity on its curve, and marks the peak', async () => {
    const found = await open('capacity', ['users,throughput', ...cisco.map((each) => Object.values(each))].join('\n'));
    const { throughput } = await drawn();
    expect(throughput?.painted).toBe(true);
    expect(withValue(throughput?.values[1])).toEqual(cisco.map((point) => point.throughput));
    expect(Math.max(...withValue(throughput?.values[2]))).toBeCloseTo(found.maxRequestsPerSecond, -1);
    expect(await page.locator('.mark').textContent()).toMatch(/^peak of the curve: 36 users \(95 %: \d+ to \d+\)$/);
    expect(await page.locator('.banner').textContent()).toContain('throughput peaks at about 36 users');
    expect(amiss).toEqual([]);
  });

  it('has the improvement of every pair of a verdict, its interval, and both sides', async () => {
    const found = await open('judge', pairsFile({ gain: 0.1 }));
    const { improvements, sides } = await drawn();
    expect([improvements?.painted, sides?.painted]).toEqual([true, true]);
    const [, pairs, mean, high, low] = improvements?.values ?? [];
    expect(withValue(pairs)).toHaveLength(120);
    expect([mean?.[0], high?.[0], low?.[0]]).toEqual([
      found.improvementPercent,
      found.interval.highPercent,
      found.interval.lowPercent,
    ]);
    for (const side of sides?.values.slice(1) ?? []) {
      expect(withValue(side).reduce((sum, count) => sum + count, 0)).toBe(120);
    }
    expect(await page.locator('.banner.good').textContent()).toMatch(/^Keep: /);
    expect(amiss).toEqual([]);
  });

  it('has the anomalies, levels, scores and forecast of a series, in any width and light', async () => {
    const found = await open('series', seriesFile(hourlySeries()));
    for (const look of [
      { widthPx: 1200, colorScheme: 'dark' as const },
      { widthPx: 360, colorScheme: 'light' as const },
    ]) {
      await page.setViewportSize({ width: look.widthPx, height: 800 });
      await page.emulateMedia({ colorScheme: look.colorScheme });
      const { series, scores, forecast } = await drawn();
      expect([series?.painted, scores?.painted, forecast?.painted]).toEqual([true, true, true]);
      const [, values, levels, unusual] = series?.values ?? [];
      expect(values).toEqual(found.points.map(({ value }: { value: number }) => value));
      expect(withValue(unusual)).toEqual(found.anomalies.found.map(({ value }: { value: number }) => value));
      expect(levels?.[0]).toBe(found.changePoints.found[0].before);
      expect(levels?.at(-1)).toBe(found.changePoints.found[0].after);
      expect(scores?.values[1]).toEqual(found.points.map(({ score }: { score: number }) => score));
      expect(withValue(forecast?.values[2])).toHaveLength(found.forecast.points.length);
      expect(await beyondPx()).toBe(0);
    }
    await page.locator('[data-plot="series"] .canvas').focus();
    await page.keyboard.press('Home');
    expect(await page.locator('[data-plot="series"] output').textContent()).toMatch(/^2026-01-01 00:00:00 UTC: value /);
    expect(amiss).toEqual([]);
  });

  it('stays text, whatever the file and its cells are called', async () => {
    const hostile = '<img src=x onerror=alert(1)>';
    const rows = Array.from({ length: 8 }, (_, index) => `"${hostile}${index % 2}",100,${90 + index}`);
    await open('judge', ['worker,a,b', ...rows].join('\n'), `<b>&own.csv`);
    expect(await page.locator('h1').textContent()).toBe('Verdict on <b>&own.csv');
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.locator('script').count()).toBe(2);
    expect((await page.locator('[data-plot="improvements"] .u-label').allTextContents()).join()).toContain(hostile);
    expect(amiss).toEqual([]);
  });
});
