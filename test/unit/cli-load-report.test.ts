import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { comparisonReport } from '../../lib/cli/comparison-report.ts';
import { loadReport } from '../../lib/cli/load-report.ts';
import type { ComparisonResult } from '../../lib/contracts/comparisons.ts';
import type { LoadStep, LoadTestResult } from '../../lib/contracts/load-result.ts';
import { measuredResult } from '../support/measured-result.ts';

const look = { colours: pc.createColors(false), width: 100 };
const linesOf = (found: Partial<LoadTestResult>): string[] => loadReport({ ...measuredResult, ...found }, look);
const textOf = (found: Partial<LoadTestResult>): string => linesOf(found).join(' ').replaceAll(/\s+/g, ' ');

const step = (users: number, more: Partial<LoadStep> = {}): LoadStep => ({
  part: 'stress',
  users,
  startSecond: 0,
  durationSeconds: 60,
  requests: 100,
  requestsPerSecond: users * 10,
  avgResponseTimeMs: 12.34,
  p95ResponseTimeMs: 20,
  successRatePercent: 100,
  errors: [],
  verdict: 'ok',
  ...more,
});

const analysis = {
  firstFailureUsers: 40,
  overloadUsers: null,
  primaryBottleneck: 'errors',
  resourceConstraint: 'cpu',
  evidence: 'CPU at 97 %',
} as const;

describe('The report of a load test', () => {
  it('shows each step, and why it was not borne', () => {
    const steps = [step(20), step(40, { successRatePercent: 90, verdict: 'failing', reason: '10 % failed, over 5 %' })];
    const lines = linesOf({ steps, breakingPoint: 20, breakingPointAnalysis: analysis });
    const from = lines.findIndex((line) => line.includes('Steps'));
    expect(lines.slice(from, from + 6)).toEqual([
      '  Steps, with response times in ms:',
      '  step        load  per s   avg  p95     ok  verdict',
      '  stress  20 users    200  12.3   20  100 %  ok',
      '  stress  40 users    400  12.3   20   90 %  failing  10 % failed, over 5 %',
      '  Breaking point: 20 users; the limit is errors; at 40 users, 10 % failed, over 5 %; scarce is cpu:',
      '    CPU at 97 %.',
    ]);
  });

  it('names the reason of the lowest step that broke, in whichever order they were tried', () => {
    const bad = (users: number, reason: string) => step(users, { verdict: 'overloaded', reason });
    const steps = [step(20), bad(80, 'of eighty'), bad(30, 'of thirty')];
    expect(textOf({ steps, breakingPoint: 25 })).toContain('Breaking point: 25 users; at 30 users, of thirty.');
  });

  it('tells a target that bore everything from one that bore nothing, and users from arrivals', () => {
    expect(textOf({ breakingPoint: null })).toContain('none; the target bore all that was tried.');
    const limited = step(2, { verdict: 'generator-limited', reason: 'its CPU was busy' });
    expect(textOf({ steps: [limited], breakingPoint: null })).toContain(
      'not reached, as the load generator gave way before the target; at 2 users, its CPU was busy.',
    );
    expect(textOf({ breakingPoint: 0 })).toContain('not even the lowest step was borne');
    const { users: _, ...open } = step(1);
    const arrivals = { ...open, arrivalRate: 40 };
    expect(textOf({ steps: [arrivals], breakingPoint: 40 })).toContain('Breaking point: 40/s');
  });

  it('shows no steps where the only one is the whole test', () => {
    const { verdict: _, ...only } = step(10, { part: 'basic' });
    expect(textOf({ steps: [only] })).not.toContain('Steps');
    expect(textOf({ steps: [only, only] })).toContain('Steps');
  });

  it('claims a capacity, or says why not', () => {
    const interval = { low: 1, high: 2 };
    const capacity = {
      lambda: 10,
      sigma: 0.01,
      kappa: 0.0001,
      rSquared: 0.98,
      maxUsers: 120,
      maxRequestsPerSecond: 480,
      interval: { lambda: interval, sigma: interval, kappa: interval, maxUsers: { low: 100, high: 140 } },
    };
    expect(textOf({ capacity })).toContain('Capacity: 480/s at 120 users (95 %: 100 to 140 users, R² 0.98).');
    const { maxUsers: _, ...unbounded } = capacity;
    expect(textOf({ capacity: unbounded })).toContain('the curve has no peak in what was tried');
    expect(textOf({ capacityUnknown: 'too few steps.' })).toContain('Capacity: none is claimed: too few steps.');
  });

  it('tells how a spike was borne', () => {
    const spike = { baseP95ResponseTimeMs: 12, spikeP95ResponseTimeMs: 300, spikeErrorRatePercent: 2 };
    expect(textOf({ spike: { ...spike, recoverySeconds: 4 } })).toContain(
      'Spike: p95 12 ms before it, 300 ms during it, - at worst; 2 % errors; it recovered 4 s after the end of it.',
    );
    expect(textOf({ spike: { ...spike, recoverySeconds: null } })).toContain('it did not recover within the test.');
  });

  it('tells what drifted', () => {
    const endurance = {
      responseTime: { direction: 'rising', changePercent: 12 },
      errorRate: { direction: 'stable', changePercent: 0 },
      throughput: { direction: 'falling', changePercent: -3 },
      memory: { direction: 'unknown' },
    } as const;
    expect(textOf({ endurance })).toContain(
      'Drift: response time rising (+12 %), error rate stable (0 %), throughput falling (-3 %), memory unknown.',
    );
  });

  it('tells the cost, also where it is far below a cent', () => {
    const cost = { estimatedUsd: 0.00051234, items: [], note: 'On-demand prices.' };
    expect(textOf({ cost })).toContain('Cost: estimated $0.000512. On-demand prices.');
    expect(textOf({ cost: { ...cost, actualUsd: 1.5 } })).toContain('Cost: $1.5 (estimated $0.000512).');
  });

  it('shows the requests of a flow below their scenario', () => {
    const figures = { requests: 5, successfulRequests: 5, failedRequests: 0, requestsPerSecond: 1, statuses: {} };
    const scenarios = { checkout: { ...figures, flow: { 'GET /cart': figures } } };
    const lines = linesOf({ scenarios });
    const at = lines.findIndex((line) => line.startsWith('  checkout'));
    expect(lines[at + 1]).toMatch(/^ {4}GET \/cart +5 /);
  });
});

