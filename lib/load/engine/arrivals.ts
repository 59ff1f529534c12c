import type { LoadStage } from './plan.ts';

/** Sums of rates and times carry rounding errors: 0.1 * 30 = 3.0000000000000004 are 3 arrivals, not 4. */
const RELATIVE_ERROR = 1e-12;

function wholeIfNearly(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) <= value * RELATIVE_ERROR ? whole : value;
}

type Piece = { startMs: number; lengthMs: number; from: number; slope: number; before: number; upTo: number };

/**
 * When the arrivals of an open test are due. With A(t) as the integral of the rate over time, arrival k (from 0) is due when
 * A has reached k and goes on from there, and those with k < A(end) come at all.
 */
export class Arrivals {
  /** How many the whole test has. */
  readonly count: number;
  readonly #pieces: Piece[] = [];

  /** @param stages with rates per second */
  constructor(stages: readonly LoadStage[]) {
    let startMs = 0;
    let before = 0;
    for (const { seconds, from, to } of stages) {
      const upTo = wholeIfNearly(before + (seconds * (from + to)) / 2);
      if (upTo > before) {
        this.#pieces.push({ startMs, lengthMs: seconds * 1000, from, slope: (to - from) / seconds, before, upTo });
      }
      startMs += seconds * 1000;
      before = upTo;
    }
    this.count = Math.ceil(before);
  }

  /** In ms from the start of the test. Never less than that of the arrival before. */
  dueMs(arrival: number): number {
    const piece = this.#pieces.find(({ upTo }) => arrival < upTo);
    if (piece === undefined) throw new RangeError(`there is no arrival ${arrival}`);
    const { startMs, lengthMs, from, slope, before } = piece;
    // from t + slope t^2 / 2 = k, solved so that nothing is subtracted that is nearly equal.
    const inPiece = arrival - before;
    if (inPiece <= 0) return startMs;
    const rate = Math.sqrt(Math.max(0, from * from + 2 * slope * inPiece));
    return startMs + Math.min(lengthMs, (2000 * inPiece) / (from + rate));
  }

  /** How many arrivals the worker has who takes every `workers`-th from `worker` on. */
  countOf(worker: number, workers: number): number {
    return Math.max(0, Math.ceil((this.count - worker) / workers));
  }

  /** How many of these are due before that time. */
  countBefore(ms: number, worker: number, workers: number): number {
    let low = 0;
    let high = this.countOf(worker, workers);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.dueMs(worker + middle * workers) < ms) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
