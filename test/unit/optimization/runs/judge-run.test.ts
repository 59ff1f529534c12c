import { describe, expect, it } from 'vitest';
import { costGuardrail, latencyGuardrail } from '../../../../lib/optimization/runs/judging/guardrails.ts';
import { judgeRun } from '../../../../lib/optimization/runs/judging/judge-run.ts';
import { confidenceOfLook } from '../../../../lib/optimization/runs/judging/looks.ts';
import { sameMix } from '../../../../lib/optimization/runs/judging/pairs.ts';
import type { Cell, RoundFigures } from '../../../../lib/optimization/runs/measuring/figures.ts';
import { GeneratedRounds, judgedRun, keptOf } from '../../../support/optimization/generated-rounds.ts';

const options = { marginPercent: 3, mostRounds: 3, seed: 'run' };

describe('judgeRun, of generated services that drift, start cold and are hit by bursts', () => {
  // The full count is that of `npm run bench:analysis -- --measures judge-runs`.
  it('keeps next to nothing of equal code', () => {
    expect(keptOf(30, 1, { gainPercent: 0, workers: 2 }).keptPercent).toBe(0);
  });

  it('keeps a true gain of 10 % within three rounds', () => {
    expect(keptOf(20, 1, { gainPercent: 10, workers: 2 }).keptPercent).toBeGreaterThanOrEqual(90);
  });

  it('keeps a true gain of 10 % also where one instance tells of it, and in phases', () => {
    expect(keptOf(20, 1, { gainPercent: 10, workers: 1, mode: 'passive' }).keptPercent).toBeGreaterThanOrEqual(90);
    const inPhases = keptOf(20, 1, { gainPercent: 10, workers: 2, alternation: 'phases' });
    expect(inPhases.keptPercent).toBeGreaterThanOrEqual(90);
  });

  it.each(['experiment', 'phases'] as const)('keeps what costs less and is not slower, by %s', (alternation) => {
    const saver = { workers: 2, saves: true, alternation };
    expect(keptOf(20, 1, { ...saver, gainPercent: 0 }).keptPercent).toBeGreaterThanOrEqual(90);
    expect(keptOf(20, 1, { ...saver, gainPercent: -10 }).keptPercent).toBe(0);
    expect(judgedRun(2, { ...saver, gainPercent: 0 })).toMatchObject({
      verdict: 'keep',
      keptFor: 'saving',
      confidencePercent: 90,
      reason: expect.stringContaining('costs less, and is not slower'),
      interval: { lowPercent: expect.any(Number) },
    });
  });

  it('keeps what costs less also where one worker, or one instance, tells of it', () => {
    expect(keptOf(20, 1, { gainPercent: 0, workers: 1, saves: true }).keptPercent).toBeGreaterThanOrEqual(90);
  });

  it('does not keep what costs less and makes the slowest requests slower', () => {
    const judged = judgedRun(7, { gainPercent: 0, tailHarmPercent: 40, workers: 2, saves: true });
    expect(judged).toMatchObject({ verdict: 'reject', reason: expect.stringContaining('p95-response-time') });
  });

  it('does not keep what makes the slowest requests slower, or fails more often', () => {
    expect(judgedRun(7, { gainPercent: 10, tailHarmPercent: 40, workers: 2 })).toMatchObject({
      verdict: 'reject',
      reason: expect.stringContaining('p95-response-time'),
    });
    expect(judgedRun(7, { gainPercent: 10, errorPoints: 2, workers: 2 })).toMatchObject({
      verdict: 'reject',
      reason: expect.stringContaining('error-rate'),
    });
  });

  it('says the same of the same slices', () => {
    const rounds = () => [new GeneratedRounds(3, { gainPercent: 5, workers: 2 }).round(0, 'a')];
    expect(judgeRun(rounds(), options)).toEqual(judgeRun(rounds(), options));
  });
});

const cell = (slice: number, meanMs: number, changes: Partial<Cell> = {}): Cell => ({
  slice,
  worker: 'w',
  requests: 100,
  failed: 0,
  unanswered: 0,
  seconds: 5,
  meanMs,
  p50Ms: meanMs,
  p95Ms: 2 * meanMs,
  byName: { '/': [100, meanMs] },
  ...changes,
});

/** Slices of one worker that differ a little, before and after in turn. */
const roundOf = (pairs: number, after: (pair: number) => Partial<Cell> & { meanMs: number }): RoundFigures => ({
  slices: Array.from({ length: 2 * pairs }, (_, slice) => ({
    side: slice % 2 === 0 ? 'before' : 'after',
    pair: slice >> 1,
    block: slice >> 1,
    fromMs: slice,
    toMs: slice + 1,
  })),
  cells: Array.from({ length: pairs }, (_, pair) => [
    cell(2 * pair, 100 + (pair % 3)),
    cell(2 * pair + 1, after(pair).meanMs, { ...after(pair), p95Ms: 2 * after(pair).meanMs }),
  ]).flat(),
});

