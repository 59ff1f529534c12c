import { type EntryHead, type Freshness, freshnessOf } from './entry.ts';
import { Held } from './held.ts';
import type { CacheParts } from './parts.ts';
import { type SharedTierName, type TierHit, TierUnavailableError } from './shared-tier.ts';

export interface Found<V> {
  held: Held<V> | undefined;
  /** Where it lay. */
  from: 'memory' | SharedTierName;
  /** The sequence that a load is born at which begins now. */
  born: number;
  /** Whether the shared tier has answered, if there is one: else nothing can be stored there. */
  isConnected: boolean;
}

/** What is known without the value. */
export interface FoundHead {
  head: EntryHead;
  isStale: boolean;
  from: 'memory' | SharedTierName;
}

/** What says how a value may be served. */
export type Judged = Pick<Held<unknown>, 'freshUntil' | 'revalidateUntil' | 'expiresAt' | 'isStale'>;

/** A soft invalidation ends an entry's freshness as time does. */
export function freshnessNow(judged: Judged, nowMs: number): Freshness {
  const freshness = freshnessOf(judged, nowMs);
  if (freshness !== 'fresh' || !judged.isStale) return freshness;
  return judged.revalidateUntil > judged.freshUntil ? 'revalidate' : 'if-error';
}

/** With more, the tier would work while this process waits, and then this process while the tier does. */
const MOST_KEYS_AT_ONCE = 32;

/** Keys that are read in one question. */
interface Batch<V> {
  readonly maxAgeMs: number;
  readonly keys: string[];
  readonly readers: { resolve: (found: Found<V>) => void; reject: (error: unknown) => void }[];
}

/** Looks a key up through the tiers, from the nearest on; what is found lower is held in memory from then on. */
export class Finder<V> {
  readonly #parts: CacheParts<V>;
  #batch: Batch<V> | undefined;

  constructor(parts: CacheParts<V>) {
    this.#parts = parts;
  }

  /** What is in memory and known to live, without asking anybody. */
  inMemory(key: string, now: number): Held<V> | undefined {
    const { memory, follower } = this.#parts;
    return memory !== undefined && follower.isCurrent(undefined) ? memory.get(key, now) : undefined;
  }

