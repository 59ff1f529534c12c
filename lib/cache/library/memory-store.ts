/**
 * What the store itself takes for an entry besides key and value, measured on V8 13 (test/bench/memory-store.ts): a place in
 * the map, two references and the numbers beside them.
 */
export const SLOT_BYTES = 100;
const STRING_HEADER_BYTES = 16;
const FIRST_SLOTS = 256;
/** The slot that stands between the newest and the oldest entry of the ring, and holds none itself. */
const RING = 0;

export interface MemoryLimits {
  /** In MB of 1,048,576 bytes: of keys, values as told, and what the store takes for each. */
  limitMb: number;
  maxEntries?: number | undefined;
}

export interface MemoryStoreOptions<V> extends MemoryLimits {
  /** Epoch milliseconds. */
  now?: () => number;
  /** Told of every value that is no longer held, whatever the cause, replacement too; must not change the store. */
  removed?: ((key: string, value: V) => void) | undefined;
}

export interface StoredValue<V> {
  key: string;
  value: V;
  /** What it counts for: key, value and slot. */
  bytes: number;
  expiresAt: number;
}

/** What V8 takes for a key: a byte a character, or two when one of them is beyond Latin-1. */
function keyBytes(key: string): number {
  for (let at = 0; at < key.length; at++) if (key.charCodeAt(at) > 255) return STRING_HEADER_BYTES + key.length * 2;
  return STRING_HEADER_BYTES + key.length;
}

/**
 * The least recently used go first, by bytes. Entries lie in a ring of slots, linked by numbers in typed arrays: a hit
 * allocates nothing, and the garbage collector has no nodes to follow.
 *
 * Invariant: `usedBytes` is the sum of `bytes` over what is held, and never above the limit when a call returns.
 */
export class MemoryStore<V> {
  /** Entries dropped for want of room. */
  evictions = 0;
  /** Entries dropped because their time was over. */
  expirations = 0;
  readonly #now: () => number;
  readonly #removed: ((key: string, value: V) => void) | undefined;
  #limitBytes = 0;
  #maxEntries = Number.POSITIVE_INFINITY;
  #usedBytes = 0;
  readonly #slots = new Map<string, number>();
  readonly #keys: (string | undefined)[] = [undefined];
  readonly #values: (V | undefined)[] = [undefined];
  #older = new Uint32Array(FIRST_SLOTS);
  #newer = new Uint32Array(FIRST_SLOTS);
  #bytes = new Uint32Array(FIRST_SLOTS);
  #expiresAt = new Float64Array(FIRST_SLOTS);
  /** Slots that were given back, linked by `#older`; RING ends the list. */
  #free = RING;

  constructor({ now = Date.now, removed, ...limits }: MemoryStoreOptions<V>) {
    this.#now = now;
    this.#removed = removed;
    this.limit(limits);
  }

  get size(): number {
    return this.#slots.size;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get limitBytes(): number {
    return this.#limitBytes;
  }

  /** Sets the limits anew; what no longer fits is evicted. @throws RangeError unless they are above 0 */
  limit({ limitMb, maxEntries = Number.POSITIVE_INFINITY }: MemoryLimits): void {
    if (!(limitMb > 0)) throw new RangeError(`the memory's limit is above 0 MB, not ${limitMb}`);
    if (!(maxEntries >= 1)) throw new RangeError(`at least one entry must be allowed, not ${maxEntries}`);
    this.#limitBytes = limitMb * 1_048_576;
    this.#maxEntries = maxEntries;
    this.#makeRoom();
  }

