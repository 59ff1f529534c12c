import type { PoolWindow } from '../../contracts/telemetry.ts';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';
import { Sketch } from '../../statistics/sketch.ts';

/** What a pool is like at one moment. */
export interface PoolState {
  /** As the driver has it; what is no whole number above zero is no limit. */
  readonly size: unknown;
  readonly open: number;
  readonly inUse: number;
  readonly waiting: number;
  readonly oldestConnectionSeconds: number | undefined;
  /** It will give out no more connections. */
  readonly ended: boolean;
}

export type PoolCount = 'created' | 'closed' | 'overflow' | 'timeouts' | 'errors';

/** What happened over some time. */
class Tally {
  readonly counts: Record<PoolCount, number> = { created: 0, closed: 0, overflow: 0, timeouts: 0, errors: 0 };
  /** Microseconds, as the next. */
  readonly waitTime = new Sketch();
  readonly checkTime = new Sketch();
  failedChecks = 0;
  peakInUse = 0;
  peakWaiting = 0;
}

/** Totals since the pool is watched. Times in milliseconds; absent where nothing was measured. */
export interface PoolStats extends Omit<PoolState, 'ended' | 'size' | 'oldestConnectionSeconds'> {
  readonly pool: string;
  readonly system: string;
  readonly size?: number;
  readonly peakInUse: number;
  readonly peakWaiting: number;
  readonly created: number;
  readonly closed: number;
  readonly overflow: number;
  readonly timeouts: number;
  readonly errors: number;
  readonly acquired: number;
  readonly avgWaitMs?: number;
  readonly p95WaitMs?: number;
  readonly checks: number;
  readonly failedChecks: number;
  readonly avgCheckMs?: number;
  readonly oldestConnectionSeconds?: number;
}

/** Hosts read limits from their environment, as text, and say Infinity for none. */
function limitOf(size: unknown): number | undefined {
  const limit = Number(size);
  return Number.isSafeInteger(limit) && limit > 0 && limit <= telemetryLimits.amount ? limit : undefined;
}

const thousandths = (value: number): number => Math.round(value * 1_000) / 1_000;

/** Counts what a pool's adapter tells: once for the window, and once for good. */
export class PoolFigures {
  readonly #total = new Tally();
  #window = new Tally();

  count(what: PoolCount): void {
    this.#window.counts[what]++;
    this.#total.counts[what]++;
  }

  /** A caller has its connection, this long after it asked. */
  waited(durationMs: number): void {
    for (const tally of [this.#window, this.#total]) tally.waitTime.record(durationMs * 1_000);
  }

  checked(durationMs: number, failed: boolean): void {
    for (const tally of [this.#window, this.#total]) {
      tally.checkTime.record(durationMs * 1_000);
      if (failed) tally.failedChecks++;
    }
  }

  /** To be told whenever there may be more than before. */
  note(inUse: number, waiting: number): void {
    for (const tally of [this.#window, this.#total]) {
      if (inUse > tally.peakInUse) tally.peakInUse = inUse;
      if (waiting > tally.peakWaiting) tally.peakWaiting = waiting;
    }
  }

  /** Hands over what happened since the last time, and begins anew with what is in use now. */
  closeWindow(pool: string, system: string, state: PoolState): PoolWindow {
    const closing = this.#window;
    const { waitTime, checkTime } = closing;
    this.#window = new Tally();
    this.note(state.inUse, state.waiting);
    return {
      ...seen(pool, system, state, closing),
      ...(waitTime.count > 0 && { waitTime: waitTime.toBase64() }),
      ...(checkTime.count > 0 && { checkTime: checkTime.toBase64() }),
    };
  }

  stats(pool: string, system: string, state: PoolState): PoolStats {
    const { waitTime, checkTime } = this.#total;
    return {
      ...seen(pool, system, state, this.#total),
      acquired: waitTime.count,
      ...(waitTime.count > 0 && {
        avgWaitMs: thousandths(waitTime.mean / 1_000),
        p95WaitMs: thousandths(waitTime.quantile(0.95) / 1_000),
      }),
      ...(checkTime.count > 0 && { avgCheckMs: thousandths(checkTime.mean / 1_000) }),
    };
  }
}

/** What a window and all time have in common. */
function seen(
  pool: string,
  system: string,
  { open, inUse, waiting, oldestConnectionSeconds, ...state }: PoolState,
  { counts, checkTime, failedChecks, peakInUse, peakWaiting }: Tally,
) {
  const size = limitOf(state.size);
  return {
    pool,
    system,
    ...(size !== undefined && { size }),
    open,
    inUse,
    waiting,
    peakInUse: Math.max(peakInUse, inUse),
    peakWaiting: Math.max(peakWaiting, waiting),
    ...counts,
    checks: checkTime.count,
    failedChecks,
    ...(oldestConnectionSeconds !== undefined && {
      oldestConnectionSeconds: thousandths(oldestConnectionSeconds),
    }),
  };
}
