import type { Interval } from '../bootstrap.ts';
import type { ChangePoint } from '../change-points.ts';
import { studentT } from '../student-t.ts';
import type { Noise } from './noise.ts';
import { significanceOf } from './significance.ts';
import { SHORTEST_SEGMENT, type StepScan } from './step-scan.ts';

interface Place {
  begin: number;
  index: number;
  end: number;
}

interface Series {
  cleaned: Float64Array;
  /** What was taken from every value. */
  level: number;
  noise: Noise;
  scan: StepScan;
}

/**
 * What a likelihood ratio stays below where the true place is, in 95 of 100 cases: -2 log(1 - sqrt(0.95)) (Hansen: "Sample splitting
 * and threshold estimation", Econometrica 68, 2000).
 */
const LIKELY = 7.35;

export function measuredChange({ begin, index, end }: Place, { cleaned, level, noise, scan }: Series): ChangePoint {
  const before = level + meanBetween(cleaned, begin, index);
  const after = level + meanBetween(cleaned, index, end);
  return {
    index,
    indexInterval: likelyPlaces({ begin, index, end }, scan, noise),
    before,
    after,
    ...changeIn(before, after, noise, index - begin, end - index),
    pValue: significanceOf(scan.at(begin, index, end, noise), scan.count),
  };
}

function meanBetween(values: Float64Array, begin: number, end: number): number {
  let sum = 0;
  for (let i = begin; i < end; i++) sum += values[i] ?? 0;
  return sum / (end - begin);
}

function likelyPlaces({ begin, index, end }: Place, scan: StepScan, noise: Noise): Interval {
  const least = scan.at(begin, index, end, noise) ** 2 - LIKELY;
  const likely = (at: number): boolean => scan.at(begin, at, end, noise) ** 2 >= least;
  let [low, high] = [index, index];
  for (let at = begin + SHORTEST_SEGMENT; at < low; at++) if (likely(at)) low = at;
  for (let at = end - SHORTEST_SEGMENT; at > high; at--) if (likely(at)) high = at;
  return { low, high };
}

/** Standard errors that a level lies above 0, for percents of it to mean something: the delta method takes it for well known. */
const CLEARLY_ABOVE_0 = 4;

/** The change of a mean that is clearly above 0, and its interval by the delta method. */
function changeIn(
  before: number,
  after: number,
  { deviation, memory }: Noise,
  countBefore: number,
  countAfter: number,
): { changePercent?: number; interval?: Interval } {
  const perMean = (deviation ** 2 * (1 + memory)) / (1 - memory);
  if (!(before > CLEARLY_ABOVE_0 * Math.sqrt(perMean / countBefore))) return {};
  const ratio = after / before;
  const error = Math.sqrt(perMean / countAfter + (ratio ** 2 * perMean) / countBefore) / before;
  const independent = Math.max(2, ((countBefore + countAfter) * (1 - memory)) / (1 + memory) - 2);
  const reach = studentT(0.95, independent) * error;
  const changePercent = 100 * (ratio - 1);
  return { changePercent, interval: { low: changePercent - 100 * reach, high: changePercent + 100 * reach } };
}
