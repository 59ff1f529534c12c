import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadTestRequest } from '../../../../lib/contracts/load.ts';
import type { PlayedStep } from '../../../../lib/load/kinds/played-step.ts';
import { isPlanned, nextStepOf, type PlannedRequest } from '../../../../lib/load/kinds/sequence.ts';
import { type LoadSettings, settingsOf } from '../../../../lib/load/kinds/settings.ts';
import { stressFiguresOf, verdictsByStep } from '../../../../lib/load/kinds/stress-figures.ts';
import { mostBisections, stressLevels } from '../../../../lib/load/kinds/stress-levels.ts';
import { Random } from '../../../../lib/statistics/random.ts';
import { playedAt, type SimulatedTarget, scaling, semaphore } from '../../../support/simulated-target.ts';

const request = (given: object = {}): PlannedRequest => {
  const parsed = loadTestRequest.parse({ kind: 'stress', stepSeconds: 30, ...given });
  if (!isPlanned(parsed)) throw new Error('It is a stress test');
  return parsed;
};

const figuresOf = (played: readonly PlayedStep[], settings: LoadSettings, isFinal: boolean) =>
  stressFiguresOf(played, {
    ...settings,
    totalDurationSeconds: 100,
    isFinal,
    resource: { constraint: 'unknown' },
    random: new Random(1),
  });

/** Plays a stress test to its end. */
function play(
  target: SimulatedTarget,
  given: object = {},
  {
    changes = () => ({}),
    isFinal = false,
  }: { changes?: (level: number) => Partial<PlayedStep>; isFinal?: boolean } = {},
) {
  const asked = request(given);
  const played: PlayedStep[] = [];
  for (;;) {
    const next = nextStepOf(asked, played);
    if (next === undefined) break;
    played.push(playedAt(target, next, played.length, changes(next.level)));
    if (played.length > 50) throw new Error('It does not end');
  }
  const settings = settingsOf(asked);
  const figures = figuresOf(played, settings, isFinal);
  if (figures === undefined) throw new Error('Nothing was played');
  return { played, figures, levels: played.map(({ level }) => level), settings };
}

describe('the levels of a stress test', () => {
  it.each([
    [{ startUsers: 10, maxUsers: 100 }, [10, 20, 40, 80, 100]],
    [{ startUsers: 10, maxUsers: 50, stepUsers: 20 }, [10, 30, 50]],
    [{ startUsers: 10, maxUsers: 50, stepUsers: 100 }, [10, 50]],
    [{ startUsers: 7, maxUsers: 7 }, [7]],
    [{ startRate: 0.5, maxRate: 3 }, [0.5, 1, 2, 3]],
    [{}, [10, 20, 40, 80, 160, 320, 640, 1000]],
  ])('%j: %j', (given, expected) => {
    expect(stressLevels(settingsOf(request(given)))).toEqual(expected);
  });
});

