import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coursePlots, dayPlots } from '../../../lib/checks/report/history-plots.ts';
import { pipelinePage } from '../../../lib/checks/report/pipeline-page.ts';
import type { LoadTest } from '../../../lib/contracts/load.ts';
import { htmlComparison, htmlReport } from '../../../lib/load/report/html.ts';
import { junitReport } from '../../../lib/load/report/junit.ts';
import { withoutSecrets } from '../../../lib/load/report/without-secrets.ts';
import { plotsOf } from '../../../lib/pages/load-plots/plots.ts';
import { roundPlots } from '../../../lib/pages/load-plots/rounds.ts';
import type { PageFiles } from '../../../lib/pages/page-files.ts';
import type { Plot } from '../../../lib/pages/plot.ts';
import { startChromium } from '../../support/chromium.ts';
import { comparisonOf } from '../../support/load-tests/comparisons.ts';
import {
  basicTest,
  cancelledTest,
  enduranceTest,
  hostileTest,
  hostileText,
  limitedTest,
  spikeTest,
  stressTest,
  unreachableTest,
} from '../../support/load-tests/fixtures.ts';
import { builtPageFiles } from '../../support/load-tests/page-files.ts';
import { weeksReport } from '../../support/pipeline-report.ts';

let browser: Browser;
let files: PageFiles;
let directory: string;

beforeAll(async () => {
  [browser, files, directory] = await Promise.all([
    startChromium(),
    builtPageFiles(),
    mkdtemp(join(tmpdir(), 'headroom-report-')),
  ]);
});
afterAll(async () => {
  await browser.close();
  await rm(directory, { recursive: true });
});

/** One page for all, which takes time to make. */
let page: Page;
/** What the console said, and what was asked for beside the file. */
let amiss: string[];

beforeAll(async () => {
  page = await browser.newPage();
  page.on('console', (message) => amiss.push(message.text()));
  page.on('pageerror', ({ message }) => amiss.push(message));
  page.on('request', (request) => {
    if (!/^(data:|file:.*\/report\.html$)/.test(request.url())) amiss.push(request.url());
  });
});

type Look = Parameters<Page['emulateMedia']>[0] & { widthPx?: number };

async function open(
  html: string,
  { widthPx = 1200, media = 'screen', colorScheme = 'light' }: Look = {},
): Promise<void> {
  amiss = [];
  const path = join(directory, 'report.html');
  await writeFile(path, html);
  await page.setViewportSize({ width: widthPx, height: 800 });
  await page.emulateMedia({ media: 'screen', colorScheme });
  await page.goto(pathToFileURL(path).href);
  // As it happens: nobody opens a page on paper.
  if (media === 'print') await page.emulateMedia({ media, colorScheme });
}

/** What the canvases were drawn from. */
const drawnIn = (): Promise<{ name: string; data: unknown[]; painted: boolean }[]> =>
  page.evaluate(() =>
    [...(window.headroomReport?.plots ?? [])].map(([name, { plot }]) => {
      const { canvas } = plot.ctx;
      const pixels = plot.ctx.getImageData(0, 0, canvas.width, canvas.height).data;
      return { name, data: plot.data.map((values) => [...values]), painted: pixels.some((byte) => byte !== 0) };
    }),
  );

const expectedOf = (plots: readonly Plot[]) =>
  plots.map(({ name, x, series }) => ({
    name,
    data: [x.values, ...series.map(({ values }) => values)],
    painted: true,
  }));

/** Neither HTML nor XML can say them. */
const withoutControls = (text: string): string => text.replaceAll(/\p{Cc}/gu, '\ufffd');

const tests: Record<string, () => LoadTest> = {
  basic: basicTest,
  stress: stressTest,
  spike: spikeTest,
  endurance: enduranceTest,
  limited: limitedTest,
  cancelled: cancelledTest,
  unreachable: unreachableTest,
  hostile: hostileTest,
};

