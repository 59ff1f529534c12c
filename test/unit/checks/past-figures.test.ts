import { beforeEach, describe, expect, it } from 'vitest';
import { checkItem, type StoredCheck, type StoredPipeline, type StoredRun } from '../../../lib/checks/model.ts';
import { PastFigures, windowOf } from '../../../lib/checks/past-figures.ts';
import { resolved } from '../../../lib/checks/pipeline/presets.ts';
import { checkRequest } from '../../../lib/contracts/checks.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { burningBudget, missedBudget } from '../../support/budgets.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const dayMs = 86_400_000;
const first = Date.parse('2026-01-01T02:00:00.000Z');
const dayAt = (day: number): string => new Date(first + day * dayMs).toISOString();

let memory: MemoryTable;
beforeEach(() => {
  memory = new MemoryTable(
    () => first,
    () => {},
  );
});

const base = (day: number) => ({
  checkId: `01JD2V8Q6Y00000000000000${String(day).padStart(2, '0')}`,
  project: 'shop',
  turn: 1,
  testId: '01JD2V8Q6Y0000000000000000',
  analysisId: '01JD2V8Q6Y0000000000000000',
  createdAt: dayAt(day),
  deadlineMs: first,
  steps: [],
  breaches: [],
});
const pipeline = (day: number, findings: object, more: Partial<StoredPipeline> = {}): StoredPipeline => ({
  ...base(day),
  kind: 'pipeline',
  pipeline: 'daily',
  status: 'passed',
  settings: resolved('daily', {}),
  findings,
  ...more,
});
const check = (day: number, more: Partial<StoredCheck>): StoredCheck => ({
  ...base(day),
  kind: 'check',
  status: 'passed',
  request: checkRequest.parse({}) as StoredCheck['request'],
  ...more,
});
async function figureOf(...runs: StoredRun[]) {
  for (const run of runs) await memory.create(checkItem, keys.check('shop', run.checkId), run);
  return new PastFigures(memory.asTable()).of(runs.at(-1) as StoredRun);
}
const late = { limit: 'maxP95ResponseTimeMs', expected: 100, actual: 240 };

describe('what an alert of a check shows', () => {
  it('is how the figure whose limit broke went in the runs of the same schedule', async () => {
    const nightly = { scheduleId: 'nightly', scheduledFor: dayAt(0), missed: 0 };
    const found = await figureOf(
      pipeline(1, { p95ResponseTimeMs: 1 }),
      check(2, { performanceScore: 9 }),
      ...[3, 4, 6].map((day) => pipeline(day, { p95ResponseTimeMs: 10 * day }, { scheduledBy: nightly })),
      pipeline(7, { p95ResponseTimeMs: 240, performanceScore: 80 }, { scheduledBy: nightly, breaches: [late] }),
    );
    expect(found).toEqual({
      value: 240,
      threshold: 100,
      unit: 'ms',
      window: { metric: 'p95ResponseTimeMs', from: dayAt(3), stepSeconds: 86_400, values: [30, 40, null, 60, 240] },
    });
  });

  it.each([
    ['a score', 'minScore', { metric: 'performanceScore', values: [50, 60] }],
    ['an objective', missedBudget.description, { metric: missedBudget.metric, values: [null, missedBudget.value] }],
    ['a budget', `burn rate: ${burningBudget.description}`, { metric: 'burnRate', values: [null, 20] }],
    ['lost shards the score, since these are', 'lostShards', { metric: 'performanceScore', values: [50, 60] }],
  ])('is of %s where that broke', async (_, limit, window) => {
    const breaches = [{ limit, expected: 1, actual: 2 }];
    const objectives = [missedBudget, burningBudget];
    const found = await figureOf(
      check(1, { performanceScore: 50 }),
      check(2, { performanceScore: 60, breaches, objectives }),
    );
    expect(found.window).toMatchObject(window);
    expect(found.value).toBe(limit === 'lostShards' ? undefined : 2);
  });

  it('is what there was before, of one that could not be carried out, and nothing of one that passed', async () => {
    const steps = [{ name: 'load-test', status: 'failed' } as const];
    const failed = await figureOf(pipeline(1, { p95ResponseTimeMs: 10 }), pipeline(2, {}, { steps }));
    expect(failed).toMatchObject({ unit: 'ms', window: { values: [10, null] } });
    expect(await figureOf(pipeline(3, { p95ResponseTimeMs: 10 }))).toEqual({});
  });
});

it('Runs that do not come in even steps have the usual one, and none that is much older', () => {
  const hourMs = 3_600_000;
  const hours = [0, 7000, 7001, 7001.1, 7002, 7003];
  expect(
    windowOf(
      'm',
      hours.map((hour) => ({ at: first + hour * hourMs, value: hour })),
    ),
  ).toEqual({
    metric: 'm',
    from: new Date(first + 7000 * hourMs).toISOString(),
    stepSeconds: 3600,
    values: [7000, 7001.1, 7002, 7003],
  });
  expect(windowOf('m', [{ at: first, value: 1 }])).toMatchObject({ stepSeconds: 60, values: [1] });
});
