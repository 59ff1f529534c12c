import { expect, it } from 'vitest';
import type { TimedInterval } from '../../../../lib/load/interval-service.ts';
import { failedPercent } from '../../../../lib/optimization/runs/judging/guardrails.ts';
import { comparisonOf } from '../../../../lib/optimization/runs/measuring/comparison.ts';
import { loadCells } from '../../../../lib/optimization/runs/measuring/load-figures.ts';
import { Sketch } from '../../../../lib/statistics/sketch.ts';

const slice = { side: 'after' as const, pair: 0, block: 0, fromMs: 0, toMs: 4_000 };

async function* told(...intervals: Partial<TimedInterval>[]): AsyncGenerator<TimedInterval> {
  for (const each of intervals) {
    yield { shard: 0, from: 1_000, to: 2_000, scenarios: {}, connectionFailures: {}, ...each } as TimedInterval;
  }
}

it('keeps a slice in which nothing was answered, with its errors', async () => {
  const refused = { connectionFailures: { refused: { count: 30, example: 'refused' } } } as Partial<TimedInterval>;
  const cells = await loadCells([slice], told(refused), String);
  expect(cells).toMatchObject([{ requests: 0, failed: 30, unanswered: 30, meanMs: 0, p95Ms: 0 }]);
  expect(failedPercent(cells)).toBe(100);
  expect(comparisonOf([{ slices: [slice], cells }], undefined)).toBeUndefined();
});

it('counts what was not answered among all that was tried', async () => {
  const responseTime = new Sketch();
  for (let answered = 0; answered < 10; answered++) responseTime.record(50_000);
  const scenario = { successful: 5, failed: 15, responseTime };
  const cells = await loadCells([slice], told({ scenarios: { '/': scenario } as never }), String);
  expect(cells).toMatchObject([{ requests: 10, failed: 15, unanswered: 10 }]);
  expect(failedPercent(cells)).toBe(75);
});

it('has no cell of a slice in which nothing was asked', async () => {
  await expect(loadCells([slice], told({}), String)).resolves.toEqual([]);
});