describe('a stress test', () => {
  it('goes up to its last level where the target bears it, and claims no breaking point', () => {
    const { levels, figures } = play(semaphore(10_000, 50), { maxUsers: 80 });
    expect(levels).toEqual([10, 20, 40, 80]);
    expect(figures).toMatchObject({
      breakingPoint: null,
      peakUsers: 80,
      breakingPointAnalysis: { firstFailureUsers: null, overloadUsers: null, primaryBottleneck: 'none' },
    });
  });

  it('finds the capacity of a semaphore within 5 %, whatever it is', () => {
    const target = fc.record({
      slots: fc.integer({ min: 12, max: 900 }),
      serviceMs: fc.integer({ min: 5, max: 200 }),
      thinkMs: fc.constantFrom(0, 0, 100),
    });
    fc.assert(
      fc.property(target, ({ slots, serviceMs, thinkMs }) => {
        const capacity = (slots * (serviceMs + thinkMs)) / serviceMs;
        fc.pre(capacity < 900);
        const { figures, played } = play(semaphore(slots, serviceMs, thinkMs));
        expect(Math.abs((figures.breakingPoint ?? 0) / capacity - 1)).toBeLessThanOrEqual(0.05);
        expect(figures.breakingPointAnalysis.primaryBottleneck).toBe('throughput');
        expect(played.length).toBeLessThanOrEqual(8 + mostBisections);
      }),
      { numRuns: 200 },
    );
  });

  it('finds it with the noise that throughput has', () => {
    const random = new Random(7);
    for (let round = 0; round < 50; round++) {
      const exact = semaphore(100, 20);
      const noisy: SimulatedTarget = {
        answer: (users) => {
          const { requestsPerSecond, meanMs } = exact.answer(users);
          return { requestsPerSecond: requestsPerSecond * (0.99 + 0.02 * random.fraction()), meanMs };
        },
      };
      expect(Math.abs((play(noisy).figures.breakingPoint ?? 0) - 100)).toBeLessThanOrEqual(5);
    }
  });

  it('recovers the scalability of a target within 1 %', () => {
    const { figures } = play(
      scaling(995.6486, 0.02671591, 7.690945e-4),
      { startUsers: 1, maxUsers: 64 },
      { isFinal: true },
    );
    expect(figures.capacity?.lambda).toBeCloseTo(995.6486, -1);
    expect(Math.abs((figures.capacity?.sigma ?? 0) / 0.02671591 - 1)).toBeLessThan(0.01);
    expect(Math.abs((figures.capacity?.kappa ?? 0) / 7.690945e-4 - 1)).toBeLessThan(0.01);
    expect(figures.capacity?.maxUsers).toBe(36);
  });

  it('halves its way to the level from which requests fail, which is not where throughput ends', () => {
    const failing: SimulatedTarget = {
      answer: (users) => ({
        requestsPerSecond: users * 10,
        meanMs: 100,
        errorPercent: users > 130 ? 50 : users > 90 ? 1 : 0,
      }),
    };
    const { figures, levels, played, settings } = play(failing);
    expect(levels.slice(0, 5)).toEqual([10, 20, 40, 80, 160]);
    expect(figures.breakingPoint).toBeGreaterThan(123);
    expect(figures.breakingPoint).toBeLessThanOrEqual(130);
    expect(figures.breakingPointAnalysis).toMatchObject({ overloadUsers: null, primaryBottleneck: 'errors' });
    expect(figures.breakingPointAnalysis.firstFailureUsers).toBeGreaterThan(90);
    expect(figures.performanceDegradation?.errorRateAtPeakPercent).toBe(50);
    const verdicts = verdictsByStep(played, settings);
    expect([0, 1, 2, 3, 4].map((index) => verdicts.get(index)?.verdict)).toEqual(['ok', 'ok', 'ok', 'ok', 'failing']);
  });

  it('takes what is turned away at once for no throughput', () => {
    // Of 1,000 requests a second it is capable; from 700 users on it turns away nearly all of them, at once.
    const shedding: SimulatedTarget = {
      answer: (users) =>
        users > 700
          ? { requestsPerSecond: 20_000, meanMs: 1, errorPercent: 99 }
          : { requestsPerSecond: Math.min(1000, users * 10), meanMs: Math.max(100, users) },
    };
    const { played, settings } = play(shedding, { startUsers: 25, maxUsers: 25 });
    const [first] = played;
    if (first === undefined) throw new Error('Nothing was played');
    const steps = [25, 50, 100, 200, 400, 800].map((level, index) => playedAt(shedding, { ...first, level }, index));
    const figures = figuresOf(steps, settings, true);
    expect(figures).toMatchObject({
      breakingPoint: 100,
      breakingPointAnalysis: { firstFailureUsers: 800, overloadUsers: 100, primaryBottleneck: 'throughput' },
      performanceDegradation: { throughputDecreasePercent: 80, errorRateAtPeakPercent: 99 },
      capacity: { lambda: expect.closeTo(10, -1) },
    });
  });

  it('goes down where even the first level is too much', () => {
    const slow: SimulatedTarget = { answer: (users) => ({ requestsPerSecond: users, meanMs: users > 3 ? 9000 : 300 }) };
    const { figures, levels } = play(slow);
    expect(levels[0]).toBe(10);
    expect(figures.breakingPoint).toBe(3);
    const dead: SimulatedTarget = { answer: () => ({ requestsPerSecond: 1, meanMs: 9000, errorPercent: 100 }) };
    expect(play(dead).figures.breakingPoint).toBe(0);
  });

  it('stops where the generator is at its end, and claims nothing', () => {
    const { figures, levels } = play(
      semaphore(10_000, 50),
      {},
      { changes: (level) => (level >= 160 ? { generatorLimit: 'its CPU was 95 % busy' } : {}) },
    );
    expect(levels).toEqual([10, 20, 40, 80, 160]);
    expect(figures).toMatchObject({
      breakingPoint: null,
      capacityUnknown: expect.stringContaining('generator'),
      breakingPointAnalysis: { primaryBottleneck: 'generator', evidence: 'its CPU was 95 % busy' },
    });
    expect(figures).not.toHaveProperty('capacity');
  });

  it('says nothing of the response time at a level that answered nothing', () => {
    const target = semaphore(10_000, 50);
    const [first] = play(target, { maxUsers: 10 }).played;
    if (first === undefined) throw new Error('Nothing was played');
    const { latency: _, ...silent } = {
      ...first,
      index: 1,
      level: 20,
      requests: 0,
      successful: 0,
      connectionFailures: 9,
    };
    const figures = figuresOf([first, silent], settingsOf(request()), false);
    expect(figures?.performanceDegradation).toEqual({ throughputDecreasePercent: 100, errorRateAtPeakPercent: 100 });
  });

  it('in the open model ends where arrivals are left undone', () => {
    const most: SimulatedTarget = { answer: (rate) => ({ requestsPerSecond: Math.min(rate, 300), meanMs: 20 }) };
    const { figures } = play(most, { startRate: 50, maxRate: 1000 }, { isFinal: true });
    expect(figures.breakingPoint).toBeGreaterThan(285);
    expect(figures.breakingPoint).toBeLessThanOrEqual(316);
    expect(figures.capacityUnknown).toContain('open model');
  });

  it('in the open model sees flows of which a target does not keep up with the requests', () => {
    const perFlow = 5;
    // The first of each flow is due as it arrives, each of the others when the one before was answered.
    const most = 400;
    const target: SimulatedTarget = {
      answer: (rate) => ({ requestsPerSecond: Math.min(rate * perFlow, most), meanMs: 1500 }),
    };
    const dueAt = (rate: number): number => rate + (Math.min(rate * perFlow, most) * (perFlow - 1)) / perFlow;
    const { figures } = play(
      target,
      { startRate: 10, maxRate: 160, breakCriteria: { maxP95ResponseTimeMs: 5000 } },
      { changes: (rate) => ({ due: Math.round(30 * dueAt(rate)) }) },
    );
    expect(figures.breakingPointAnalysis).toMatchObject({ primaryBottleneck: 'throughput', firstFailureUsers: null });
    expect(figures.breakingPoint).toBeGreaterThan((0.95 * most) / perFlow);
    expect(figures.breakingPoint).toBeLessThan((1.06 * most) / perFlow);
  });
});
