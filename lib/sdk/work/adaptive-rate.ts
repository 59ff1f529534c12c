export interface AdaptiveOptions {
  /** A mean duration above it says that the other side is overloaded; by default only errors do. */
  slowMs?: number;
  /** 5 by default. */
  maxErrorRatePercent?: number;
  /** The rate never falls below it; a fiftieth of `perSecond` by default. */
  minPerSecond?: number;
}

const windowMs = 1_000;
/** Of fewer calls nothing is concluded. */
const leastCalls = 5;
const decrease = 0.7;
/** Of the full rate, for each window that went well. */
const increase = 0.05;

/**
 * The rate that the other side bears: it falls by three tenths for each second in which calls were slow or failed, and rises in
 * steps while all goes well and it is made use of (additive increase, multiplicative decrease: Chiu, Jain 1989).
 */
export class AdaptiveRate {
  perSecond: number;
  readonly #most: number;
  readonly #least: number;
  readonly #slowMs: number;
  readonly #maxErrorRate: number;
  #windowEndsAt: number;
  #calls = 0;
  #failed = 0;
  #totalMs = 0;

  constructor(perSecond: number, options: AdaptiveOptions, nowMs: number) {
    const { slowMs = Number.POSITIVE_INFINITY, maxErrorRatePercent = 5, minPerSecond = perSecond / 50 } = options;
    this.perSecond = perSecond;
    this.#most = perSecond;
    this.#least = Math.min(perSecond, minPerSecond);
    this.#slowMs = slowMs;
    this.#maxErrorRate = maxErrorRatePercent / 100;
    this.#windowEndsAt = nowMs + windowMs;
  }

  /** A call has ended. */
  record(durationMs: number, hasFailed: boolean, nowMs: number): void {
    this.#calls++;
    this.#totalMs += durationMs;
    if (hasFailed) this.#failed++;
    if (nowMs >= this.#windowEndsAt && this.#calls >= leastCalls) this.#conclude(nowMs);
  }

  #conclude(nowMs: number): void {
    const elapsedSeconds = (nowMs - this.#windowEndsAt + windowMs) / 1_000;
    const meanMs = this.#totalMs / this.#calls;
    const isOverloaded = this.#failed > this.#maxErrorRate * this.#calls || meanMs > this.#slowMs;
    if (isOverloaded) {
      this.perSecond = Math.max(this.#least, this.perSecond * decrease);
    } else {
      // What was not asked for was not shown to be borne.
      const isUsed = this.#calls >= 0.5 * this.perSecond * elapsedSeconds;
      if (isUsed) this.perSecond = Math.min(this.#most, this.perSecond + increase * this.#most);
    }
    this.#windowEndsAt = nowMs + windowMs;
    this.#calls = 0;
    this.#failed = 0;
    this.#totalMs = 0;
  }
}
