import type { LoadTestResult } from '../../../contracts/load-result.ts';
import { mannWhitney } from '../../../statistics/mann-whitney.ts';

/** Beyond this, orders of blocks are no longer counted, but approximated. */
const mostBlocks = 20;
/** Fewer tell nothing: even where all of one run are above all of the other. */
const leastBlocks = 6;
/** A run is one sample of its time: what is said of two is to be hard to get by chance. */
const level = 0.01;

type Run = Pick<LoadTestResult, 'timeline' | 'steps'>;

export interface RunNoise {
  /** Whether the blocks of the runs lie further apart than the blocks of one run do. */
  differs: boolean;
  p: number;
  /** How likely a block of b is slower than one of a, in percent. */
  slowerPercent: number;
  blocks: { a: number; b: number };
}

/**
 * Two runs, each cut into blocks of time with their mean response times: whether the runs differ by more than they vary within
 * themselves (Mann and Whitney 1947). It cannot tell what else has changed between the two: for that, slices must alternate.
 *
 * @returns undefined where there are too few blocks, or the load was not held at one level
 */
export function noiseOf(a: Run, b: Run): RunNoise | undefined {
  const [ofA, ofB] = [blockMeans(a), blockMeans(b)];
  if (ofA.length < leastBlocks || ofB.length < leastBlocks) return undefined;
  const { p, superiority } = mannWhitney(ofB, ofA);
  return {
    differs: p < level,
    p,
    slowerPercent: 100 * superiority,
    blocks: { a: ofA.length, b: ofB.length },
  };
}

/** Mean response times in ms, of neighbouring intervals together: a stall is to make one block slow, not ten intervals. */
function blockMeans({ timeline, steps = [] }: Run): number[] {
  const [held] = steps;
  if (held === undefined || steps.length > 1) return [];
  const end = held.startSecond + held.durationSeconds;
  const intervals = timeline.flatMap(({ second, durationSeconds, requests, avgResponseTimeMs }) =>
    avgResponseTimeMs === undefined || second < held.startSecond || second + durationSeconds > end
      ? []
      : [{ requests, sum: requests * avgResponseTimeMs }],
  );
  const count = Math.min(mostBlocks, intervals.length);
  return Array.from({ length: count }, (_, block) => {
    const from = Math.floor((block * intervals.length) / count);
    const to = Math.floor(((block + 1) * intervals.length) / count);
    const own = intervals.slice(from, to);
    const requests = own.reduce((all, one) => all + one.requests, 0);
    return own.reduce((all, one) => all + one.sum, 0) / requests;
  });
}
