import type { CacheClock } from './clock.ts';
import type { Held } from './held.ts';
import { type Invalidation, type Invalidations, MAX_LIVE_PATTERNS } from './invalidations.ts';
import { type MemoryLimits, MemoryStore } from './memory-store.ts';
import { parsePattern } from './pattern.ts';

/** What `Held` and an ETag take beside the value, measured on V8 13. */
const HEAD_BYTES = 140;
/** From so many marks on, what they kill is removed, so that they can be forgotten. */
const MARKS_BEFORE_COMPACTION = 5_000;
const PATTERNS_BEFORE_COMPACTION = MAX_LIVE_PATTERNS / 2;

const matcherOf = ({ kind, values }: Invalidation): ((key: string, tags: readonly string[]) => boolean) => {
  if (kind === 'clear') return () => true;
  if (kind === 'keys') {
    const keys = new Set(values);
    return (key) => keys.has(key);
  }
  if (kind === 'tags') {
    const hit = new Set(values);
    return (_, tags) => tags.some((tag) => hit.has(tag));
  }
  const patterns = values.map(parsePattern);
  return (key) => patterns.some((pattern) => pattern.matches(key));
};

/** Tier 1: what this process holds, judged by what it knows of invalidations. */
export class MemoryTier<V> {
  readonly store: MemoryStore<Held<V>>;
  readonly #known: Invalidations;
  readonly #clock: CacheClock;
  /** Entries that are kept nowhere else. */
  #homes = 0;

  /** @param removed told of every value that leaves */
  constructor(
    limits: MemoryLimits,
    known: Invalidations,
    clock: CacheClock,
    removed: (key: string, held: Held<V>) => void,
  ) {
    this.#known = known;
    this.#clock = clock;
    this.store = new MemoryStore<Held<V>>({
      ...limits,
      now: clock.now,
      removed: (key, held) => {
        if (held.isHome) this.#homes--;
        removed(key, held);
      },
    });
  }

  /** What lives here as far as this process knows. What does not is dropped. */
  get(key: string, now = this.#clock.now()): Held<V> | undefined {
    const held = this.store.get(key, now);
    if (held === undefined) return undefined;
    const verdict = this.#known.verdict(held, key);
    if (verdict === 'dead') {
      this.store.delete(key);
      return undefined;
    }
    if (verdict === 'stale') held.markStale();
    return held;
  }

  /** Takes a value unless it is dead, or a newer one is here. @returns whether it did */
  put(key: string, held: Held<V>): boolean {
    const present = this.store.peek(key);
    if (present !== undefined && held.isBefore(present) && this.#known.verdict(present, key) !== 'dead') return false;
    if (this.#known.verdict(held, key) === 'dead') return false;
    const bytes = held.rawBytes + HEAD_BYTES;
    const isStored = this.store.set(key, held, bytes, held.expiresAt);
    if (isStored && held.isHome) this.#homes++;
    return isStored;
  }

  /** Forgets a key, unless what is here is newer than this. */
  drop(key: string, than: Held<V>): void {
    const present = this.store.peek(key);
    if (present !== undefined && !than.isBefore(present)) this.store.delete(key);
  }

  /**
   * Removes what an invalidation kills, or makes it stale.
   * @param all also what has its home elsewhere, for which this takes no count; else it is left to be judged when it is asked for
   * @returns how many had their home here
   */
  reap(event: Invalidation, all: boolean): number {
    if (event.kind === 'keys') {
      let homes = 0;
      for (const key of event.values) homes += this.#reapOne(key, this.store.peek(key), event);
      return homes;
    }
    if (!all && this.#homes === 0) return 0;
    const matches = matcherOf(event);
    let homes = 0;
    for (const { key, value: held } of this.store.entries()) {
      if (matches(key, held.tags)) homes += this.#reapOne(key, held, event);
    }
    return homes;
  }

  /** Removes what has expired. @returns how many of these had their home here, and the bytes of all */
  sweep(): { homes: number; bytes: number } {
    const homes = this.#homes;
    const { bytes } = this.store.sweep();
    return { homes: homes - this.#homes, bytes };
  }

  /** Removes what is known to be dead, which is else done when it is asked for. */
  purge(): void {
    for (const { key, value: held } of this.store.entries()) {
      if (this.#known.verdict(held, key) === 'dead') this.store.delete(key);
    }
  }

  /** Before the marks are so many that the oldest would be forgotten, and everything older with them. */
  compact(): void {
    if (this.#known.size < MARKS_BEFORE_COMPACTION && this.#known.patterns < PATTERNS_BEFORE_COMPACTION) return;
    // Not further: of what lies between, only one's own events may be known so far.
    const upTo = this.#known.sequence;
    for (const { key, value: held } of this.store.entries()) {
      const verdict = this.#known.verdict(held, key);
      if (verdict === 'dead') this.store.delete(key);
      else {
        if (verdict === 'stale') held.markStale();
        held.born = Math.max(held.born, upTo);
      }
    }
    this.#known.forget(upTo);
  }

  #reapOne(key: string, held: Held<V> | undefined, event: Invalidation): number {
    if (held === undefined || held.born >= event.sequence) return 0;
    const wasFresh = !held.isStale && held.freshUntil > this.#clock.now();
    if (event.soft) held.markStale();
    else this.store.delete(key);
    return held.isHome && (!event.soft || wasFresh) ? 1 : 0;
  }
}
