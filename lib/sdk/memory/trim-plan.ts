import type { PressureLevel } from './pressure-level.ts';

export interface TrimFractions {
  readonly moderate: number;
  readonly critical: number;
}

export interface Measurement {
  readonly level: PressureLevel;
  readonly heapLevel: PressureLevel;
  readonly heapPercent: number;
  readonly rssPercent: number;
  /** Whether the heap's figure is new. */
  readonly isAfterCollection: boolean;
}

export interface TrimDecision {
  /** Whether the last trim helped, as soon as it is known. */
  readonly helped?: boolean;
  /** Said once, until the pressure is over. */
  readonly isFutile?: boolean;
  /** To be trimmed now. */
  readonly fraction?: number;
}

/** The resident memory follows the heap slowly: V8 gives pages back when it has the time. */
const rssSettlesMs = 10_000;
const futileTrims = 3;
const futilePauseMs = 60_000;
/** Points of a percent: less is no help. */
const leastHelp = 0.5;

/**
 * Decides from each measurement whether to trim. A trim is judged by the next measurement that can tell, and none follows before:
 * after a collection for the heap, and some seconds later for the resident memory. Where the heap is short it never gives up, since the
 * process would die; where the resident memory is, caches that are emptied in vain would cost more than they free.
 */
export class TrimPlan {
  readonly #fractions: TrimFractions;
  #last: { heapPercent: number; rssPercent: number; atMs: number } | undefined;
  #failures = 0;

  constructor(fractions: TrimFractions) {
    this.#fractions = fractions;
  }

  decide(now: Measurement, atMs: number): TrimDecision {
    if (now.level === 'none') {
      const helped = this.#last === undefined ? {} : { helped: true };
      this.#last = undefined;
      this.#failures = 0;
      return helped;
    }
    const last = this.#last;
    if (last === undefined) return { fraction: this.#trim(now, atMs, now.level) };
    const waitedMs = atMs - last.atMs;
    const isHeapShort = now.heapLevel !== 'none';
    const isPaused = this.#failures >= futileTrims && waitedMs < futilePauseMs;
    if (isHeapShort ? !now.isAfterCollection : waitedMs < rssSettlesMs || isPaused) return {};
    const helped = now.heapPercent <= last.heapPercent - leastHelp || now.rssPercent <= last.rssPercent - leastHelp;
    this.#failures = helped ? 0 : this.#failures + 1;
    const isFutile = this.#failures === futileTrims;
    if (isFutile && !isHeapShort) {
      this.#last = { ...last, atMs };
      return { helped, isFutile };
    }
    return { helped, ...(isFutile && { isFutile }), fraction: this.#trim(now, atMs, now.level) };
  }

  #trim({ heapPercent, rssPercent }: Measurement, atMs: number, level: 'moderate' | 'critical'): number {
    this.#last = { heapPercent, rssPercent, atMs };
    return Math.min(1, this.#fractions[level] * 2 ** this.#failures);
  }
}
