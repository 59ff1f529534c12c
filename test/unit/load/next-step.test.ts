import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comparisonRequest } from '../../../lib/contracts/comparisons.ts';
import { loadTestRequest } from '../../../lib/contracts/load.ts';
import { secondsOf } from '../../../lib/load/kinds/sequence.ts';
import type { StepPlan, StoredRequest } from '../../../lib/load/model.ts';
import { nextStepOfRun } from '../../../lib/load/next-step.ts';
import { storedRun } from '../../support/load-run.ts';

const intervals = fc.integer({ min: 1, max: 5 });
const seconds = fc.double({ min: 0.1, max: 30, noNaN: true });

const firstStep = (stored: StoredRequest, intervalSeconds: number): StepPlan => {
  const step = nextStepOfRun(stored, storedRun({ intervalSeconds }), []);
  if (step === undefined) throw new Error('It has a first step');
  return step;
};
const isWhole = (lasting: number, intervalSeconds: number): boolean =>
  Math.abs(lasting / intervalSeconds - Math.round(lasting / intervalSeconds)) < 1e-6;

describe('the steps of a run', () => {
  it('begin and end with an interval, so that all of what is held is measured', () => {
    const kinds = fc.constantFrom('basic', 'stress', 'spike', 'endurance');
    fc.assert(
      fc.property(kinds, seconds, seconds, intervals, (kind, lasting, rampUpSeconds, intervalSeconds) => {
        const field = kind === 'stress' ? 'stepSeconds' : 'durationSeconds';
        const request = loadTestRequest.parse({ kind, rampUpSeconds, [field]: lasting });
        const { stages, holdFromSeconds, holdSeconds } = firstStep({ kind: 'load-test', request }, intervalSeconds);
        for (const stage of stages) expect(isWhole(stage.seconds, intervalSeconds)).toBe(true);
        expect(isWhole(holdFromSeconds, intervalSeconds)).toBe(true);
        expect(holdSeconds).toBeGreaterThanOrEqual(lasting - 1e-6);
      }),
    );
  });

  it('have slices of a comparison of which something is measured, whatever the interval', () => {
    const configurations = ['a', 'b'].map((name) => ({ name, project: name }));
    const asked = fc.option(fc.double({ min: 1, max: 20, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(asked, intervals, (sliceSeconds, intervalSeconds) => {
        const request = comparisonRequest.parse({ configurations, sliceSeconds });
        const step = firstStep({ kind: 'comparison', request }, intervalSeconds);
        expect(isWhole(step.holdFromSeconds, intervalSeconds)).toBe(true);
        expect(isWhole(step.holdSeconds, intervalSeconds)).toBe(true);
        expect(step.holdSeconds).toBeGreaterThanOrEqual(intervalSeconds);
        expect(step.holdFromSeconds + step.holdSeconds).toBe(secondsOf(step));
      }),
    );
  });
});
