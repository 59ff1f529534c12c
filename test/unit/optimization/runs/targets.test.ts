import { describe, expect, it } from 'vitest';
import type { PerformanceComparison } from '../../../../lib/contracts/optimization-runs.ts';
import type { RunJudgement } from '../../../../lib/contracts/run-judgement.ts';
import { heldToTargets } from '../../../../lib/optimization/runs/judging/targets.ts';

const kept: RunJudgement = {
  verdict: 'keep',
  keptFor: 'gain',
  reason: 'a gain of more than 3 % is shown',
  rounds: 1,
  marginPercent: 3,
  confidencePercent: 95,
  pairs: 20,
  workers: 2,
  guardrails: [],
};

const comparison = (cpuBefore: number, cpuAfter: number): PerformanceComparison => ({
  responseTime: { beforeMs: 100, afterMs: 80 },
  p95ResponseTime: { beforeMs: 200, afterMs: 160 },
  throughput: { beforeRequestsPerSecond: 50, afterRequestsPerSecond: 60 },
  errorRate: { beforePercent: 0, afterPercent: 0 },
  resourceUsage: { cpuPercent: { before: cpuBefore, after: cpuAfter } },
});

describe('A change by which a target is lost', () => {
  const targets = { cpuPercent: 70, responseTimeMs: 50 };

  it('is not kept, whatever it gains, and says which', () => {
    const judged = heldToTargets(kept, comparison(65, 78), targets);
    expect(judged).toMatchObject({
      verdict: 'reject',
      reason: expect.stringContaining('the target cpuPercent of 70 was met (65) and is missed (78)'),
    });
    expect(judged).not.toHaveProperty('keptFor');
  });

  it('is kept where the target was missed before, or is crossed by chance only', () => {
    expect(heldToTargets(kept, comparison(75, 90), targets)).toBe(kept);
    expect(heldToTargets(kept, comparison(69.5, 70.5), targets)).toBe(kept);
    expect(heldToTargets(kept, comparison(65, 70), targets)).toBe(kept);
  });

  it('is judged by nothing else where there is no target, or nothing was measured', () => {
    expect(heldToTargets(kept, comparison(65, 78), undefined)).toBe(kept);
    expect(heldToTargets(kept, undefined, targets)).toBe(kept);
  });
});