  find(key: string, epoch?: number): Promise<Found<V>> {
    const maxAgeMs = this.#parts.follower.maxAgeFor(epoch);
    if (this.#parts.memory?.get(key) === undefined) return this.#readOne(key, maxAgeMs);
    return this.#verified(key, epoch).then((near) => near ?? this.#readOne(key, maxAgeMs));
  }

  /**
   * As `read`, together with all others who ask in the same turn: none pays alone for what one question costs. Who asks after the
   * question was sent is not answered by it.
   */
  #readOne(key: string, maxAgeMs: number): Promise<Found<V>> {
    if (this.#parts.shared === undefined) return Promise.resolve(this.#nothing(true));
    let batch = this.#batch;
    // One is open at a time: what another age is asked of does not wait for it.
    if (batch !== undefined && batch.maxAgeMs !== maxAgeMs) {
      this.#send(batch);
      batch = undefined;
    }
    if (batch === undefined) {
      batch = { maxAgeMs, keys: [], readers: [] };
      const opened = batch;
      this.#batch = opened;
      process.nextTick(() => {
        if (this.#batch === opened) this.#send(opened);
      });
    }
    const { keys, readers } = batch;
    return new Promise((resolve, reject) => {
      keys.push(key);
      readers.push({ resolve, reject });
      if (keys.length >= MOST_KEYS_AT_ONCE) this.#send(batch);
    });
  }

  #send(batch: Batch<V>): void {
    this.#batch = undefined;
    this.read(batch.keys, batch.maxAgeMs).then(
      (found) => {
        for (const [at, { resolve }] of batch.readers.entries()) resolve(found[at] ?? this.#nothing(false));
      },
      (error: unknown) => {
        for (const { reject } of batch.readers) reject(error);
      },
    );
  }

  /** In the order of the keys. */
  async findMany(keys: readonly string[], epoch?: number): Promise<Found<V>[]> {
    const near = await Promise.all(keys.map((key) => this.#verified(key, epoch)));
    const missing = keys.filter((_, at) => near[at] === undefined);
    if (missing.length === 0) return near.map((found) => found ?? this.#nothing(false));
    const read = (await this.read(missing, this.#parts.follower.maxAgeFor(epoch))).values();
    return near.map((found) => found ?? read.next().value ?? this.#nothing(false));
  }

  /** What is known of a key without its value, which is not read for it. */
  async head(key: string, epoch?: number): Promise<FoundHead | undefined> {
    const near = await this.#verified(key, epoch);
    if (near?.held !== undefined)
      return { head: this.#parts.codec.headOf(near.held), isStale: near.held.isStale, from: near.from };
    const { shared, follower, clock } = this.#parts;
    if (shared === undefined) return undefined;
    const startedAt = clock.monotonic();
    try {
      const maxAgeMs = follower.maxAgeFor(epoch);
      const { entries, ...known } = await shared.read([key], { after: follower.after, maxAgeMs, headsOnly: true });
      follower.learn(known, startedAt);
      const [hit] = entries;
      if (hit === undefined) return undefined;
      const { payload: _, ...head } = hit.entry;
      const judged = { born: Math.max(known.sequence, head.born), tags: head.tags };
      if (follower.known.verdict(judged, key) === 'dead') return undefined;
      return { head, isStale: hit.stale, from: hit.tier };
    } catch (error) {
      if (error instanceof TierUnavailableError) return undefined;
      throw error;
    }
  }

  /** What the shared tier has, in the order of the keys; nothing when it does not answer. */
  async read(keys: readonly string[], maxAgeMs: number): Promise<Found<V>[]> {
    const { shared, follower, memory, clock } = this.#parts;
    if (shared === undefined) return keys.map(() => this.#nothing(true));
    const startedAt = clock.monotonic();
    try {
      const { entries, ...known } = await shared.read(keys, { after: follower.after, maxAgeMs });
      follower.learn(known, startedAt);
      memory?.compact();
      const held: (Held<V> | undefined)[] = [];
      for (const [at, hit] of entries.entries()) {
        const one = hit && this.#hold(keys[at] ?? '', hit, known.sequence, startedAt);
        held.push(one instanceof Promise ? await one : one);
      }
      return held.map((each) => this.#foundBelow(each, known.sequence));
    } catch (error) {
      if (!(error instanceof TierUnavailableError)) throw error;
      return keys.map(() => this.#nothing(false));
    }
  }

  /** What is in memory, once enough is known to judge it. */
  async #verified(key: string, epoch: number | undefined): Promise<Found<V> | undefined> {
    const { memory, follower } = this.#parts;
    if (memory === undefined || memory.get(key) === undefined) return undefined;
    if (!follower.isCurrent(epoch) && !(await this.#pull())) return this.#nothing(false);
    const held = memory.get(key);
    return held && { held, from: 'memory', born: follower.born, isConnected: true };
  }

  /** @returns whether all that was acknowledged before is known now */
  async #pull(): Promise<boolean> {
    const { follower, memory } = this.#parts;
    try {
      await follower.pull();
      memory?.compact();
      return true;
    } catch (error) {
      if (error instanceof TierUnavailableError) return false;
      throw error;
    }
  }

  #nothing(isConnected: boolean): Found<V> {
    return { held: undefined, from: 'memory', born: this.#parts.follower.born, isConnected };
  }

  #foundBelow(held: Held<V> | undefined, sequence: number): Found<V> {
    return {
      held,
      from: held?.tier ?? 'memory',
      born: Math.max(sequence, this.#parts.follower.born),
      isConnected: true,
    };
  }

  #hold(
    key: string,
    hit: TierHit,
    sequence: number,
    since: number,
  ): Held<V> | undefined | Promise<Held<V> | undefined> {
    const spoilt = (error: unknown): undefined => {
      this.#parts.events.emit('tier-error', { tier: hit.tier, operation: 'decode', error });
    };
    try {
      const value = this.#parts.codec.decode(hit.entry);
      if (!(value instanceof Promise)) return this.#keep(key, hit, value, sequence, since);
      return value.then((decoded) => this.#keep(key, hit, decoded, sequence, since), spoilt);
    } catch (error) {
      return spoilt(error);
    }
  }

  #keep(
    key: string,
    { entry, stale, tier }: TierHit,
    value: V | undefined,
    sequence: number,
    since: number,
  ): Held<V> | undefined {
    const { memory, follower } = this.#parts;
    const born = Math.max(sequence, entry.born);
    const held = new Held<V>({ value, head: entry, born, since, tier, isHome: false, isStale: stale });
    // This process may know more by now than the answer did.
    if (follower.known.verdict(held, key) === 'dead') return undefined;
    memory?.put(key, held);
    return held;
  }
}