describe('The report of a comparison', () => {
  const of = (avgResponseTimeMs: number) => ({
    requests: 100,
    requestsPerSecond: 10,
    successRatePercent: 100,
    avgResponseTimeMs,
    performanceScore: 90,
    slices: [],
  });
  const result: ComparisonResult = {
    testDurationSeconds: 120,
    rounds: 10,
    results: { old: of(20), new: of(10) },
    bestConfiguration: {
      name: 'new',
      improvementPercent: 50,
      interval: { lowPercent: 45, highPercent: 55 },
      advantages: ['Half the time.'],
    },
    detailedAnalysis: { biggestGain: null, mostStable: null, mostEfficient: null },
    generator: { verdict: 'ok', reasons: [] },
  };

  it('tells the cost', () => {
    const cost = { estimatedUsd: 0.0051, actualUsd: 0.005, items: [], note: 'On-demand prices.' };
    expect(comparisonReport({ ...result, cost }, { colours: look.colours, width: 200 }).join('\n')).toContain(
      'Cost: $0.005 (estimated $0.0051). On-demand prices.',
    );
  });

  it('names the winner with its lead and how sure it is', () => {
    expect(comparisonReport(result, look)).toEqual([
      '  10 rounds in 120 s; response times in ms:',
      '  configuration  requests  per s  avg  p50  p95     ok  score',
      '  old                 100     10   20    -    -  100 %     90',
      '  new                 100     10   10    -    -  100 %     90',
      "  Winner: new; its mean response time is 50 % better than the next best's (95 %: 45 to 55 %)",
      '  - Half the time.',
    ]);
  });

  it('says why there is no winner, and when the generator was the limit', () => {
    const text = comparisonReport(
      {
        ...result,
        bestConfiguration: null,
        noWinner: 'too close',
        generator: { verdict: 'limited', reasons: ['late sends'] },
      },
      look,
    ).join('\n');
    expect(text).toContain('No winner: too close');
    expect(text).toContain('The load generator was limited: late sends');
    expect(text).not.toContain('Winner');
  });
});
