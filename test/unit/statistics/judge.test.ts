import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JudgeOptions, judge } from '../../../lib/statistics/judge.ts';
import type { Pair } from '../../../lib/statistics/paired-ratio.ts';
import { Random } from '../../../lib/statistics/random.ts';
import { type Drawn, drawPairs, shareOf } from './paired-samples.ts';

const random = new Random(21);
const judged = (drawn: Drawn, options: Partial<JudgeOptions> = {}) =>
  judge(drawPairs(random, drawn), { random, ...options });

describe('judge', () => {
  it('keeps a clear gain, and says what it rests on', () => {
    const judgement = judge(drawPairs(new Random(1), { clusters: 8, pairs: 10, gainPercent: 10 }), {
      random: new Random(1),
    });
    expect(judgement).toMatchObject({ verdict: 'keep', ground: 'gain', pairs: 80, clusters: 8 });
    expect(judgement.reason).toMatch(
      /^improvement \d+\.\d % \(95 % interval \d+\.\d to \d+\.\d %, 80 pairs of 8 clusters\): a gain of more than 3 % is shown$/,
    );
    expect(judgement.improvementPercent).toBeCloseTo(10, 0);
    expect(judgement.effectSize).toBeGreaterThan(2);
    expect(judgement.mannWhitneyP).toBeLessThan(0.05);
  });

  it.each([
    [-10, 'reject', 'harm', 'a loss of more than 3 % is shown'],
    [0, 'reject', 'no-gain', 'a gain of 3 % can be ruled out'],
    [3, 'inconclusive', 'unclear', 'whether the gain exceeds 3 % is not settled'],
  ] as const)('judges a gain of %d percent: %s', (gainPercent, verdict, ground, reason) => {
    const judgement = judge(drawPairs(new Random(2), { clusters: 8, pairs: 20, gainPercent }), {
      random: new Random(2),
    });
    expect(judgement).toMatchObject({ verdict, ground });
    expect(judgement.reason).toContain(reason);
  });

  it('does not judge fewer than six pairs', () => {
    const pairs = drawPairs(random, { clusters: 1, pairs: 5, gainPercent: 50 });
    for (let count = 0; count <= 5; count++) {
      const judgement = judge(pairs.slice(0, count), { random });
      expect(judgement).toMatchObject({ verdict: 'inconclusive', ground: 'too-few-pairs', pairs: count });
      expect(judgement.interval).toBeUndefined();
    }
    expect(judge([], { random }).improvementPercent).toBeUndefined();
    expect(judge([...pairs, ...pairs], { random }).verdict).toBe('keep');
  });

  it('is sure of what does not vary', () => {
    const pairs = Array.from({ length: 10 }, (_, i): Pair => ({ cluster: i % 2, a: 200, b: 100 }));
    const { effectSize, interval, verdict } = judge(pairs, { random });
    expect({ effectSize, verdict }).toEqual({ effectSize: undefined, verdict: 'keep' });
    expect(interval?.lowPercent).toBeCloseTo(50);
    expect(interval?.highPercent).toBeCloseTo(50);
  });

  it('refuses values that have no ratio', () => {
    const pairs = drawPairs(random, { clusters: 2, pairs: 4 });
    for (const b of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => judge([...pairs, { cluster: 0, a: 1, b }], { random })).toThrow('above 0');
    }
  });

  it('sees the mirror image when the sides change, and no difference when the unit does', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 6, max: 12 }),
        (seed, clusters, pairs) => {
          const drawn = drawPairs(new Random(seed), { clusters, pairs, gainPercent: 4 });
          const forward = judge(drawn, { random: new Random(1) });
          const seconds = drawn.map(({ cluster, a, b }) => ({ cluster, a: a / 1000, b: b / 1000 }));
          const swapped = drawn.map(({ cluster, a, b }) => ({ cluster, a: b, b: a }));
          expect(judge(seconds, { random: new Random(1) }).improvementPercent).toBeCloseTo(
            forward.improvementPercent ?? 0,
            6,
          );
          const backward = judge(swapped, { random: new Random(1) });
          const factor = (percent = Number.NaN) => 1 - percent / 100;
          expect(factor(forward.interval?.lowPercent) * factor(backward.interval?.highPercent)).toBeCloseTo(1, 6);
          expect(factor(forward.improvementPercent) * factor(backward.improvementPercent)).toBeCloseTo(1, 6);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('The interval of judge', () => {
  it.each([
    [2, 20],
    [5, 10],
    [6, 10],
    [20, 6],
  ])('holds the truth in 90 to 98 of 100 cases: %d clusters of %d pairs', (clusters, pairs) => {
    const held = shareOf(300, () => {
      const { interval } = judged({ clusters, pairs, gainPercent: 5, clusterEffect: 0.25 }, { resamples: 500 });
      return interval !== undefined && interval.lowPercent <= 5 && interval.highPercent >= 5;
    });
    expect(held).toBeGreaterThanOrEqual(0.9);
    expect(held).toBeLessThanOrEqual(0.98);
  });

  it.each([
    [1, 20],
    [2, 20],
    [5, 10],
    [20, 6],
  ])('finds a difference where there is none 5 times of 100 at most: %d clusters of %d pairs', (clusters, pairs) => {
    const times = 300;
    const found = shareOf(times, () => {
      const { interval } = judged({ clusters, pairs }, { resamples: 500 });
      return interval !== undefined && (interval.lowPercent > 0 || interval.highPercent < 0);
    });
    expect(found).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / times));
    expect(shareOf(50, () => judged({ clusters, pairs }).verdict === 'keep')).toBe(0);
  });

  it('shows more than the margin of a change that has just this at most some 3 times of 100', () => {
    const shown = shareOf(400, () => judged({ clusters: 5, pairs: 10, gainPercent: 3 }).verdict === 'keep');
    expect(shown).toBeLessThanOrEqual(0.025 + 3 * Math.sqrt((0.025 * 0.975) / 400));
  });

  it.each([
    [2, 20],
    [20, 6],
  ])('mostly shows a gain of five percent: %d clusters of %d pairs', (clusters, pairs) => {
    const drawn = { clusters, pairs, gainPercent: 5 };
    expect(shareOf(50, () => judged(drawn, { marginPercent: 0 }).verdict === 'keep')).toBeGreaterThan(0.99);
    expect(shareOf(150, () => judged(drawn, { resamples: 500 }).verdict === 'keep')).toBeGreaterThan(0.7);
  });
});