describe('judgeRun', () => {
  it('is not settled by too few slices, and says so', () => {
    expect(judgeRun([roundOf(3, () => ({ meanMs: 50 }))], options)).toMatchObject({
      verdict: 'inconclusive',
      pairs: 3,
      reason: expect.stringContaining('too little'),
    });
    expect(judgeRun([{ slices: [], cells: [] }], options)).toMatchObject({
      verdict: 'inconclusive',
      pairs: 0,
      guardrails: [],
    });
  });

  it('rejects early what cannot have the gain that was asked for', () => {
    const judgement = judgeRun([roundOf(10, (pair) => ({ meanMs: 100 + ((pair + 1) % 3) }))], options);
    expect(judgement).toMatchObject({ verdict: 'reject', rounds: 1, reason: expect.stringContaining('ruled out') });
  });

  it('keeps by the margin of the level: 4 % are enough for one, and too little for the other', () => {
    const round = roundOf(10, (pair) => ({ meanMs: 95.5 + ((pair + 1) % 3) }));
    expect(judgeRun([round], { ...options, marginPercent: 2 }).verdict).toBe('keep');
    expect(judgeRun([round], { ...options, marginPercent: 5 }).verdict).not.toBe('keep');
  });

  it('does not keep what costs more than it may', () => {
    const round = roundOf(10, (pair) => ({ meanMs: 80 + (pair % 2) }));
    expect(judgeRun([round], { ...options, costUsdPerMonth: { before: 10, after: 10.4 } }).verdict).toBe('keep');
    const dear = { ...options, costUsdPerMonth: { before: 10, after: 11 } };
    expect(judgeRun([round], dear)).toMatchObject({ verdict: 'reject', reason: expect.stringContaining('cost') });
    // Unless somebody has allowed it; and then it is kept for what it gains, and not for nothing.
    expect(judgeRun([round], { ...dear, isCostAllowed: true })).toMatchObject({ verdict: 'keep', keptFor: 'gain' });
    const idle = roundOf(10, (pair) => ({ meanMs: 100 + ((pair + 1) % 3) }));
    expect(judgeRun([idle], { ...dear, isCostAllowed: true }).verdict).toBe('reject');
  });

  it('counts what all workers see at once as seen once', () => {
    // Ten workers that all see the same luck are no more than one.
    const lucky = roundOf(6, (pair) => ({ meanMs: [80, 87, 92, 100, 104, 86][pair] ?? 0 }));
    const crowd: RoundFigures = {
      slices: lucky.slices,
      cells: lucky.cells.flatMap((each) =>
        Array.from({ length: 10 }, (_, worker) => ({ ...each, worker: `${worker}` })),
      ),
    };
    expect(judgeRun([crowd], options).verdict).toBe('inconclusive');
  });

  it('rejects what takes the service down, though no answer has a time', () => {
    const down = { meanMs: 0, requests: 0, failed: 80, unanswered: 80, byName: {} };
    expect(judgeRun([roundOf(10, () => down)], options)).toMatchObject({
      verdict: 'reject',
      reason: expect.stringContaining('error-rate became worse by 100 points'),
      pairs: 10,
    });
    // Some get through.
    const almost = { ...down, requests: 3, meanMs: 90, byName: { '/': [3, 90] as [number, number] } };
    expect(judgeRun([roundOf(10, () => almost)], options)).toMatchObject({ verdict: 'reject' });
  });

  it('rejects that with which nothing is heard of the service any more', () => {
    const { slices, cells } = roundOf(6, () => ({ meanMs: 50 }));
    const silent = { slices, cells: cells.filter(({ slice }) => slice % 2 === 0) };
    expect(judgeRun([silent], options)).toMatchObject({
      verdict: 'reject',
      reason: expect.stringContaining('no request was told of'),
    });
  });

  it('asks each of several looks for more confidence than one', () => {
    expect([1, 2, 3].map(confidenceOfLook)).toEqual([0.95, 0.9706, 0.9779]);
    expect(() => confidenceOfLook(4)).toThrow(RangeError);
  });
});

describe('Guardrails', () => {
  it('hold when more harm is ruled out, are broken when it is shown, and else unsettled', () => {
    const state = (lowPercent: number, highPercent: number) =>
      latencyGuardrail('p95-response-time', {
        improvementPercent: (lowPercent + highPercent) / 2,
        interval: { lowPercent, highPercent },
      }).state;
    expect(state(-3, 10)).toBe('holds');
    expect(state(-3.1, 10)).toBe('unsettled');
    expect(state(-9, -3.1)).toBe('broken');
    expect(costGuardrail({ before: 0, after: 0 }).state).toBe('holds');
    expect(costGuardrail({ before: 0, after: 1 }).state).toBe('holds');
    expect(costGuardrail({ before: 0, after: 1.5 }).state).toBe('broken');
    expect(costGuardrail({ before: 10, after: 4 })).toMatchObject({ state: 'holds', harm: -60 });
  });

  it('compare means for the same mix of requests', () => {
    const mix = (slow: number, factor: number): Cell =>
      cell(0, 0, { byName: { fast: [100 - slow, 10 * factor], slow: [slow, 1_000 * factor] } });
    const [a, b] = sameMix(mix(10, 1), mix(50, 0.9));
    expect(b / a).toBeCloseTo(0.9, 10);
  });
});
