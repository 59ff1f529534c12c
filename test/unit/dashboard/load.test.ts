import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadKind, loadTestRequest } from '../../../lib/contracts/load.ts';
import type { LoadTestResult } from '../../../lib/contracts/load-result.ts';
import { changePercent, comparedFigures } from '../../../lib/dashboard/load/compare/compared-figures.ts';
import { overlaidPlot } from '../../../lib/dashboard/load/compare/overlaid-histograms.ts';
import { noiseOf } from '../../../lib/dashboard/load/compare/run-noise.ts';
import { bodyOf, type Draft, draftOf, emptyDraft, methods } from '../../../lib/dashboard/load/new-test/draft.ts';
import { levelFieldsOf } from '../../../lib/dashboard/load/new-test/level-fields.ts';

const rows = fc.array(
  fc.record({
    method: fc.constantFrom(...methods),
    path: fc.webPath({ size: 'small' }).map((path) => (path.startsWith('/') ? path : `/${path}`)),
    weight: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 5 },
);
const drafts: fc.Arbitrary<Draft> = fc.record({
  kind: fc.constantFrom(...loadKind.options),
  model: fc.constantFrom('users', 'rate'),
  levels: fc.record(
    { users: fc.integer({ min: 1, max: 50 }), durationSeconds: fc.integer({ min: 1, max: 90 }) },
    { requiredKeys: [] },
  ),
  rows,
  thresholds: fc.constantFrom('', 'p95<200', ' p95<200 \n\n errors<=1 '),
  script: fc.constant('config: {}'),
});

describe('The form of a load test', () => {
  it('asks for nothing that the API would not take, whatever the kind', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        // Half of a pair is the reader's to mend: the form says so beside the field.
        const { error } = loadTestRequest.safeParse(bodyOf(draft));
        expect(error?.issues ?? []).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('leaves out what the kind, or the model, has no use for', () => {
    const levels = { users: 5, arrivalRate: 7, stepSeconds: 3, durationSeconds: 8 };
    expect(bodyOf({ ...emptyDraft, levels })).toMatchObject({ kind: 'basic', users: 5, durationSeconds: 8 });
    expect(bodyOf({ ...emptyDraft, levels })).not.toHaveProperty('arrivalRate');
    expect(bodyOf({ ...emptyDraft, levels, model: 'rate' })).not.toHaveProperty('users');
    expect(bodyOf({ ...emptyDraft, levels, kind: 'stress' })).toEqual({
      kind: 'stress',
      stepSeconds: 3,
      scenarios: [{ name: 'GET /', method: 'GET', path: '/', weight: 1 }],
    });
  });

  it('has a field for every number of a test that there is, and gives it back', () => {
    const request = loadTestRequest.parse({ kind: 'spike', users: 3, spikeUsers: 9, thinkTimeMs: 20 });
    const draft = draftOf(request);
    expect(draft).toMatchObject({
      kind: 'spike',
      model: 'users',
      levels: { users: 3, spikeUsers: 9, thinkTimeMs: 20 },
    });
    expect(loadTestRequest.parse(bodyOf(draft as Draft))).toEqual(request);
    expect(draftOf(loadTestRequest.parse({ scenarios: [{ name: 'a', path: '/a', headers: { x: 'y' } }] }))).toBe(
      undefined,
    );
    expect(levelFieldsOf('artillery', 'users')).toEqual([]);
  });
});

/** So many intervals of a second of one level, each with its mean. */
const run = (means: readonly number[]): LoadTestResult =>
  ({
    timeline: means.map((avgResponseTimeMs, second) => ({
      second,
      durationSeconds: 1,
      requests: 10,
      avgResponseTimeMs,
    })),
    steps: [{ startSecond: 0, durationSeconds: means.length }],
    performanceMetrics: { requestsPerSecond: 10, avgResponseTimeMs: means[0] },
    failedRequests: 0,
    totalRequests: 10 * means.length,
  }) as unknown as LoadTestResult;

const around = (center: number, count = 12): number[] =>
  Array.from({ length: count }, (_, index) => center + Math.sin(7 * index) * 10);

describe('Two runs', () => {
  it('differ by more than noise only where their stretches of time lie apart', () => {
    expect(noiseOf(run(around(100)), run(around(200)))).toMatchObject({ differs: true, slowerPercent: 100 });
    expect(noiseOf(run(around(100)), run(around(101)))).toMatchObject({ differs: false });
    expect(noiseOf(run(around(100, 5)), run(around(200)))).toBe(undefined);
    expect(noiseOf(run(around(100, 60)), run(around(100, 60)))?.blocks).toEqual({ a: 20, b: 20 });
  });

  it('are told figure by figure, with what both or one have measured', () => {
    const figures = comparedFigures(run([100]), run([150]));
    expect(figures.find(({ name }) => name === 'Mean response')).toMatchObject({ a: 100, b: 150, better: 'less' });
    expect(figures.some(({ name }) => name === 'p95')).toBe(false);
    expect(changePercent({ a: 100, b: 150 })).toBeCloseTo(50);
    expect(changePercent({ a: 0, b: 150 })).toBe(undefined);
  });

  it('are drawn as shares of their requests, whatever their bins', () => {
    const a = { ...run([1]), histogram: [bin(1, 2, 3), bin(2, 4, 1)] };
    const b = { ...run([1]), histogram: [bin(3, 8, 10)] };
    const plot = overlaidPlot(a, b);
    expect(plot?.x.values.slice(1)).toEqual([2, 4, 8]);
    expect(plot?.series.map(({ values }) => values.slice(1))).toEqual([
      [75, 100, 100],
      [0, 0, 100],
    ]);
    expect(overlaidPlot(a, run([1]))).toBe(undefined);
  });
});

const bin = (fromMs: number, toMs: number, count: number) => ({ fromMs, toMs, count });
