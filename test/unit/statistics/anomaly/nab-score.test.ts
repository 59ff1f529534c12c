import { describe, expect, it } from 'vitest';
import { nabScore, nabScoreAt, probation, worthOf } from '../../../bench/analysis/nab/score.ts';

/** A series of 100 points, of which the first 15 are not scored. */
const windows = [
  { first: 20, last: 29 },
  { first: 60, last: 79 },
];
const scoresAt = (alarms: Record<number, number>): number[] => Array.from({ length: 100 }, (_, i) => alarms[i] ?? 0);
const corpusWith = (alarms: Record<number, number>) => [
  { series: { windows: structuredClone(windows) }, scores: scoresAt(alarms) },
];
/** Of the benchmark's paper: 2 / (1 + e^(5 y)) - 1. */
const sigmoid = (y: number) => 2 / (1 + Math.exp(5 * y)) - 1;

describe('the score of NAB', () => {
  it('leaves out the first 15 percent, of long series 750 points', () => {
    expect([100, 4_032, 5_000, 15_902].map(probation)).toEqual([15, 604, 750, 750]);
    expect(nabScoreAt(corpusWith({ 3: 0.9, 14: 0.9 }), 0.9)).toMatchObject({ falseAlarms: 0, score: 0 });
    expect(nabScoreAt(corpusWith({ 15: 0.9 }), 0.9)).toMatchObject({ falseAlarms: 1 });
  });

  it('gives 1 for the first point of a window, and less the later it is found', () => {
    expect(worthOf(20, windows)).toBe(1);
    expect(worthOf(25, windows)).toBeCloseTo(sigmoid(-0.5) / sigmoid(-1), 12);
    expect(worthOf(29, windows)).toBeCloseTo(0.244919 / 0.986614, 5);
  });

  it('takes less for a false alarm just behind a window than for one elsewhere', () => {
    expect(worthOf(17, windows)).toBe(-0.11);
    expect(worthOf(30, windows)).toBeCloseTo(0.11 * sigmoid(1 / 9), 12);
    expect(worthOf(30, windows)).toBeCloseTo(-0.11 * 0.270847, 6);
    expect(worthOf(38, windows)).toBeCloseTo(-0.11 * 0.986614, 6);
    // Three widths behind.
    expect(worthOf(56, windows)).toBe(-0.11);
    expect(worthOf(99, windows)).toBeCloseTo(0.11 * sigmoid(20 / 19), 12);
  });

  it('is 0 for silence and 100 for an alarm at the beginning of each window', () => {
    expect(nabScore(corpusWith({}))).toMatchObject({ score: 0, foundWindows: 0, windows: 2 });
    expect(nabScore(corpusWith({ 20: 1, 60: 1 }))).toMatchObject({ score: 100, foundWindows: 2, falseAlarms: 0 });
  });

  it('counts of a window the first alarm only, whatever the later ones score', () => {
    const found = nabScoreAt(corpusWith({ 25: 0.8, 22: 0.7, 28: 0.9 }), 0.7);
    const worth = sigmoid(-0.8) / sigmoid(-1);
    // One window missed, at -1, and null is -2, perfect 2.
    expect(found.score).toBeCloseTo((100 * (worth - 1 + 2)) / 4, 12);
    expect(found.foundWindows).toBe(1);
  });

  it('adds what false alarms cost', () => {
    const result = nabScoreAt(corpusWith({ 17: 0.5, 18: 0.5, 60: 0.5 }), 0.5);
    expect(result.score).toBeCloseTo((100 * (1 - 1 - 0.22 + 2)) / 4, 12);
    expect(result.falseAlarms).toBe(2);
  });

  it('chooses the one threshold that is best over all series', () => {
    const corpus = [...corpusWith({ 20: 0.9, 60: 0.6, 17: 0.3 }), ...corpusWith({ 20: 0.5, 50: 0.95 })];
    const best = nabScore(corpus);
    // All three windows with one false alarm; one lower, the other false alarm would come in.
    expect(best.threshold).toBe(0.5);
    expect(best).toMatchObject({ windows: 4, foundWindows: 3, falseAlarms: 1 });
    expect(best.score).toBeCloseTo((100 * (3 - 1 + worthOf(50, windows) + 4)) / 8, 12);
    expect(nabScoreAt(corpus, best.threshold)).toEqual(best);
    expect(nabScoreAt(corpus, 0.55).foundWindows).toBe(2);
  });

  it('takes points of the same score together', () => {
    const flat = [{ series: { windows }, scores: new Array<number>(100).fill(0.4) }];
    expect(nabScore(flat).threshold).toBe(Number.POSITIVE_INFINITY);
    expect(nabScoreAt(flat, 0.4).falseAlarms).toBe(100 - 15 - 30);
  });
});
