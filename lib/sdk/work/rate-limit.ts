import { type AdaptiveOptions, AdaptiveRate } from './adaptive-rate.ts';

export interface RateLimitOptions {
  /** In the long run at most so many calls a second. */
  perSecond: number;
  /** So many may come at once after a pause; 1 by default. */
  burst?: number;
  /** Lowers the rate while calls are slow or fail, and raises it again; off by default. */
  adaptive?: boolean | AdaptiveOptions;
  /** A call that would have to wait for longer is rejected at once; 1,000 by default. */
  maxWaitMs?: number;
  /** A monotonic clock in milliseconds. */
  now?: () => number;
}

/** Times are sums of fractions. */
const roundingErrorMs = 1e-3;

/** There were too many calls. */
export class RateLimitedError extends Error {
  override name = 'RateLimitedError';
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(`There are too many calls: the next one could begin in ${Math.ceil(retryAfterMs)} ms.`);
    this.retryAfterMs = retryAfterMs;
  }
}

export interface RateLimiter {
  /** Calls it when its turn has come, first come first served. @throws RateLimitedError when that would take too long */
  run<Value>(work: () => Value | Promise<Value>): Promise<Value>;
  /** Takes a turn if there is one now. What it is used for tells an adaptive limiter nothing. */
  tryTake(): boolean;
  /** The present rate: below the one that was asked for while the other side is overloaded. */
  readonly perSecond: number;
}

/**
 * Bounds how often something is called: a token bucket (GCRA, the generic cell rate algorithm), of which the callers wait for their turn.
 *
 * @throws RangeError when an option cannot be meant
 */
export function rateLimit({
  perSecond,
  burst = 1,
  adaptive = false,
  maxWaitMs = 1_000,
  now = () => performance.now(),
}: RateLimitOptions): RateLimiter {
  if (!(perSecond > 0 && Number.isFinite(perSecond))) throw new RangeError('perSecond must be above 0');
  if (!(burst >= 1)) throw new RangeError('burst must be 1 or more');
  if (!(maxWaitMs >= 0)) throw new RangeError('maxWaitMs must be 0 or more');
  const learned =
    adaptive === false ? undefined : new AdaptiveRate(perSecond, adaptive === true ? {} : adaptive, now());
  const present = (): number => learned?.perSecond ?? perSecond;
  /** When the bucket will be full again: each call moves it on by one interval. */
  let fullAt = now();

  /** @returns how long a call that comes now has to wait */
  const waitFor = (at: number): number => {
    const intervalMs = 1_000 / present();
    const waitMs = Math.max(fullAt, at) - at - (burst - 1) * intervalMs;
    return waitMs > roundingErrorMs ? waitMs : 0;
  };
  const take = (at: number): void => {
    fullAt = Math.max(fullAt, at) + 1_000 / present();
  };

  return {
    async run<Value>(work: () => Value | Promise<Value>): Promise<Value> {
      const askedAt = now();
      const waitMs = waitFor(askedAt);
      if (waitMs > maxWaitMs) throw new RateLimitedError(waitMs);
      take(askedAt);
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const startedAt = now();
      try {
        const value = await work();
        learned?.record(now() - startedAt, false, now());
        return value;
      } catch (error) {
        learned?.record(now() - startedAt, true, now());
        throw error;
      }
    },
    tryTake() {
      const at = now();
      if (waitFor(at) > 0) return false;
      take(at);
      return true;
    },
    get perSecond() {
      return present();
    },
  };
}
