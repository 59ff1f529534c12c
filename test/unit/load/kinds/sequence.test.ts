import { describe, expect, it } from 'vitest';
import { loadTestRequest, takenLoadTestRequest } from '../../../../lib/contracts/load.ts';
import type { PlayedStep } from '../../../../lib/load/kinds/played-step.ts';
import {
  isPlanned,
  nextStepOf,
  type PlannedRequest,
  peakLevelOf,
  plannedRequestsOf,
  plannedSecondsOf,
  secondsOf,
} from '../../../../lib/load/kinds/sequence.ts';
import { playedAt, semaphore } from '../../../support/simulated-target.ts';

const request = (given: object): PlannedRequest => {
  const parsed = loadTestRequest.parse(given);
  if (!isPlanned(parsed)) throw new Error('Of an Artillery script nothing is planned by the request');
  return parsed;
};

const playedOf = (given: object): PlayedStep[] => {
  const asked = request(given);
  const played: PlayedStep[] = [];
  for (let next = nextStepOf(asked, played); next !== undefined; next = nextStepOf(asked, played)) {
    played.push(playedAt(semaphore(1e6, 10), next, played.length));
  }
  return played;
};

describe('the steps of a test', () => {
  it.each([
    [{}, [['basic', 10, 70]]],
    [{ arrivalRate: 5, durationSeconds: 20, rampUpSeconds: 0 }, [['basic', 5, 20]]],
    [{ kind: 'endurance', users: 3 }, [['endurance', 3, 3610]]],
    [{ kind: 'spike', users: 4 }, [['spike', 4, 160]]],
    [
      { kind: 'stress', maxUsers: 30, stepSeconds: 6 },
      [
        ['stress', 10, 7],
        ['stress', 20, 7],
        ['stress', 30, 7],
      ],
    ],
    [
      {
        kind: 'comprehensive',
        users: 2,
        maxUsers: 20,
        durationSeconds: 10,
        rampUpSeconds: 0,
        stepSeconds: 6,
        enduranceSeconds: 30,
      },
      [
        ['basic', 2, 10],
        ['stress', 10, 6],
        ['stress', 20, 6],
        ['spike', 2, 100],
        ['endurance', 2, 30],
      ],
    ],
  ])('%j', (given, expected) => {
    const played = playedOf(given);
    expect(played.map((step) => [step.part, step.level, secondsOf(step)])).toEqual(expected);
    expect(plannedSecondsOf(request(given))).toBeGreaterThanOrEqual(
      played.reduce((sum, step) => sum + secondsOf(step), 0),
    );
  });

  it('have a spike in the middle of its own', () => {
    const [step] = playedOf({
      kind: 'spike',
      users: 5,
      spikeUsers: 40,
      rampUpSeconds: 2,
      durationSeconds: 10,
      spikeSeconds: 3,
      recoverySeconds: 7,
    });
    expect(step?.stages).toEqual([
      { seconds: 2, from: 0, to: 5 },
      { seconds: 10, from: 5, to: 5 },
      { seconds: 3, from: 40, to: 40 },
      { seconds: 7, from: 5, to: 5 },
    ]);
    expect([step?.holdFromSeconds, step?.holdSeconds]).toEqual([2, 20]);
  });

  it('say what they ask of the fleet', () => {
    expect(peakLevelOf(request({ kind: 'comprehensive', users: 10, maxUsers: 50 }))).toBe(100);
    expect(plannedRequestsOf(request({ users: 10 }))).toBeUndefined();
    expect(plannedRequestsOf(request({ arrivalRate: 10, durationSeconds: 60, rampUpSeconds: 10 }))).toBe(650);
    expect(plannedRequestsOf(request({ kind: 'stress', startRate: 10, maxRate: 20, stepSeconds: 6 }))).toBe(195);
  });

  it('count every request that an arrival makes, by the weights of the scenarios', () => {
    const scenarios = [
      { name: 'look', weight: 3 },
      { name: 'buy', before: [{ path: '/login' }], flow: [{ path: '/cart' }, { path: '/pay' }, { path: '/thanks' }] },
    ];
    const asked = { arrivalRate: 10, durationSeconds: 60, rampUpSeconds: 0, scenarios };
    expect(plannedRequestsOf(request(asked))).toBe(600 * (0.75 * 1 + 0.25 * 4));
  });
});

describe('a request', () => {
  const faults = (given: object) => {
    const parsed = loadTestRequest.safeParse(given);
    return parsed.success ? [] : parsed.error.issues.map(({ path }) => path.join('.'));
  };
  it.each([
    [{ kind: 'basic', spikeUsers: 5 }, ['spikeUsers']],
    [{ kind: 'spike', users: 5, spikeRate: 5 }, ['spikeRate']],
    [{ users: 5, arrivalRate: 5 }, ['arrivalRate']],
    [{ kind: 'stress', startUsers: 50, maxUsers: 10 }, ['maxUsers']],
    [{ kind: 'stress', startRate: 50 }, ['maxRate']],
    [{ kind: 'artillery' }, ['script']],
    [{ kind: 'stress', maxUsers: 5 }, []],
    [{ kind: 'stress', startUsers: 2000 }, []],
    [{ kind: 'stress', users: 50, durationSeconds: 30 }, ['users', 'durationSeconds']],
    [{ kind: 'stress', arrivalRate: 50 }, ['arrivalRate']],
    [{ kind: 'artillery', script: 'x', users: 5, rampUpSeconds: 0 }, ['users', 'rampUpSeconds']],
    [
      { kind: 'artillery', script: 'x', scenarios: [{ name: 'a' }], thinkTimeMs: 5, protocol: 'http2' },
      ['scenarios', 'thinkTimeMs', 'protocol'],
    ],
    [{ kind: 'basic', script: 'x' }, ['script']],
    [{ thresholds: ['p95<200', 'p42<1'] }, ['thresholds.1']],
    [{ scenarios: [{ name: 'a', method: 'POST', flow: [{ path: '/x' }] }] }, ['scenarios.0.method']],
    [{ kind: 'comprehensive', maxUsers: 50, spikeUsers: 5 }, []],
  ])('%j has faults at %j', (given, expected) => {
    expect(faults(given)).toEqual(expected);
  });

  it('may be given again as it is shown', () => {
    const shown = loadTestRequest.parse({ kind: 'artillery', script: 'x' });
    expect(faults(JSON.parse(JSON.stringify(shown)))).toEqual([]);
  });

  it('is shown whatever an earlier version let pass', () => {
    expect(takenLoadTestRequest.safeParse({ kind: 'stress', users: 50, durationSeconds: 30 }).success).toBe(true);
  });
});