describe('The page of a load test, in a browser', () => {
  it.each(
    Object.keys(tests),
  )('draws what the JSON says, asks for nothing and complains of nothing: %s', async (kind) => {
    const test = tests[kind]?.() ?? basicTest();
    await open(htmlReport(test, files));
    const drawn = await drawnIn();
    expect(drawn).toEqual(expectedOf(test.result === undefined ? [] : plotsOf(test.result)));
    const data = await page.evaluate(() => window.headroomReport?.data);
    expect(data).toEqual(JSON.parse(JSON.stringify(withoutSecrets(test))));
    expect(await page.locator('[data-plot]').count()).toBe(drawn.length);
    expect(amiss).toEqual([]);
  });

  it('marks the breaking point and the peak of the curve where the JSON has them', async () => {
    const test = stressTest();
    await open(htmlReport(test, files));
    const { breakingPoint, capacity } = test.result ?? {};
    const marks = page.locator('[data-plot="stress-throughput"] .mark');
    expect(await marks.allTextContents()).toEqual([
      `breaking point: ${breakingPoint} users`,
      `peak of the curve: ${Math.round(capacity?.maxUsers ?? 0)} users`,
    ]);
    const places = await page.evaluate(
      (levels) => {
        const plot = window.headroomReport?.plots.get('stress-throughput')?.plot;
        const lines = [...(plot?.over.querySelectorAll<HTMLElement>('.mark') ?? [])];
        return lines.map(
          (line, index) => Number.parseFloat(line.style.left) - (plot?.valToPos(levels[index] ?? 0, 'x') ?? 0),
        );
      },
      [breakingPoint ?? 0, capacity?.maxUsers ?? 0],
    );
    expect(places.map(Math.abs).every((distancePx) => distancePx < 0.01)).toBe(true);
  });

  it('stays text, whatever a target or a scenario puts into it', async () => {
    const test = hostileTest();
    await open(htmlReport(test, files));
    expect(await page.title()).toBe('Load test of shop');
    expect(await page.locator('script').count()).toBe(2);
    expect(await page.locator('img').count()).toBe(0);
    const shown = withoutControls(hostileText).replaceAll('\u202e', '\ufffd');
    for (const id of ['thresholds', 'recommendations', 'scenarios', 'errors', 'generator', 'cost']) {
      expect(await page.locator(`section[aria-labelledby="${id}"]`).textContent()).toContain(shown);
    }
  });

  it('is read by keys, and its values as a table', async () => {
    const test = basicTest();
    await open(htmlReport(test, files));
    const plot = page.locator('[data-plot="throughput"]');
    await plot.locator('.canvas').focus();
    for (const key of ['End', 'ArrowLeft']) await page.keyboard.press(key);
    const point = test.result?.timeline.at(-2);
    expect(await plot.locator('output').textContent()).toMatch(
      new RegExp(`^1:08: requests ${point?.requestsPerSecond}/s, failed ${point?.failedRequests}/s$`),
    );
    expect(await plot.locator('.u-value').allTextContents()).toEqual(['1:08', `${point?.requestsPerSecond}/s`, '0/s']);
    await plot.locator('summary').click();
    await plot.locator('details tbody tr').first().waitFor();
    expect(await plot.locator('details tbody tr').count()).toBe(test.result?.timeline.length);
  });

  it.each([
    { name: 'dark', look: { colorScheme: 'dark' as const } },
    { name: 'on a phone', look: { widthPx: 360 } },
    { name: 'dark, and then printed', look: { colorScheme: 'dark' as const, media: 'print' as const, widthPx: 700 } },
  ])('fits its place, and is dark on dark screens only: $name', async ({ name, look }) => {
    await open(htmlReport(stressTest(), files), look);
    const seen = await page.evaluate(() => ({
      beyondPx: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      ink: getComputedStyle(document.body).color,
      plotsPx: [...document.querySelectorAll('.uplot')].map(
        (plot) => plot.getBoundingClientRect().width - (plot.parentElement?.clientWidth ?? 0),
      ),
    }));
    expect(seen.beyondPx).toBe(0);
    expect(seen.plotsPx.every((beyond) => beyond <= 0)).toBe(true);
    const [red = 0] = /\d+/.exec(seen.ink)?.map(Number) ?? [];
    expect(red > 128).toBe(name === 'dark');
  });
});

it('The page of a run of the pipeline draws the course of its days, what stands out in it, and its load test', async () => {
  const report = weeksReport();
  const { result: loadTest } = basicTest();
  if (loadTest === undefined) throw new Error('The test has no result');
  await open(pipelinePage({ report, loadTest }, await builtPageFiles('checks-api')));
  const places = page.locator('[data-plot]');
  const names = await places.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.plot));
  expect(names).toEqual([
    'throughput',
    'response-times',
    'course-avgResponseTimeMs',
    'course-requestsPerSecond',
    'days',
  ]);
  const expected = [...coursePlots(report), ...dayPlots(report), ...plotsOf(loadTest)];
  expect(await drawnIn()).toEqual(expectedOf(expected.filter(({ name }) => names.includes(name))));
  const [responseTimes] = coursePlots(report);
  const unusual = responseTimes?.series.find(({ label }) => label === 'anomaly')?.values;
  expect(unusual?.flatMap((value, hour) => (value === null ? [] : [[hour, value]]))).toEqual([[50, 900]]);
  expect(await page.locator('[data-plot="course-avgResponseTimeMs"] .mark').allTextContents()).toEqual(['+60 %']);
  expect(amiss).toEqual([]);
});

describe('The page of a comparison, in a browser', () => {
  it.each([
    true,
    false,
  ])('draws its rounds and names the winner or why there is none (there is one: %s)', async (hasWinner) => {
    const comparison = comparisonOf({ hasWinner });
    const { result } = comparison;
    if (result === undefined) throw new Error('the comparison has a result');
    await open(htmlComparison(comparison, files));
    expect(await drawnIn()).toEqual(expectedOf(roundPlots(result)));
    const banner = await page.locator('.banner').first().textContent();
    expect(banner).toContain(
      hasWinner ? 'memory 1024 on arm64 is the best: its mean response time is 16.3 %' : result.noWinner,
    );
    const slices = Object.values(result.results).flatMap(({ slices: all }) => all);
    expect(await page.locator('.strip circle').count()).toBe(slices.length);
    expect(amiss).toEqual([]);
  });
});

