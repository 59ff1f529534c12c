import { expect, it } from 'vitest';
import { optimizationRunRequest } from '../../../../lib/contracts/optimization-runs.ts';
import type { Change, Proposal } from '../../../../lib/contracts/optimizations.ts';
import { runPlanOf } from '../../../../lib/optimization/planning/run-plan.ts';
import { putBack, withUnit } from '../../../../lib/optimization/runs/course.ts';
import { comparisonOf } from '../../../../lib/optimization/runs/measuring/comparison.ts';
import { roundOf, withExperiment } from '../../../../lib/optimization/runs/measuring/rounds.ts';
import { runItem, type StoredRun } from '../../../../lib/optimization/runs/model.ts';
import { resultOf } from '../../../../lib/optimization/runs/result.ts';
import { GeneratedRounds, judgedRun } from '../../../support/optimization/generated-rounds.ts';
import { policyChange, proposalOf, somebody } from '../../../support/optimization/run-harness.ts';

/** What DynamoDB takes. */
const itemBytes = 400_000;

/** The most that a run may come to: all that is planned was measured, and none of it could be put back. */
function largestRun(): StoredRun {
  const value = 'v'.repeat(850);
  const change = (place: number): Change =>
    ({ ...policyChange(`field${place}`, 0, 0), before: value, after: value }) as Change;
  const proposals: Proposal[] = [
    ...Array.from({ length: 60 }, (_, index) => proposalOf(`change-${index}`, [change(index)])),
    ...Array.from({ length: 500 }, (_, index) => proposalOf(`advice-${index}`, [])),
  ];
  const nothing = { read: async () => ({ value: null }), write: async () => ({ value: null }) };
  const request = optimizationRunRequest.parse({ verify: { mode: 'passive', slicesPerRound: 100 } });
  const { verify } = request;
  if (verify.mode === 'none') throw new Error('It measures');
  const found = { project: { project: 'shop' } as never, profile: undefined, proposals };
  const plan = runPlanOf(found, request, { 'cache-policy': nothing });
  const generated = new GeneratedRounds(1, { gainPercent: 0, workers: 2 });
  const comparison = comparisonOf([generated.round(0, 'a')], { before: 10, after: 9 });
  const judgement = judgedRun(1, { gainPercent: 0, workers: 2 });
  const timing = { id: 'e', startsAtMs: 0, sliceSeconds: 60 };
  const round = withExperiment(roundOf(2, 'experiment', verify, 'a'), timing, { before: {}, after: {} });
  const run: StoredRun = {
    runId: '01JD2V8Q6Y0000000000000000',
    project: 'shop',
    request,
    requestedBy: somebody,
    createdAt: new Date(0).toISOString(),
    status: 'failed',
    turn: 1,
    at: { step: 'end' },
    ...plan,
    units: plan.plannedOptimizations.map(() => ({
      status: 'conflict',
      begun: 1,
      written: 1,
      detail: judgement.reason,
      snapshot: [value],
      round,
      judgement,
      comparison,
    })),
    conflicts: plan.plannedOptimizations.flatMap(({ id, changes }) =>
      changes.map((each) => ({
        id,
        change: each,
        expected: value,
        found: value,
        detail: 'Somebody else has changed it.',
      })),
    ),
    marginPercent: 3,
    estimatedDurationSeconds: 1,
  };
  return { ...run, result: resultOf(run) };
}

it('is never more than an item of the table takes', () => {
  const run = largestRun();
  // As many as may be: limited by their number, or by what they hold.
  expect(run.plannedOptimizations.length).toBeGreaterThan(15);
  expect(run.leftOut).toHaveLength(100);
  expect(run.leftOutBeyond).toBe(560 - 100 - run.plannedOptimizations.length);
  // Measuring ends with each optimization: only one has a round at a time.
  const walked = run.units.reduce(
    (now, { begun }, index) => (begun === 0 ? now : putBack(withUnit(now, index, { begun: 0 }), index, 'over')),
    run,
  );
  const over = { ...run, units: walked.units.map((unit) => ({ ...unit, begun: 1 })) };
  expect(over.units.some(({ round, snapshot }) => round !== undefined || snapshot !== undefined)).toBe(false);
  expect(() => runItem.schema.parse(over)).not.toThrow();
  expect(Buffer.byteLength(JSON.stringify(over))).toBeLessThan(itemBytes);
});
