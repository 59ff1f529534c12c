import { beforeEach, describe, expect, it } from 'vitest';
import type { StoredPipeline } from '../../../lib/checks/model.ts';
import { resolved } from '../../../lib/checks/pipeline/presets.ts';
import { pipelineSteps, type StepServices } from '../../../lib/checks/pipeline/steps.ts';
import { isTested, verdictOf } from '../../../lib/checks/pipeline/verdict.ts';
import type { Breach } from '../../../lib/contracts/checks.ts';
import type { PipelineFindings, PipelineStep } from '../../../lib/contracts/pipelines.ts';
import type { PipelineSettings } from '../../../lib/contracts/schedules.ts';
import { DomainError } from '../../../lib/platform/errors.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const now = Date.parse('2026-01-31T02:00:00.000Z');
const clock = () => now;
const id = '01JD2V8Q6Y0000000000000000';

const runOf = (
  findings: PipelineFindings,
  settings: PipelineSettings = {},
  changes: Partial<StoredPipeline> = {},
): StoredPipeline => ({
  kind: 'pipeline',
  checkId: id,
  project: 'shop',
  pipeline: 'daily',
  status: 'running',
  turn: 1,
  settings: resolved('daily', settings),
  steps: [],
  findings,
  breaches: [],
  testId: id,
  analysisId: id,
  createdAt: '2026-01-31T02:00:00.000Z',
  deadlineMs: now + 1e6,
  ...changes,
});

const stressWith = (thresholds: string[]) => {
  const { loadTest, ...others } = resolved('weekly', {});
  return { ...others, loadTest: { ...loadTest, thresholds } };
};

/** What the ports were asked. */
let asked: unknown[];
beforeEach(() => {
  asked = [];
});

/** The steps, over ports that a test says; any other port would fail the test. */
const over = (services: Record<string, object>) =>
  pipelineSteps({ clock, table: new MemoryTable(clock, () => {}).asTable() }, services as unknown as StepServices);

describe('the step of optimizing', () => {
  const optimizing = (autoOptimization: boolean, run: object = {}) =>
    over({
      projects: { require: async () => ({ autoOptimization }) },
      runs: {
        start: async (...given: unknown[]) => {
          asked.push(given);
          return { runId: id };
        },
        get: async () => ({ status: 'planned', dryRun: true, plannedOptimizations: [{}, {}], steps: [], ...run }),
      },
    }).optimization;

  it.each([
    [79, 'running'],
    [80, 'skipped'],
    [undefined, 'skipped'],
  ])('is taken below the bound of 80: %s is %s', async (performanceScore, status) => {
    const found = performanceScore === undefined ? {} : { performanceScore };
    expect((await optimizing(false)(runOf(found))).status).toBe(status);
  });

  it.each([
    [true, false],
    [false, true],
  ])('with autoOptimization %s it asks for a dry run: %s', async (auto, dryRun) => {
    const outcome = await optimizing(auto)(runOf({ performanceScore: 50 }));
    expect(outcome.findings).toEqual({ optimizationRunId: id });
    const by = { keyId: 'schedule', name: 'pipeline daily' };
    expect(asked).toEqual([['shop', expect.objectContaining({ dryRun, approve: 'auto' }), by, `pipeline ${id}`]]);
  });

  it.each([
    [{}, 'completed', '2 planned, none applied'],
    [{ status: 'running', dryRun: false }, 'running', undefined],
    [{ status: 'completed', dryRun: false, steps: [{ status: 'kept' }] }, 'completed', '1 of 2 kept'],
    [{ status: 'failed', reason: 'It broke.' }, 'failed', 'It broke.'],
  ])('waits for the end of its run: %o is %s', async (run, status, detail) => {
    const outcome = await optimizing(true, run)(runOf({ performanceScore: 50, optimizationRunId: id }));
    expect([outcome.status, outcome.detail]).toEqual([status, detail]);
    expect(asked).toEqual([]);
  });

  it('is left out while changes are frozen, and says so', async () => {
    const { optimization } = over({
      projects: { require: async () => ({ autoOptimization: true }) },
      runs: { start: () => Promise.reject(new DomainError('conflict', 'Changes are frozen.')) },
    });
    expect(await optimization(runOf({ performanceScore: 1 }))).toEqual({
      status: 'skipped',
      detail: 'Changes are frozen.',
    });
  });
});

