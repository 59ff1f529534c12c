// `headroom/work`: doing much at once, and not too much.
import type { AdaptiveOptions } from './work/adaptive-rate.ts';
import { type BatchFunction, type BatchOptions, batch } from './work/batch.ts';
import { BreakerOpenError, type BreakerSettings, breaker } from './work/breaker.ts';
import { ObjectPool, type ObjectPoolOptions } from './work/object-pool.ts';
import { type ParallelOptions, type ParallelProgress, type ParallelResult, parallel } from './work/parallel.ts';
import { RateLimitedError, type RateLimiter, type RateLimitOptions, rateLimit } from './work/rate-limit.ts';

export {
  type AdaptiveOptions,
  type BatchFunction,
  type BatchOptions,
  BreakerOpenError,
  type BreakerSettings,
  batch,
  breaker,
  ObjectPool,
  type ObjectPoolOptions,
  type ParallelOptions,
  type ParallelProgress,
  type ParallelResult,
  parallel,
  RateLimitedError,
  type RateLimiter,
  type RateLimitOptions,
  rateLimit,
};
