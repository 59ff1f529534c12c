import { Breaker, type BreakerOptions } from './breaker.ts';
import { DeadlineError, Deadlines, type Ticker } from './deadlines.ts';
import type { EntryHead } from './entry.ts';
import { CacheInputError } from './input-error.ts';
import type { Invalidation } from './invalidations.ts';
import {
  type EntryStore,
  type Lease,
  LivePatternsError,
  type ReadOptions,
  type SharedTierName,
  type Step,
  type StepResult,
  type SweepResult,
  type TierCost,
  type TierEntry,
  type TierHealth,
  type TierLabel,
  type TierRead,
  TierUnavailableError,
  type TierUsage,
  type WriteOutcome,
} from './shared-tier.ts';
import type { Lifetime } from './ttl.ts';

export type TierNotice =
  | { event: 'tier-error'; tier: TierLabel; operation: string; error: unknown }
  /** It is no longer asked, or is asked again. */
  | { event: 'tier-down' | 'tier-up'; tier: TierLabel };

export interface GuardOptions extends BreakerOptions {
  tier: TierLabel;
  /** For operations on some entries; 100 for Redis, 1,500 for DynamoDB when left out. */
  timeoutMs?: number;
  /** For steps of work on all that is stored, and for what moves a megabyte or more; ten times as long when left out. */
  longTimeoutMs?: number;
  /** From the first operation on, until one has succeeded, this long: 1,000, or `timeoutMs` when that is longer. */
  connectTimeoutMs?: number;
  /** What tells that time passes; the process' own timers when left out. */
  ticker?: Ticker;
  notify?: (notice: TierNotice) => void;
}

const TIMEOUT_MS: Readonly<Record<TierLabel, number>> = { redis: 100, dynamodb: 1_500, remote: 3_000 };
const CONNECT_TIMEOUT_MS = 1_000;
const LARGE_BYTES = 1_048_576;

interface Limit {
  timeoutMs: number;
  deadlines: Deadlines;
}

const limitOf = (timeoutMs: number, ticker: Ticker | undefined): Limit => ({
  timeoutMs,
  deadlines: new Deadlines(timeoutMs, ticker),
});

/** What the store was asked for cannot be done, which says that it is well. */
const isCallers = (error: unknown): boolean =>
  error instanceof CacheInputError || error instanceof LivePatternsError || error instanceof RangeError;

/**
 * The client of Redis puts the whole command on its errors, values too. Errors are told to listeners and end up in logs, where what is
 * cached has no place.
 */
function withoutCommands(error: unknown): unknown {
  // Nothing says that causes end.
  for (let each = error, left = 8; each instanceof Error && left > 0; left--) {
    Reflect.deleteProperty(each, 'command');
    each = 'lastNodeError' in each ? each.lastNodeError : each.cause;
  }
  return error;
}

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\.$/, '');

/**
 * Lets nobody wait for a store that is down. Invariant: every operation answers or fails within its time (1.2 times that at most, and
 * only time counts in which the process ran), at once while the breaker is open; all failures but the caller's own are a
 * TierUnavailableError.
 */
export class GuardedStore<S extends EntryStore> implements EntryStore {
  protected readonly store: S;
  protected readonly short: Limit;
  readonly #long: Limit;
  readonly #connecting: Limit;
  readonly #tier: TierLabel;
  readonly #breaker: Breaker;
  readonly #now: () => number;
  readonly #notify: (notice: TierNotice) => void;
  #firstAskedAt: number | undefined;
  #hasAnswered = false;
  #isDown = false;
  #errors = 0;

  constructor(store: S, options: GuardOptions) {
    const {
      tier,
      timeoutMs = TIMEOUT_MS[tier],
      longTimeoutMs = 10 * timeoutMs,
      now = () => performance.now(),
    } = options;
    this.store = store;
    this.short = limitOf(timeoutMs, options.ticker);
    this.#long = limitOf(longTimeoutMs, options.ticker);
    this.#connecting = limitOf(options.connectTimeoutMs ?? Math.max(timeoutMs, CONNECT_TIMEOUT_MS), options.ticker);
    this.#tier = tier;
    this.#breaker = new Breaker({ ...options, now });
    this.#now = now;
    this.#notify = options.notify ?? (() => {});
  }

