import { describe, expect, it } from 'vitest';
import { breachesOf } from '../../../lib/checks/judge.ts';
import { checkRequest } from '../../../lib/contracts/checks.ts';
import type { LoadTestResult } from '../../../lib/contracts/load-result.ts';
import { emptyFold } from '../../../lib/load/fold/fold.ts';
import { resultOf } from '../../../lib/load/result.ts';
import { nothingReported } from '../../../lib/load/service-resources.ts';
import { burningBudget, missedBudget, openBudget } from '../../support/budgets.ts';
import { requestOf, startAtMs, storedRun } from '../../support/load-run.ts';

const empty = resultOf({
  run: storedRun(),
  request: requestOf(),
  shards: [],
  fold: emptyFold(),
  now: startAtMs,
  service: nothingReported,
});

const resultWith = (p95ResponseTimeMs: number, successRatePercent?: number): LoadTestResult => ({
  ...empty,
  performanceMetrics: { ...empty.performanceMetrics, p95ResponseTimeMs },
  ...(successRatePercent === undefined ? {} : { successRatePercent }),
});

const request = checkRequest.parse({
  limits: { maxP95ResponseTimeMs: 100, minSuccessRatePercent: 99, minScore: 80 },
});

const breach = (limit: string, expected: number, actual: number) => ({ limit, expected, actual });
const p95 = (actual: number) => breach('maxP95ResponseTimeMs', 100, actual);
const success = (actual: number) => breach('minSuccessRatePercent', 99, actual);
const score = (actual: number) => breach('minScore', 80, actual);

const lost: LoadTestResult = {
  ...resultWith(99, 100),
  generator: { ...empty.generator, lostShards: [{ shard: 1, reason: 'died' }] },
};

const objectives = [missedBudget, burningBudget, openBudget];

describe('which limits a check breaks', () => {
  it.each([
    ['none when all is well', resultWith(99, 100), 90, []],
    ['none at the limits themselves', resultWith(100, 99), 80, []],
    ['that of the slow answers', resultWith(101, 100), 90, [p95(101)]],
    ['that of the failures', resultWith(99, 98.9), 90, [success(98.9)]],
    ['that of the score', resultWith(99, 100), 79.9, [score(79.9)]],
    ['that of the lost shards', lost, 90, [breach('lostShards', 0, 1)]],
    [
      'those of the test itself, as one, without what is said beside',
      {
        ...resultWith(99, 100),
        thresholds: [
          { threshold: 'p95<50', actual: 99, holds: false },
          { threshold: 'rps>1', holds: false },
          { threshold: 'p99<9', actual: 99, holds: false, advisory: true },
          { threshold: 'p50<99', actual: 9, holds: true },
        ],
      },
      90,
      [breach('failed thresholds: p95<50, rps>1', 0, 2)],
    ],
    ['all of them', resultWith(500, 10), 0, [p95(500), success(10), score(0)]],
    ['none by a score that was not measured', resultWith(99, 100), undefined, []],
    ['none by a load test that was not run', undefined, undefined, []],
    ['that of the failures where no request could be sent at all', empty, undefined, [success(0)]],
  ])('%s', (_, loadTest, measured, breaches) => {
    expect(breachesOf(request, { loadTest, score: measured, objectives: [] })).toEqual(breaches);
  });

  it('goes by the defaults where nobody says otherwise', () => {
    expect(breachesOf(checkRequest.parse({}), { loadTest: resultWith(1001, 94.9), score: 59, objectives: [] })).toEqual(
      [
        breach('maxP95ResponseTimeMs', 1000, 1001),
        breach('minSuccessRatePercent', 95, 94.9),
        breach('minScore', 60, 59),
      ],
    );
  });

  const well = { loadTest: resultWith(99, 100), score: 90 };
  const [, , available] = objectives;

  it('goes by the objectives: those that are missed, and those whose budget burns critically', () => {
    expect(breachesOf(request, { ...well, objectives })).toEqual([
      breach('95 % of requests within 200 ms over 30 days', 200, 250),
      breach('burn rate: at most 0.1 % of requests fail over 30 days', 14.4, 20),
    ]);
    expect(available?.status).toBe('not-enough-data');
  });

  it('lets objectives be where it is told so', () => {
    const lenient = checkRequest.parse({ limits: { objectives: false } });
    expect(breachesOf(lenient, { ...well, objectives })).toEqual([]);
  });
});
