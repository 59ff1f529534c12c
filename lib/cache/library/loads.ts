import type { CacheTierChoice } from '../../contracts/cache-policy.ts';
import {
  type CacheHit,
  type CacheStatus,
  type GetOrSetOptions,
  type LoadContext,
  type Loader,
  LoaderTimeoutError,
} from './cache.ts';
import { refreshesEarly } from './early-refresh.ts';
import type { EntryHead } from './entry.ts';
import { type Finder, type Found, freshnessNow } from './finder.ts';
import { Held } from './held.ts';
import { hitOf } from './hit.ts';
import { checkedTags, checkKey, checkTtlSeconds } from './limits.ts';
import type { CacheParts } from './parts.ts';
import { homeOf, sharedHomeOf } from './placement.ts';
import { type Lease, TierUnavailableError, type WriteOutcome } from './shared-tier.ts';
import type { Recent } from './single-flight.ts';
import { type Turn, Turns } from './turn.ts';
import type { EncodedValue } from './value-codec.ts';

const ATTEMPTS_AT_JOINING = 3;

export interface Loaded<V> {
  held: Held<V>;
  status: CacheStatus;
  from: CacheHit<V>['from'];
}

/** `load`: what is cached, else what the loader says, which runs once for all who ask at the same time. */
export class Loads<V> {
  readonly #parts: CacheParts<V>;
  readonly #finder: Finder<V>;
  readonly #turns: Turns<V>;
  readonly #running = new Set<AbortController>();

  constructor(parts: CacheParts<V>, finder: Finder<V>) {
    this.#parts = parts;
    this.#finder = finder;
    this.#turns = new Turns(parts, finder);
  }

  /** Ends all loads that run. */
  close(): void {
    for (const each of this.#running) each.abort(new Error('The cache was closed.'));
  }

  async load(key: string, loader: Loader<V>, options: GetOrSetOptions): Promise<Loaded<V>> {
    checkKey(key);
    if (options.ttlSeconds !== undefined) checkTtlSeconds(options.ttlSeconds);
    const { clock, random, policy, tuning, background, flights, follower } = this.#parts;
    const recent = { order: flights.begun, afterMs: clock.monotonic() - follower.maxAgeMs };
    const request = { key, loader, options: { ...options, tags: checkedTags(options.tags ?? []) }, recent };
    const found = await this.#finder.find(key, options.epoch);
    const { held, from } = found;
    if (held === undefined || options.forceRefresh === true) return this.#await(request, found, undefined);
    const freshness = freshnessNow(held, clock.now());
    if (freshness === 'fresh') {
      const { freshUntil, loaderMs } = held;
      const beta = tuning?.tuned.earlyRefreshBeta ?? policy.earlyRefreshBeta;
      if (refreshesEarly(clock.now(), freshUntil, loaderMs, beta, random)) {
        background.run(this.#fly(request, found, false));
      }
      return { held, status: 'hit', from };
    }
    if (freshness === 'revalidate') {
      background.run(this.#fly(request, found, false));
      return { held, status: 'stale', from };
    }
    return this.#await(request, found, freshness === 'if-error' && !held.negative ? held : undefined);
  }

  /** @param fallback what may be served when the loader fails, or is slower than the soft timeout */
  async #await(request: LoadRequest<V>, found: Found<V>, fallback: Held<V> | undefined): Promise<Loaded<V>> {
    const { policy, clock, background } = this.#parts;
    const flight = this.#fly(request, found, true).then(
      (held): Loaded<V> => ({ held, status: 'miss', from: 'loader' }),
    );
    if (fallback === undefined) return flight;
    const stale: Loaded<V> = { held: fallback, status: 'stale', from: found.from };
    const orStale = flight.catch(() => stale);
    const softTimeoutMs = request.options.softTimeoutMs ?? policy.softTimeoutMs;
    if (softTimeoutMs === undefined) return orStale;
    let cancel = (): void => {};
    const tooLong = new Promise<Loaded<V>>((resolve) => {
      cancel = clock.after(softTimeoutMs, () => {
        background.run(flight);
        resolve(stale);
      });
    });
    return Promise.race([orStale, tooLong]).finally(cancel);
  }

  /** Joins the load that runs, unless it began before an invalidation, or begins one. */
  async #fly(request: LoadRequest<V>, found: Found<V>, isUrgent: boolean): Promise<Held<V>> {
    const { flights, follower } = this.#parts;
    const { key, options, recent } = request;
    const take = (): Promise<Held<V>> => this.#take(request, found, isUrgent);
    // One that runs may have read its source before the cause of this call.
    if (options.forceRefresh === true) return flights.alone(key, take);
    for (let attempt = 0; attempt < ATTEMPTS_AT_JOINING; attempt++) {
      const last = follower.known.lastHard(key, options.tags);
      const reach = found.isConnected ? undefined : recent;
      const joins = flights.joins(key, last, reach);
      const held = await flights.run(key, last, found.born, take, reach);
      if (!joins) return held;
      // Its tags are known only now, and what killed them may have come before this call. And whoever began it may have been content
      // to leave it to another process.
      const isOld = isUrgent && held === found.held;
      if (!isOld && follower.known.verdict(held, key) !== 'dead') return held;
    }
    return flights.alone(key, take);
  }