interface Parsed {
  fault: string | undefined;
  suites: Record<string, string>;
  properties: Record<string, string>;
  cases: { name: string; failure: string | undefined; message: string | undefined; skipped: string | undefined }[];
}

/** As the browser's XML parser reads it, which forgives nothing. */
async function parsed(xml: string): Promise<Parsed> {
  return page.evaluate((text) => {
    const read = new DOMParser().parseFromString(text, 'application/xml');
    const attribute = (element: Element | null, name: string) => element?.getAttribute(name) ?? undefined;
    return {
      fault: read.querySelector('parsererror')?.textContent ?? undefined,
      suites: Object.fromEntries(
        [...(read.querySelector('testsuite')?.attributes ?? [])].map(({ name, value }) => [name, value]),
      ),
      properties: Object.fromEntries(
        [...read.querySelectorAll('property')].map((each) => [attribute(each, 'name'), attribute(each, 'value')]),
      ),
      cases: [...read.querySelectorAll('testcase')].map((each) => ({
        name: attribute(each, 'name') ?? '',
        failure: each.querySelector('failure')?.textContent ?? undefined,
        message: attribute(each.querySelector('failure'), 'message'),
        skipped: attribute(each.querySelector('skipped'), 'message'),
      })),
    };
  }, xml);
}

describe('The JUnit XML of a load test, as an XML parser reads it', () => {
  it('has a case for each threshold, with the actual value where it failed', async () => {
    const test = basicTest();
    const { fault, suites, properties, cases } = await parsed(junitReport(test));
    expect(fault).toBeUndefined();
    expect(suites).toMatchObject({
      tests: '5',
      failures: '1',
      errors: '0',
      skipped: '0',
      timestamp: '2026-01-31T02:00:00',
    });
    const passed = { failure: undefined, message: undefined, skipped: undefined };
    expect(cases).toEqual([
      { name: 'the test completed', ...passed },
      { name: 'the load generator kept up', ...passed },
      { name: 'p95<200', ...passed },
      { name: 'errors<0.1', failure: 'It was 0.56 (0.561).', message: 'It was 0.56 (0.561).', skipped: undefined },
      { name: 'rps>50', ...passed },
    ]);
    const { p95ResponseTimeMs, requestsPerSecond } = test.result?.performanceMetrics ?? {};
    expect(Number(properties.p95ResponseTimeMs)).toBe(p95ResponseTimeMs);
    expect(Number(properties.requestsPerSecond)).toBe(requestsPerSecond);
    expect(Number(properties.totalRequests)).toBe(test.result?.totalRequests);
  });

  it('fails what did not complete, and where a worker was lost; a generator that was the limit fails no build', async () => {
    const limited = await parsed(junitReport(limitedTest()));
    expect(limited.cases[1]?.failure).toMatch(/This machine was the limit; CPU .*; worker 1 was lost \(died\)\.$/);
    const { result, ...rest } = limitedTest();
    if (result === undefined) throw new Error('it has a result');
    const whole = { ...rest, result: { ...result, generator: { ...result.generator, lostShards: [] } } };
    const { cases: unfailed } = await parsed(junitReport(whole));
    expect(unfailed[1]).toMatchObject({
      failure: undefined,
      skipped: expect.stringMatching(/^This machine was the limit/),
    });
    const unreachable = await parsed(junitReport(unreachableTest()));
    expect(unreachable.cases.map(({ failure }) => failure)).toEqual([
      'The test is cancelled: 17 % of it was run.',
      undefined,
      'Nothing was measured.',
    ]);
    const { request, ...cancelled } = cancelledTest();
    const nothing = await parsed(junitReport({ ...cancelled, request: { ...request, thresholds: ['p95<9'] } }));
    expect(nothing.suites).toMatchObject({ tests: '3', failures: '1', skipped: '2' });
    expect(nothing.cases[2]?.skipped).toBe('It was not judged: the test is cancelled.');
  });

  it('is well-formed, whatever stands in it', async () => {
    const { fault, cases } = await parsed(junitReport(hostileTest()));
    expect(fault).toBeUndefined();
    const shown = withoutControls(hostileText);
    expect(cases[1]?.failure ?? cases[1]?.skipped).toContain(shown);
    expect(cases[2]?.name).toBe(shown);
    const odd = 'a\tb\nc\rd\ud800\ufffe';
    const test = basicTest({ thresholds: [{ threshold: odd, holds: true }] });
    expect((await parsed(junitReport(test))).cases[2]?.name).toBe('a\tb\nc\rd\ufffd\ufffd');
  });
});
