import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadTest } from '../../../../lib/contracts/load.ts';
import { htmlComparison, htmlReport } from '../../../../lib/load/report/html.ts';
import { markup } from '../../../../lib/pages/markup.ts';
import { clockTime, formats } from '../../../../lib/pages/units.ts';
import { comparisonOf } from '../../../support/load-tests/comparisons.ts';
import {
  basicTest,
  cancelledTest,
  hostileTest,
  limitedTest,
  stressTest,
  unreachableTest,
} from '../../../support/load-tests/fixtures.ts';

const files = { script: 'draw("<&>");', style: 'b > i { color: red }' };
const sha256 = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const embeddedIn = (html: string): unknown =>
  JSON.parse(/<script type="application\/json" id="[a-z-]+">(.*)<\/script>/.exec(html)?.[1] ?? '');
const bannersOf = (html: string): string[] =>
  [...html.matchAll(/<div class="banner \w+" role="note"><strong>(.*?)<\/strong>/g)].map(([, title]) => title ?? '');

describe('A template of HTML', () => {
  it('lets nothing that is put into it become more than text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'<>"\'&;!-/=a \n') }), (text) => {
        const { text: html } = markup`<i title="${text}">${[text, undefined]}</i>`;
        const inside = html.slice('<i title="'.length, -'</i>'.length);
        expect(inside.replace('">', '')).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
      }),
    );
  });

  it('shows what would be unseen, or turn the text around it', () => {
    expect(markup`${'a\u0000b\u202ec\ud800d\n\u200d'}`.text).toBe('a\ufffdb\ufffdc\ufffdd\n\u200d');
  });
});

describe('The page of a load test', () => {
  it('runs its own script, takes its own style, and nothing else, by its policy', () => {
    const html = htmlReport(basicTest(), files);
    const policy = /content-security-policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'");
    expect(policy).toBe(
      `default-src 'none'; script-src ${sha256(files.script)}; style-src ${sha256(files.style)}; img-src data:; base-uri 'none'; form-action 'none'`,
    );
    expect(html).toContain(`<script>${files.script}</script>`);
    expect(html).toContain(`<style>${files.style}</style>`);
    expect(html.replaceAll(/<(script|style)[^>]*>.*?<\/\1>/gs, '')).not.toMatch(/ (style|src|on\w+)=/);
    expect(html).not.toMatch(/https?:/);
  });

  it('holds the test as JSON, the result to the last digit, and nothing that its requests carry', () => {
    const test = basicTest();
    const html = htmlReport(test, files);
    const held = loadTest.parse(embeddedIn(html));
    expect(held.result).toEqual(test.result);
    expect(held.request.scenarios.map(({ name, weight }) => ({ name, weight }))).toEqual(
      test.request.scenarios.map(({ name, weight }) => ({ name, weight })),
    );
    expect(JSON.stringify(test.request)).toMatch(/not-to-be-told.*not to be told/);
    expect(html).not.toMatch(/not.to.be.told/);
    const script = 'config: { secret: 1 }';
    const artillery = {
      ...test,
      kind: 'artillery' as const,
      request: { ...test.request, kind: 'artillery' as const, script },
    };
    expect(htmlReport(artillery, files)).not.toContain('secret');
  });

  it('says exactly, to machines, what it shows rounded', () => {
    const { result } = stressTest();
    const html = htmlReport(stressTest(), files);
    for (const value of [
      result?.breakingPoint,
      result?.capacity?.maxUsers,
      result?.capacity?.kappa,
      result?.performanceMetrics.p95ResponseTimeMs,
      result?.performanceMetrics.serviceTime.p999ResponseTimeMs,
      result?.performanceDegradation?.responseTimeIncreasePercent,
      ...(result?.steps ?? []).map(({ p99ResponseTimeMs }) => p99ResponseTimeMs),
    ]) {
      expect(html).toContain(`<data value="${value}">`);
    }
  });

  it('says at its top what limits the figures, and what failed', () => {
    expect(bannersOf(htmlReport(limitedTest(), files))).toEqual([
      'This machine was the limit. These figures speak of the generator, not of the target.',
      'A part of the load is missing:',
      '1 of 3 thresholds failed:',
    ]);
    expect(bannersOf(htmlReport(cancelledTest(), files))).toEqual(['It was cancelled.']);
    expect(bannersOf(htmlReport(unreachableTest(), files))).toEqual([
      'It was cancelled.',
      'No request was sent.',
      '1 of 1 thresholds failed:',
    ]);
    const running = { ...basicTest(), status: 'running' as const, progressPercent: 45.9, phase: 'basic, 100 users' };
    expect(bannersOf(htmlReport(running, files))).toContain('It is running, 45 % done.');
    const failed = { ...cancelledTest(), status: 'failed' as const, reason: 'interrupted' };
    expect(htmlReport(failed, files)).toContain('<strong>It failed.</strong> interrupted');
  });

  it('has no banner for a check of a script that failed and does not count', () => {
    const test = basicTest();
    if (test.result === undefined) throw new Error('It has a result');
    const thresholds = [{ threshold: 'http.codes.500 == 0', actual: 3, holds: false, advisory: true }];
    const html = htmlReport({ ...test, result: { ...test.result, thresholds } }, files);
    expect(bannersOf(html)).toEqual([]);
    expect(html).toContain('<span class="verdict doubtful">fails, does not count</span>');
  });

  it('shows no value that is none', () => {
    for (const test of [basicTest(), stressTest(), cancelledTest(), unreachableTest(), hostileTest()]) {
      const html = htmlReport(test, files).replaceAll(/<script.*?<\/script>/gs, '');
      expect(html).not.toMatch(/undefined|NaN|Infinity|\[object|\bnull\b/);
    }
  });
});

describe('The page of a comparison', () => {
  it('holds it as JSON, and says who won or why nobody did', () => {
    const won = comparisonOf();
    expect(embeddedIn(htmlComparison(won, files))).toMatchObject({ result: won.result });
    expect(bannersOf(htmlComparison(won, files))).toEqual(['memory 1024 on arm64 is the best:']);
    expect(bannersOf(htmlComparison(comparisonOf({ hasWinner: false }), files))).toEqual(['No winner.']);
    if (won.result === undefined) throw new Error('It has a result');
    const cost = { estimatedUsd: 0.5, actualUsd: 0.4, items: [], note: 'On-demand prices.' };
    expect(htmlComparison({ ...won, result: { ...won.result, cost } }, files)).toContain('What it cost');
    const { result: _, ...begun } = won;
    expect(bannersOf(htmlComparison({ ...begun, status: 'running', progressPercent: 3 }, files))).toEqual([
      'It is running, 3 % done.',
    ]);
  });
});

describe('Values', () => {
  it.each([
    [formats.percent(99.999), '>99.99 %'],
    [formats.percent(0.001), '<0.01 %'],
    [formats.percent(100), '100 %'],
    [formats.ms(0.0123), '0.01 ms'],
    [formats.ms(1234.5), '1,235 ms'],
    [formats.duration(59.5), '59.5 s'],
    [formats.duration(3600), '1 h'],
    [formats.duration(5430), '1 h 30 min 30 s'],
    [formats.users(1), '1 user'],
    [formats.usd(0.000012), '0.000012 USD'],
    [formats.usd(1.5), '1.50 USD'],
    [clockTime(0), '0:00'],
    [clockTime(0.5), '0:00.5'],
    [clockTime(754), '12:34'],
    [clockTime(3661), '1:01:01'],
  ])('are written %s', (written, expected) => expect(written).toBe(expected));
});
