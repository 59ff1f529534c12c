import type { SpikeFigures, TimelinePoint } from '../../contracts/load-result.ts';
import type { PlayedStep } from './played-step.ts';
import { attemptsIn, errorRatePercentOf } from './point-errors.ts';

export interface SpikeWindows {
  /** Seconds from the test's start. */
  baseFrom: number;
  spikeFrom: number;
  spikeTo: number;
  end: number;
}

/**
 * Where the spike is in a step that was planned as one: a ramp that may be missing, the level, the spike, the level.
 * @param startSecond of the step, from the test's start
 */
export function spikeWindowsOf(
  { stages, holdFromSeconds, elapsedSeconds }: PlayedStep,
  startSecond: number,
): SpikeWindows {
  const [base, spike] = stages.slice(-3).map(({ seconds }) => seconds);
  const baseFrom = startSecond + holdFromSeconds;
  const spikeFrom = baseFrom + (base ?? 0);
  return { baseFrom, spikeFrom, spikeTo: spikeFrom + (spike ?? 0), end: startSecond + elapsedSeconds };
}

/**
 * As before the spike is a p95 within a fifth of the usual one, or within this, or as nine in ten intervals had it, and what fails no
 * more than a percent more often.
 */
const sameP95Ratio = 1.2;
const sameP95Ms = 2;
const sameErrorPercent = 1;
/** So long it must stay so. */
const steadySeconds = 3;

/**
 * What a spike did, from the timeline.
 */
export function spikeFiguresOf(
  timeline: readonly TimelinePoint[],
  { baseFrom, spikeFrom, spikeTo, end }: SpikeWindows,
): SpikeFigures {
  const within = (from: number, to: number): TimelinePoint[] =>
    timeline.filter(({ second, durationSeconds }) => second >= from && second + durationSeconds <= to + 0.001);
  const base = within(baseFrom, spikeFrom);
  const spike = within(spikeFrom, spikeTo);
  const baseP95 = medianP95(base);
  const baseErrors = errorRatePercentOf(base);
  const usualMs = Math.max((baseP95 ?? 0) * sameP95Ratio, (baseP95 ?? 0) + sameP95Ms, quantileOfP95(base, 0.9) ?? 0);
  const isAsBefore = (point: TimelinePoint): boolean =>
    point.requests > 0 &&
    (point.p95ResponseTimeMs ?? 0) <= usualMs &&
    errorRatePercentOf([point]) <= baseErrors + sameErrorPercent;
  const after = within(spikeTo, end);
  const recovered = after.findIndex((_, at) => {
    const from = after[at];
    if (from === undefined) return false;
    const steady = after.slice(at).filter(({ second }) => second < from.second + steadySeconds);
    const covered = steady.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0);
    return covered >= steadySeconds - 0.001 && steady.every(isAsBefore);
  });
  const spikeP95 = medianP95(spike);
  const worst = Math.max(...[...spike, ...after].map(({ p95ResponseTimeMs }) => p95ResponseTimeMs ?? 0));
  const from = after[recovered];
  return {
    ...(baseP95 === undefined ? {} : { baseP95ResponseTimeMs: baseP95 }),
    ...(spikeP95 === undefined ? {} : { spikeP95ResponseTimeMs: spikeP95, peakP95ResponseTimeMs: worst }),
    ...(spike.some((point) => attemptsIn(point) > 0)
      ? { spikeErrorRatePercent: rounded(errorRatePercentOf(spike)) }
      : {}),
    recoverySeconds: baseP95 === undefined || from === undefined ? null : rounded(Math.max(0, from.second - spikeTo)),
  };
}

/** Of the intervals' p95s: what an ordinary interval looked like, whatever a single one did. */
const medianP95 = (points: readonly TimelinePoint[]): number | undefined => quantileOfP95(points, 0.5);

function quantileOfP95(points: readonly TimelinePoint[], q: number): number | undefined {
  const values = points.flatMap(({ p95ResponseTimeMs }) => p95ResponseTimeMs ?? []).sort((a, b) => a - b);
  return values[Math.floor(q * values.length)];
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
