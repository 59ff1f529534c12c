import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ms, percentage } from '../../lib/cli/figures.ts';
import { shortened, unbroken, wrapped } from '../../lib/cli/fit.ts';
import { milliseconds, seconds, wholeNumber } from '../../lib/cli/options.ts';
import { projectNameOf, scenarioOf } from '../../lib/cli/target-project.ts';
import { textTable } from '../../lib/cli/text-table.ts';
import { parseThreshold, verdictsOf } from '../../lib/cli/thresholds.ts';
import { decimal } from '../../lib/contracts/figures.ts';
import type { LoadTestResult } from '../../lib/contracts/load-result.ts';
import { scenario } from '../../lib/contracts/load-scenario.ts';
import { projectName } from '../../lib/contracts/names.ts';
import { scenarioNameOf } from '../../lib/contracts/scenario-name.ts';
import { measuredResult } from '../support/measured-result.ts';

const result: LoadTestResult = {
  ...measuredResult,
  totalRequests: 90,
  failedRequests: 9,
  connectionFailures: 10,
  performanceMetrics: { ...measuredResult.performanceMetrics, p95ResponseTimeMs: 200 },
};

describe('A threshold', () => {
  it.each([
    ['p95<200', false, 200],
    ['p95<=200', true, 200],
    ['p95 < 200.5 ms', true, 200],
    ['p95>199', true, 200],
    ['rps>=10', true, 10],
    ['rps>10', false, 10],
    ['errors<19', false, 19],
    ['errors<=19%', true, 19],
  ])('%s: holds %s', (text, holds, actual) => {
    expect(verdictsOf(result, [parseThreshold(text)])).toEqual([{ threshold: text, actual, holds }]);
  });

  it('does not hold where nothing was measured', () => {
    expect(verdictsOf(result, [parseThreshold('p99<1000000')])).toEqual([{ threshold: 'p99<1000000', holds: false }]);
  });

  it('is as the platform has judged it, where it has', () => {
    const thresholds = [{ threshold: 'p95<200', actual: 300, holds: false }];
    expect(verdictsOf({ ...result, thresholds }, ['p95<200'])).toEqual(thresholds);
  });

  it.each(['p95', 'p95<', 'p96<1', '<200', 'p95=200', 'p95<-1', 'p95<1e3', 'errors<1%%'])('%j is none', (text) => {
    expect(() => parseThreshold(text)).toThrow('must read like');
  });
});

describe('Options', () => {
  it.each([
    ['30', 30],
    ['30s', 30],
    ['500ms', 0.5],
    ['2m', 120],
    ['1h', 3600],
    ['1d', 86_400],
  ])('reads the duration %s', (text, expected) => expect(seconds(text)).toBe(expected));

  it('counts a bare number in milliseconds where that is usual', () => expect(milliseconds('250')).toBe(250));

  it.each(['', '-1', '1w', 's', '1 s', 'Infinity'])('%j is no duration', (text) =>
    expect(() => seconds(text)).toThrow('duration'));

  it.each(['', ' ', '1.5', '0x', '-1', '11', '1e99'])('%j is no whole number from 0 to 10', (text) =>
    expect(() => wholeNumber(0, 10)(text)).toThrow('whole number'));
});

describe('A target', () => {
  it.each([
    ['http://127.0.0.1:3000/', '127-0-0-1-3000'],
    ['http://[::1]:3000/', 'ipv6---1--3000'],
    ['http://[::1]/', 'ipv6---1'],
    ['http://localhost/', 'localhost'],
    ['http://localhost:3000/', 'localhost-3000'],
    ['http://localhost:3001/', 'localhost-3001'],
    ['https://shop.example.com/a', 'shop-example-com'],
  ])('%s gets the project %s', (url, name) => expect(projectNameOf(new URL(url))).toBe(name));

  it('always gets a valid project and a valid scenario', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        const target = new URL(url);
        expect(projectName.safeParse(projectNameOf(target)).success).toBe(true);
        expect(scenario.safeParse(scenarioOf(target)).success).toBe(true);
      }),
    );
  });

  it('is named without its query', () => expect(scenarioNameOf({ method: 'GET', path: '/a?b=1' })).toBe('GET /a'));
});

describe('Figures', () => {
  it('never round a failure away', () => {
    expect(percentage(99.9999)).toBe('>99.99 %');
    expect(percentage(0.0001)).toBe('<0.01 %');
    expect(percentage(100)).toBe('100 %');
    expect(percentage(undefined)).toBe('-');
  });

  it('keep three digits', () => {
    expect([0.0042, 0.123, 1.234, 12.34, 1234.5].map(decimal)).toEqual(['0.004', '0.12', '1.23', '12.3', '1,235']);
    expect(ms(undefined)).toBe('-');
  });

  it('stand under each other, whatever their colour', () => {
    const rows = [
      ['\u001b[31ma\u001b[39m', '1'],
      ['bbb', '1000'],
    ];
    expect(textTable(['left', 'right'], rows)).toEqual(['  \u001b[31ma\u001b[39m       1', '  bbb  1000']);
  });
});

describe('Text that is fitted', () => {
  it('is broken between words, loses none, and is no wider than it may be', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 16, max: 60 }), (text, width) => {
        const lines = wrapped(text.join(' '), width, '  ', '    ');
        expect(lines.join(' ').split(/\s+/).filter(Boolean)).toEqual(text);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('keeps whole what belongs together', () => {
    expect(wrapped(`a ${unbroken('p95 2 ms')} b`, 8)).toEqual(['a', 'p95 2 ms', 'b']);
    expect(wrapped('see http://127.0.0.1:4040/docs now', 10)).toEqual(['see', 'http://127.0.0.1:4040/docs', 'now']);
  });

  it('ends in an ellipsis where it was cut', () => {
    expect(shortened('SELECT a,\n  b FROM c', 20)).toBe('SELECT a, b FROM c');
    expect(shortened('SELECT a,\n  b FROM c', 10)).toBe('SELECT a,…');
  });

  it('leaves out columns of a table, and cuts one, until it fits', () => {
    const rows = [['GET /products/of/a/long/name', '1,000', '20', '30']];
    const columns = ['left', 'right', 'right', 'right'] as const;
    const fit = { drop: [1], shorten: 0 };
    expect(textTable(columns, rows, { width: 80, ...fit })).toEqual(['  GET /products/of/a/long/name  1,000  20  30']);
    expect(textTable(columns, rows, { width: 40, ...fit })).toEqual(['  GET /products/of/a/long/name  20  30']);
    expect(textTable(columns, rows, { width: 24, ...fit })).toEqual(['  GET /products…  20  30']);
  });
});
