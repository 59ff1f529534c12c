import { describe, expect, it } from 'vitest';
import { optimizationRunRequest } from '../../../lib/contracts/optimization-runs.ts';
import { emptyRunDraft, planBody, runBody } from '../../../lib/dashboard/optimization/plan/plan-request.ts';
import { slicesPlot } from '../../../lib/dashboard/optimization/slices-plot.ts';

describe('The form of an optimization run', () => {
  it.each([
    'load-test',
    'passive',
    'none',
  ] as const)('plans, and asks for what the API takes, measured by %s', (mode) => {
    const body = planBody({ ...emptyRunDraft, mode, path: '/a?b=%20c', users: 3 });
    expect(optimizationRunRequest.parse(body)).toMatchObject({ dryRun: true, approve: 'auto', verify: { mode } });
  });

  it('leaves to the platform what was left empty, and passes on what was not', () => {
    expect(planBody({ ...emptyRunDraft, mode: 'passive' })).toEqual({
      dryRun: true,
      approve: 'auto',
      verify: { mode: 'passive' },
    });
    const draft = { ...emptyRunDraft, profileId: 'balanced', sliceSeconds: 4, costLimitUsdPerMonth: 0 };
    expect(planBody(draft)).toMatchObject({
      profileId: 'balanced',
      costLimitUsdPerMonth: 0,
      verify: { sliceSeconds: 4, loadTest: { scenarios: [{ name: 'GET /', path: '/' }] } },
    });
  });

  it('applies what was chosen of the plan, and no other', () => {
    expect(runBody(emptyRunDraft, new Set(['b', 'a']))).toMatchObject({ dryRun: false, optimizations: ['b', 'a'] });
  });
});

describe('The plot of the slices', () => {
  const comparison = (beforeMs: number[], afterMs: number[]) =>
    ({ slices: { beforeMs, afterMs } }) as Parameters<typeof slicesPlot>[0];

  it('has both sides on one axis, from the fastest slice to the slowest', () => {
    const plot = slicesPlot(comparison([10, 20, 30], [5, 6, 7, 8, 9]));
    expect(plot?.x.values).toEqual([0, 25, 50, 75, 100]);
    expect(plot?.series.map(({ label, values }) => [label, values])).toEqual([
      ['before', [10, null, 20, null, 30]],
      ['after', [5, 6, 7, 8, 9]],
    ]);
  });

  it('is none where a side has a single slice', () => {
    expect(slicesPlot(comparison([10], [5, 6]))).toBe(undefined);
  });
});