  /** The value, now the most recently used; undefined when there is none or its time is over. */
  get(key: string, now = this.#now()): V | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    if ((this.#expiresAt[slot] ?? 0) <= now) {
      this.#expire(key, slot);
      return undefined;
    }
    if (this.#older[RING] !== slot) {
      this.#unlink(slot);
      this.#linkAsNewest(slot);
    }
    return this.#values[slot];
  }

  /** As `get`, but the order of use stays as it is. */
  peek(key: string): V | undefined {
    const slot = this.#slots.get(key);
    return slot === undefined || (this.#expiresAt[slot] ?? 0) <= this.#now() ? undefined : this.#values[slot];
  }

  /**
   * @param valueBytes what the value takes in memory
   * @param expiresAt epoch ms, from which on it is no longer answered
   * @returns whether it is held. One that is too large for the whole store or expired is not, nor is the one before it.
   */
  set(key: string, value: V, valueBytes: number, expiresAt: number): boolean {
    const bytes = Math.ceil(valueBytes) + keyBytes(key) + SLOT_BYTES;
    if (!(bytes <= this.#limitBytes && bytes < 2 ** 32) || !(expiresAt > this.#now())) {
      this.delete(key);
      return false;
    }
    let slot = this.#slots.get(key);
    if (slot === undefined) {
      slot = this.#takeSlot();
      this.#slots.set(key, slot);
      this.#keys[slot] = key;
    } else {
      this.#tell(key, slot);
      this.#unlink(slot);
      this.#usedBytes -= this.#bytes[slot] ?? 0;
    }
    this.#values[slot] = value;
    this.#bytes[slot] = bytes;
    this.#expiresAt[slot] = expiresAt;
    this.#usedBytes += bytes;
    this.#linkAsNewest(slot);
    // The newest is never among what goes: it fits alone.
    this.#makeRoom();
    return true;
  }

  /** Whether there was one, expired or not. */
  delete(key: string): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#remove(key, slot);
    return true;
  }

  /** Drops everything, which counts as no eviction. */
  clear(): void {
    for (const [key, slot] of this.#slots) this.#tell(key, slot);
    this.#slots.clear();
    this.#keys.length = 1;
    this.#values.length = 1;
    this.#older = new Uint32Array(FIRST_SLOTS);
    this.#newer = new Uint32Array(FIRST_SLOTS);
    this.#bytes = new Uint32Array(FIRST_SLOTS);
    this.#expiresAt = new Float64Array(FIRST_SLOTS);
    this.#free = RING;
    this.#usedBytes = 0;
  }

  /** What has not expired, in the order of its first `set`. The store may be changed meanwhile. */
  *entries(): Generator<StoredValue<V>> {
    const now = this.#now();
    for (const [key, slot] of this.#slots) {
      const value = this.#values[slot];
      const expiresAt = this.#expiresAt[slot] ?? 0;
      if (value !== undefined && expiresAt > now) yield { key, value, bytes: this.#bytes[slot] ?? 0, expiresAt };
    }
  }

  /** Drops what has expired. */
  sweep(): { entries: number; bytes: number } {
    const now = this.#now();
    const before = { entries: this.size, bytes: this.#usedBytes };
    for (const [key, slot] of this.#slots) if ((this.#expiresAt[slot] ?? 0) <= now) this.#expire(key, slot);
    return { entries: before.entries - this.size, bytes: before.bytes - this.#usedBytes };
  }

  /** Evicts the least recently used until at most so many bytes are in use: for when the process runs short of memory. */
  trim(toBytes: number): void {
    while (this.#usedBytes > toBytes && this.#slots.size > 0) this.#dropOldest();
  }

  #makeRoom(): void {
    while (this.#usedBytes > this.#limitBytes || this.#slots.size > this.#maxEntries) this.#dropOldest();
  }

  #dropOldest(): void {
    const slot = this.#newer[RING] ?? RING;
    const key = this.#keys[slot] ?? '';
    if ((this.#expiresAt[slot] ?? 0) <= this.#now()) {
      this.#expire(key, slot);
      return;
    }
    this.#remove(key, slot);
    this.evictions++;
  }

  #expire(key: string, slot: number): void {
    this.#remove(key, slot);
    this.expirations++;
  }

  #tell(key: string, slot: number): void {
    const value = this.#values[slot];
    if (value !== undefined) this.#removed?.(key, value);
  }

  #remove(key: string, slot: number): void {
    this.#tell(key, slot);
    this.#slots.delete(key);
    this.#unlink(slot);
    this.#keys[slot] = undefined;
    this.#values[slot] = undefined;
    this.#usedBytes -= this.#bytes[slot] ?? 0;
    this.#older[slot] = this.#free;
    this.#free = slot;
  }

  #takeSlot(): number {
    const slot = this.#free;
    if (slot !== RING) {
      this.#free = this.#older[slot] ?? RING;
      return slot;
    }
    this.#values.push(undefined);
    const next = this.#keys.push(undefined) - 1;
    if (next === this.#older.length) this.#grow(2 * next);
    return next;
  }

  #grow(slots: number): void {
    const [older, newer, bytes] = [this.#older, this.#newer, this.#bytes];
    const expiresAt = this.#expiresAt;
    this.#older = new Uint32Array(slots);
    this.#newer = new Uint32Array(slots);
    this.#bytes = new Uint32Array(slots);
    this.#expiresAt = new Float64Array(slots);
    this.#older.set(older);
    this.#newer.set(newer);
    this.#bytes.set(bytes);
    this.#expiresAt.set(expiresAt);
  }

  #unlink(slot: number): void {
    const older = this.#older[slot] ?? RING;
    const newer = this.#newer[slot] ?? RING;
    this.#newer[older] = newer;
    this.#older[newer] = older;
  }

  /** Between the ring's slot and what was the newest: `older` of the ring's slot is the newest, `newer` the oldest. */
  #linkAsNewest(slot: number): void {
    const newest = this.#older[RING] ?? RING;
    this.#older[slot] = newest;
    this.#newer[slot] = RING;
    this.#newer[newest] = slot;
    this.#older[RING] = slot;
  }
}
