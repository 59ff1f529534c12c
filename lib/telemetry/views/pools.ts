import type { PoolFigures } from '../../contracts/telemetry-views.ts';
import type { PoolAggregate } from '../aggregate.ts';
import { milliseconds } from '../metrics.ts';
import { rounded } from '../resources.ts';

export function poolFiguresOf(pool: PoolAggregate): PoolFigures {
  const { windows, size, waitTime, checkTime, oldestConnectionSeconds } = pool;
  const mean = (sum: number): number => rounded(sum / windows);
  return {
    pool: pool.pool,
    system: pool.system,
    ...(size === undefined ? {} : { size }),
    avgOpen: mean(pool.openSum),
    peakOpen: pool.peakOpen,
    avgInUse: mean(pool.inUseSum),
    peakInUse: pool.peakInUse,
    peakWaiting: pool.peakWaiting,
    ...(size === undefined || size === 0
      ? {}
      : {
          usedPercent: rounded(Math.min(100, (100 * pool.inUseSum) / windows / size)),
          fullPercent: rounded((100 * pool.fullWindows) / windows),
        }),
    requested: waitTime.count,
    ...(waitTime.count === 0
      ? {}
      : {
          avgWaitMs: milliseconds(waitTime.mean),
          p95WaitMs: milliseconds(waitTime.quantile(0.95)),
          maxWaitMs: milliseconds(waitTime.max),
        }),
    timeouts: pool.timeouts,
    errors: pool.errors,
    created: pool.created,
    closed: pool.closed,
    overflow: pool.overflow,
    checks: pool.checks,
    failedChecks: pool.failedChecks,
    ...(checkTime.count === 0 ? {} : { p95CheckMs: milliseconds(checkTime.quantile(0.95)) }),
    ...(oldestConnectionSeconds === undefined ? {} : { oldestConnectionSeconds }),
  };
}