  health(): Partial<Record<SharedTierName, TierHealth>> {
    // Another deployment tells of its tiers itself.
    return this.#tier === 'remote' ? {} : { [this.#tier]: { errors: this.#errors, breaker: this.#breaker.state } };
  }

  read(keys: readonly string[], options?: ReadOptions): Promise<TierRead> {
    return this.ask('read', this.short, () => this.store.read(keys, options));
  }

  write(entries: readonly TierEntry[]): Promise<WriteOutcome[]> {
    return this.ask('write', this.forBytes(entries), () => this.store.write(entries));
  }

  touch(key: string, entry: EntryHead, lifetime: Lifetime): Promise<boolean> {
    return this.ask('touch', this.short, () => this.store.touch(key, entry, lifetime));
  }

  reap(invalidation: Invalidation, step: Step): Promise<StepResult> {
    return this.ask('reap', this.#long, () => this.store.reap(invalidation, step));
  }

  lease(key: string, ttlMs: number, home?: SharedTierName): Promise<Lease | undefined> {
    return this.ask('lease', this.short, () => this.store.lease(key, ttlMs, home));
  }

  renew(key: string, lease: Lease, ttlMs: number): Promise<boolean> {
    return this.ask('renew', this.short, () => this.store.renew(key, lease, ttlMs));
  }

  release(key: string, lease: Lease): Promise<void> {
    return this.ask('release', this.short, () => this.store.release(key, lease));
  }

  usage(): Promise<Partial<Record<SharedTierName, TierUsage>>> {
    return this.ask('usage', this.#long, () => this.store.usage());
  }

  cost(): TierCost {
    return this.store.cost();
  }

  async settled(): Promise<void> {
    await this.store.settled?.();
  }

  sweep(step: Step): Promise<SweepResult> {
    return this.ask('sweep', this.#long, () => this.store.sweep(step));
  }

  evict(tier: SharedTierName, bytes: number): Promise<{ entries: number; bytes: number }> {
    return this.ask('evict', this.#long, () => this.store.evict(tier, bytes));
  }

  dropCopies(tier: SharedTierName, keys: readonly string[]): Promise<number> {
    return this.ask('dropCopies', this.#long, () => this.store.dropCopies(tier, keys));
  }

  protected forBytes(entries: readonly { entry: { payload: Uint8Array } }[]): Limit {
    const bytes = entries.reduce((sum, { entry }) => sum + entry.payload.length, 0);
    return bytes < LARGE_BYTES ? this.short : this.#long;
  }

  protected async ask<T>(operation: string, usual: Limit, answer: () => Promise<T>): Promise<T> {
    const permit = this.#breaker.enter();
    if (permit === undefined) throw new TierUnavailableError(this.#tier, 'it failed a moment ago and is not asked now');
    const startedAt = this.#now();
    this.#firstAskedAt ??= startedAt;
    const { timeoutMs, deadlines } = this.#isConnecting(startedAt, usual) ? this.#connecting : usual;
    try {
      const answered = await deadlines.within(answer());
      this.#succeeded(permit);
      return answered;
    } catch (thrown) {
      const error = withoutCommands(thrown);
      if (isCallers(error)) {
        this.#succeeded(permit);
        throw error;
      }
      if (error instanceof DeadlineError) this.#breaker.timedOut(permit, startedAt, timeoutMs);
      else this.#breaker.failed(permit);
      this.#failed(operation, error);
      throw new TierUnavailableError(this.#tier, reasonOf(error), { cause: error });
    }
  }

  #isConnecting(now: number, usual: Limit): boolean {
    const { timeoutMs } = this.#connecting;
    return !this.#hasAnswered && timeoutMs > usual.timeoutMs && now - (this.#firstAskedAt ?? now) < timeoutMs;
  }

  #succeeded(permit: number): void {
    this.#hasAnswered = true;
    this.#breaker.succeeded(permit);
    if (!this.#isDown || this.#breaker.state !== 'closed') return;
    this.#isDown = false;
    this.#notify({ event: 'tier-up', tier: this.#tier });
  }

  #failed(operation: string, error: unknown): void {
    this.#errors++;
    this.#notify({ event: 'tier-error', tier: this.#tier, operation, error });
    if (this.#isDown || this.#breaker.state === 'closed') return;
    this.#isDown = true;
    this.#notify({ event: 'tier-down', tier: this.#tier });
  }
}