  async #take(request: LoadRequest<V>, found: Found<V>, isUrgent: boolean): Promise<Held<V>> {
    const { key, options } = request;
    const home = homeOf(options.tier, this.#parts.policy);
    const patienceMs = this.#hardTimeoutMs(options);
    const isForced = options.forceRefresh === true;
    const turn: Turn<V> =
      home === 'memory'
        ? { lease: undefined, born: found.born }
        : await this.#turns.take({ key, found, home, isForced, isUrgent, patienceMs });
    if (turn.adopted !== undefined) return turn.adopted;
    const release = turn.lease === undefined ? undefined : this.#turns.keep(key, turn.lease);
    try {
      return await this.#run(request, found.held, home, turn.born, turn.lease);
    } catch (error) {
      if (turn.lease !== undefined) this.#turns.giveBack(key, turn.lease);
      throw error;
    } finally {
      release?.();
    }
  }

  async #run(
    { key, loader, options }: LoadRequest<V>,
    previous: Held<V> | undefined,
    home: CacheTierChoice,
    born: number,
    lease: Lease | undefined,
  ): Promise<Held<V>> {
    const { clock, codec, ttl, events, flights } = this.#parts;
    const since = clock.monotonic();
    const sets = flights.setsOf(key);
    const call = await this.#call(key, loader, previous, options);
    const loaderMs = Math.max(0, clock.monotonic() - since);
    const encoded = call.value === undefined ? codec.negative() : await codec.encode(call.value);
    const tags = checkedTags([...options.tags, ...call.tags]);
    const { negative } = encoded.stored;
    const asked = { key, ttlSeconds: options.ttlSeconds, adaptiveTtlSeconds: call.ttlSeconds, negative };
    const now = clock.now();
    const lifetime = ttl.lifetime(asked, now);
    events.emit('loaded', { key, loaderMs, negative });
    const head = { ...headOf(encoded), tags, born, loaderMs, ...(lifetime ?? gone(now)) };
    const isHome = home === 'memory' || this.#parts.shared === undefined;
    const held = new Held<V>({ value: encoded.value, head, born, since, isHome });
    if (lifetime === undefined) {
      if (lease !== undefined) this.#turns.giveBack(key, lease);
      return held;
    }
    const isReplaced = (): boolean => flights.setsOf(key) !== sets;
    await this.#keep(key, held, encoded.stored.payload, home, lease, isReplaced);
    return held;
  }

  /**
   * Below first: what was overtaken there is not held here, nor what nobody below knows of, for a `set` elsewhere tells only of what it
   * finds there. Without coherence between processes it may be held all the same. When this process has set the key meanwhile, what was
   * loaded is older, also where it came below in time.
   */
  async #keep(
    key: string,
    held: Held<V>,
    payload: Uint8Array,
    home: CacheTierChoice,
    lease: Lease | undefined,
    isReplaced: () => boolean,
  ): Promise<void> {
    const { memory, shared, policy } = this.#parts;
    const isSharedByNobody = shared === undefined || home === 'memory' || policy.coherence === 'none';
    let outcome: WriteOutcome | undefined;
    if (lease !== undefined && shared !== undefined) {
      try {
        [outcome] = await shared.write([{ key, entry: { ...held.head(), payload }, lease, ...sharedHomeOf(home) }]);
      } catch (error) {
        if (!(error instanceof TierUnavailableError)) throw error;
      }
    }
    if (outcome === undefined && isSharedByNobody) outcome = 'stored';
    if (outcome === 'stored' && !isReplaced()) {
      memory?.put(key, held);
      return;
    }
    memory?.drop(key, held);
    if (lease !== undefined && outcome !== 'overtaken') this.#turns.giveBack(key, lease);
  }

  async #call(
    key: string,
    loader: Loader<V>,
    previous: Held<V> | undefined,
    options: GetOrSetOptions,
  ): Promise<{ value: V | undefined; ttlSeconds: number | undefined; tags: string[] }> {
    const { clock, events } = this.#parts;
    const hardTimeoutMs = this.#hardTimeoutMs(options);
    // Of its own: a signal made of others (`AbortSignal.any`) would never be collected once a loader listens to it.
    const running = new AbortController();
    const { signal } = running;
    const before =
      previous === undefined || previous.negative ? undefined : hitOf(previous, this.#parts.codec, 'stale', 'memory');
    const context: LoadContext<V> = {
      key,
      signal,
      previous: before,
      ttlSeconds: undefined,
      tags: [],
      notModified: () => {
        if (before !== undefined) return before.value;
        throw new Error(`Nothing was stored under ${key} before: a loader looks at \`previous\` first.`);
      },
    };
    const cancel = clock.after(hardTimeoutMs, () =>
      running.abort(new LoaderTimeoutError(`The loader of ${key} took longer than ${hardTimeoutMs} ms.`)),
    );
    const ended = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    this.#running.add(running);
    try {
      const value = await Promise.race([Promise.resolve().then(() => loader(context)), ended]);
      return { value, ttlSeconds: context.ttlSeconds, tags: context.tags };
    } catch (error) {
      events.emit('load-failed', { key, error });
      throw error;
    } finally {
      cancel();
      this.#running.delete(running);
    }
  }

  #hardTimeoutMs(options: GetOrSetOptions): number {
    return options.hardTimeoutMs ?? this.#parts.policy.hardTimeoutMs;
  }
}

interface LoadRequest<V> {
  key: string;
  loader: Loader<V>;
  options: GetOrSetOptions & { tags: readonly string[] };
  /** Loads that began before are not joined when the shared tier cannot say what has been invalidated since. */
  recent: Recent;
}

function headOf<V>({
  stored,
}: EncodedValue<V>): Omit<EntryHead, 'tags' | 'born' | 'loaderMs' | keyof ReturnType<typeof gone>> {
  const { payload: _, ...head } = stored;
  return head;
}

/** The times of what is not kept at all. */
const gone = (now: number) => ({ createdAt: now, freshUntil: now, revalidateUntil: now, expiresAt: now });