describe('the step of maintaining caches', () => {
  it.each([
    [69.9, 2, 'completed'],
    [69.9, 0, 'skipped'],
    [70, 2, 'skipped'],
    [undefined, 2, 'skipped'],
  ])('with a hit rate of %s and %d caches it is %s', async (rate, caches, status) => {
    const steps = over({ namespaces: { sweepSoon: async () => caches } });
    const found = rate === undefined ? {} : { cacheHitRatePercent: rate };
    expect((await steps['cache-maintenance'](runOf(found))).status).toBe(status);
  });
});

describe('the step of the load test', () => {
  const tested = (result: object, kind: 'basic' | 'stress' = 'basic') => {
    const steps = over({
      alerts: { takeAnswers: async (...given: unknown[]) => void asked.push(given) },
      loadTests: {
        progress: async () => ({ endedAt: '2026-01-31T02:01:00.000Z' }),
        get: async () => ({ status: 'completed', result }),
      },
    });
    const settings = resolved(kind === 'basic' ? 'daily' : 'weekly', {});
    return steps['load-test'](runOf({ testId: id }, {}, { settings }));
  };
  const result = (p95ResponseTimeMs: number, successRatePercent: number | undefined) => ({
    totalRequests: 10,
    performanceMetrics: { p95ResponseTimeMs },
    successRatePercent,
    generator: { lostShards: [] },
  });

  it.each([
    [1000, 95, []],
    [1001, 95, ['maxP95ResponseTimeMs']],
    [1000, 94, ['minSuccessRatePercent']],
    [1001, undefined, ['maxP95ResponseTimeMs', 'minSuccessRatePercent']],
  ])('holds a p95 of %d ms and a success rate of %s against the limits', async (p95, rate, broken) => {
    expect((await tested(result(p95, rate))).breaches?.map(({ limit }) => limit)).toEqual(broken);
  });

  it('notes what an alert of a later run shows of it', async () => {
    expect((await tested(result(120, 99))).findings).toEqual({ p95ResponseTimeMs: 120, successRatePercent: 99 });
  });

  it('tells the alerts of its answers, or that there were none', async () => {
    const found = result(10, 100);
    await tested(found);
    expect(asked).toEqual([['shop', id, found, now]]);
  });

  it('holds a stress test, which goes on until the service breaks, against none', async () => {
    expect((await tested(result(9000, 10), 'stress')).breaches).toEqual([]);
  });

  it.each([
    'basic',
    'stress',
  ] as const)('breaks a %s test by shards that were lost, and by its own thresholds', async (kind) => {
    const broken = { generator: { lostShards: [{}] }, thresholds: [{ threshold: 'p95<9', actual: 10, holds: false }] };
    expect((await tested({ ...result(10, 100), ...broken }, kind)).breaches).toEqual([
      { limit: 'lostShards', expected: 0, actual: 1 },
      { limit: 'failed thresholds: p95<9', expected: 0, actual: 1 },
    ]);
  });
});

describe('the verdict, and the alert by it', () => {
  const step = (name: PipelineStep['name'], status: PipelineStep['status']): PipelineStep => ({ name, status });
  const breach: Breach = { limit: 'maxP95ResponseTimeMs', expected: 1000, actual: 2000 };

  it.each([
    ['passed', [step('load-test', 'completed')], [], ['passed']],
    ['passed', [step('analysis', 'completed')], [], []],
    ['failed', [step('analysis', 'failed')], [], ['failed']],
    ['breached', [step('load-test', 'completed'), step('analysis', 'failed')], [breach], ['breached']],
  ])('is %s, and tells the alerts where something was tested or is amiss', async (status, steps, breaches, told) => {
    const run = runOf({}, {}, { steps, breaches });
    expect(verdictOf(run).status).toBe(status);
    const { alerts } = over({ alerts: { takeCheck: async (check: StoredPipeline) => void asked.push(check.status) } });
    await alerts(run);
    expect(asked).toEqual(told);
  });

  it.each([
    ['usual', resolved('daily', {}), true],
    ['stress', resolved('weekly', {}), false],
    ['stress with thresholds', stressWith(['p95<100']), true],
  ])('counts a %s test as one: %s', (_, settings, isOne) => {
    expect(isTested(runOf({}, {}, { settings, steps: [step('load-test', 'completed')] }))).toBe(isOne);
    expect(isTested(runOf({}, {}, { settings, steps: [step('load-test', 'failed')] }))).toBe(false);
  });
});
