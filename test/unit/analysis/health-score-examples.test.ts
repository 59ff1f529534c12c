import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../lib/analysis/analyse.ts';
import { thresholdsInForce } from '../../../lib/contracts/thresholds.ts';
import {
  aggregateOf,
  endpointWindow,
  noon,
  queryWindow,
  resourceWindow,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';

interface Example {
  responseTimeMs?: number;
  errorPercent?: number;
  memoryMb?: number;
  queryMs?: number;
  hitRatePercent?: number;
}

const examples: Example[] = [
  { responseTimeMs: 100, errorPercent: 0, memoryMb: 80, queryMs: 5, hitRatePercent: 95 },
  { responseTimeMs: 500, errorPercent: 5, memoryMb: 200, queryMs: 50, hitRatePercent: 70 },
  { responseTimeMs: 400, errorPercent: 1, memoryMb: 150, queryMs: 30, hitRatePercent: 85 },
  { responseTimeMs: 1000, errorPercent: 0, memoryMb: 100, queryMs: 100, hitRatePercent: 40 },
  { responseTimeMs: 1500, errorPercent: 15, memoryMb: 600, queryMs: 150, hitRatePercent: 10 },
  { responseTimeMs: 300, errorPercent: 2 },
  { memoryMb: 180 },
];

const lookups = 1000;

function scored({ responseTimeMs, errorPercent = 0, memoryMb, queryMs, hitRatePercent }: Example) {
  const labels = { namespace: 'shop' };
  const window = telemetryWindow({
    endpoints:
      responseTimeMs === undefined ? [] : [endpointWindow('GET /', { ms: responseTimeMs, failed: errorPercent })],
    queries: queryMs === undefined ? [] : [queryWindow('SELECT 1', { ms: queryMs })],
    ...(memoryMb === undefined ? {} : { resources: resourceWindow({ rssMb: memoryMb, memoryLimitMb: 4000 }) }),
    metrics:
      hitRatePercent === undefined
        ? []
        : [
            { kind: 'counter', name: 'headroom_cache_hits_total', value: (lookups * hitRatePercent) / 100, labels },
            {
              kind: 'counter',
              name: 'headroom_cache_misses_total',
              value: (lookups * (100 - hitRatePercent)) / 100,
              labels,
            },
          ],
  });
  return analyse(aggregateOf([window]), thresholdsInForce({ preset: 'production' }), { from: 0, to: noon });
}

const cell = (value: number | undefined, unit: string): string => (value === undefined ? '' : `${value} ${unit}`);

const row = (example: Example): string => {
  const { responseTimeMs, errorPercent, memoryMb, queryMs, hitRatePercent } = example;
  const { performanceScore, band, coverage } = scored(example);
  const cells = [
    cell(responseTimeMs, 'ms'),
    cell(errorPercent, '%'),
    cell(memoryMb, 'MB'),
    cell(queryMs, 'ms'),
    cell(hitRatePercent, '%'),
    performanceScore,
    band,
    `${coverage} %`,
  ];
  return `| ${cells.join(' | ')} |`;
};

describe('the examples of the documentation', () => {
  it('are what the score comes to', () => {
    const page = readFileSync(new URL('../../../docs/analysis.md', import.meta.url), 'utf8');
    const [, table = ''] = /<!-- health scores: begin -->\n(.*?)<!-- health scores: end -->/s.exec(page) ?? [];
    expect(table.trim().split('\n').slice(2)).toEqual(examples.map(row));
  });

  it('are 100 at rest, and 0 where all five are at their worst', () => {
    expect(scored(examples[0] ?? {})).toMatchObject({ performanceScore: 100, coverage: 100 });
    expect(scored(examples[4] ?? {})).toMatchObject({ performanceScore: 0, coverage: 100 });
  });

  it.each<[name: keyof Example, worse: number[]]>([
    ['responseTimeMs', [100, 251, 400, 500, 700, 1400, 1600]],
    ['errorPercent', [0, 3, 5, 8, 14, 20]],
    ['memoryMb', [50, 120, 200, 300, 700]],
    ['queryMs', [5, 30, 50, 90, 160]],
    ['hitRatePercent', [100, 80, 70, 50, 20, 5]],
  ])('never rises with a worse %s', (name, values) => {
    const scores = values.map((value) => scored({ ...examples[0], [name]: value }).performanceScore ?? Number.NaN);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(scores.at(-1)).toBeLessThan(scores[0] ?? 0);
  });
});
