import { type Entry, type EntryHead, freshnessOf } from '../../lib/cache/library/entry.ts';
import type { Invalidation } from '../../lib/cache/library/invalidations.ts';
import { parsePattern } from '../../lib/cache/library/pattern.ts';
import type {
  EntryStore,
  InvalidationRequest,
  Lease,
  ReadOptions,
  SharedTierName,
  Step,
  StepResult,
  SweepResult,
  TierCost,
  TierEntry,
  TierHit,
  TierRead,
  TierUsage,
  WriteOutcome,
} from '../../lib/cache/library/shared-tier.ts';
import type { Lifetime } from '../../lib/cache/library/ttl.ts';

export interface ReferenceOptions {
  /** What it says it is. */
  name?: SharedTierName;
  /** Epoch milliseconds. */
  now?: () => number;
}

export function matchesEvent({ kind, values }: InvalidationRequest, key: string, tags: readonly string[]): boolean {
  if (kind === 'keys') return values.includes(key);
  if (kind === 'tags') return values.some((tag) => tags.includes(tag));
  return kind === 'clear' || values.some((pattern) => parsePattern(pattern).matches(key));
}

/** What stays the same when an entry is touched. */
export const isSameEntry = (one: EntryHead, other: EntryHead): boolean =>
  one.born === other.born &&
  one.createdAt === other.createdAt &&
  one.rawBytes === other.rawBytes &&
  one.etag === other.etag;

/** Whether what is stored is as new as another that was born at the same time. */
function isAsNew(stored: EntryHead, entry: EntryHead): boolean {
  if (entry.copy === true && stored.createdAt !== entry.createdAt) return stored.createdAt > entry.createdAt;
  return stored.freshUntil >= entry.freshUntil;
}

/** About what an entry takes. */
export const sizeOf = (key: string, entry: Entry): number => key.length + entry.payload.length;

/** What the references of the ports have in common, by the words of their definition: every event is looked at for every entry. */
export abstract class ReferenceStore implements EntryStore {
  readonly name: SharedTierName;
  readonly now: () => number;
  protected readonly stored = new Map<string, Entry>();
  protected readonly leases = new Map<string, { token: string; until: number }>();
  /** Until when others may hold what is no longer here. */
  protected readonly evicted = new Map<string, number>();
  #tokens = 0;

  constructor({ name = 'redis', now = Date.now }: ReferenceOptions = {}) {
    this.name = name;
    this.now = now;
  }

  protected abstract events: readonly Invalidation[];
  /** Writes born below it are outlived. */
  protected abstract writeFloor: number;
  abstract read(keys: readonly string[], options?: ReadOptions): Promise<TierRead>;
  protected abstract settle(event: Invalidation): void;

  async write(entries: readonly TierEntry[]): Promise<WriteOutcome[]> {
    return entries.map((each) => this.#write(each));
  }

  async touch(key: string, entry: EntryHead, { freshUntil, expiresAt }: Lifetime): Promise<boolean> {
    const stored = this.living(key);
    if (stored === undefined || !isSameEntry(stored, entry)) return false;
    const revalidateUntil = freshUntil + stored.revalidateUntil - stored.freshUntil;
    this.stored.set(key, { ...stored, freshUntil, revalidateUntil, expiresAt });
    return true;
  }

  async reap(event: Invalidation, { budget }: Step): Promise<StepResult> {
    let removed = 0;
    let visited = 0;
    for (const [key, entry] of this.stored) {
      if (entry.born >= event.sequence || !matchesEvent(event, key, entry.tags)) continue;
      const now = this.now();
      if (entry.expiresAt <= now || (event.soft && entry.freshUntil <= now)) continue;
      if (visited++ >= budget) return { removed, cursor: 'more' };
      if (event.soft) {
        const revalidateUntil = entry.revalidateUntil - entry.freshUntil + now;
        this.stored.set(key, { ...entry, freshUntil: now, revalidateUntil });
      } else this.stored.delete(key);
      if (entry.copy !== true) removed++;
    }
    this.settle(event);
    return { removed };
  }

  async lease(key: string, ttlMs: number): Promise<Lease | undefined> {
    if (this.isLeased(key)) return undefined;
    const token = `${this.name}-${++this.#tokens}`;
    this.leases.set(key, { token, until: this.now() + ttlMs });
    return { token };
  }

  async renew(key: string, { token }: Lease, ttlMs: number): Promise<boolean> {
    if (!this.#holds(key, token)) return false;
    this.leases.set(key, { token, until: this.now() + ttlMs });
    return true;
  }

  async release(key: string, { token }: Lease): Promise<void> {
    if (this.#holds(key, token)) this.leases.delete(key);
  }

  async usage(): Promise<Partial<Record<SharedTierName, TierUsage>>> {
    let bytes = 0;
    for (const [key, entry] of this.stored) bytes += sizeOf(key, entry);
    return { [this.name]: { entries: this.stored.size, bytes } };
  }

  cost(): TierCost {
    return { readUnits: 0, writeUnits: 0 };
  }

  async sweep(_step: Step): Promise<SweepResult> {
    const now = this.now();
    let [removed, bytes] = [0, 0];
    for (const [key, entry] of this.stored) {
      if (entry.expiresAt > now) continue;
      this.stored.delete(key);
      bytes += sizeOf(key, entry);
      removed++;
    }
    for (const [key, until] of this.evicted) if (until <= now) this.evicted.delete(key);
    return { removed, ghosts: 0, bytes };
  }

  async evict(tier: SharedTierName, bytes: number): Promise<{ entries: number; bytes: number }> {
    const gone = { entries: 0, bytes: 0 };
    if (tier !== this.name) return gone;
    for (const [key, entry] of [...this.stored].sort(([, a], [, b]) => a.expiresAt - b.expiresAt)) {
      if (gone.bytes >= bytes) break;
      this.stored.delete(key);
      this.evicted.set(key, Math.max(entry.expiresAt, this.evicted.get(key) ?? 0));
      gone.entries++;
      gone.bytes += sizeOf(key, entry);
    }
    return gone;
  }

  async dropCopies(tier: SharedTierName, keys: readonly string[]): Promise<number> {
    if (tier !== this.name) return 0;
    return keys.filter((key) => this.stored.get(key)?.copy === true && this.stored.delete(key)).length;
  }

  /** Whatever lies there, dead or alive. */
  contents(): ReadonlyMap<string, Entry> {
    return this.stored;
  }

  /** As if its time were over. */
  expire(key: string): void {
    const entry = this.stored.get(key);
    if (entry !== undefined) this.stored.set(key, { ...entry, expiresAt: 0 });
  }

  protected hit(key: string): TierHit | undefined {
    const entry = this.living(key);
    return entry && { entry, stale: this.last(key, entry.tags, true) > entry.born, tier: this.name };
  }

  /** Neither expired nor dead. */
  protected living(key: string): Entry | undefined {
    const entry = this.stored.get(key);
    if (entry === undefined || freshnessOf(entry, this.now()) === 'expired') return undefined;
    return this.last(key, entry.tags, false) > entry.born ? undefined : entry;
  }

  protected isLeased(key: string): boolean {
    return (this.leases.get(key)?.until ?? 0) > this.now();
  }

  protected last(key: string, tags: readonly string[], soft: boolean): number {
    return this.events.findLast((event) => event.soft === soft && matchesEvent(event, key, tags))?.sequence ?? 0;
  }

  #holds(key: string, token: string): boolean {
    return this.isLeased(key) && this.leases.get(key)?.token === token;
  }

  #write({ key, entry, lease }: TierEntry): WriteOutcome {
    const { born, tags } = entry;
    if (lease !== undefined && !this.#holds(key, lease.token)) return 'overtaken';
    if (lease !== undefined) this.leases.delete(key);
    const last = Math.max(this.writeFloor, this.last(key, tags, false), this.last(key, tags, true));
    if (last > born) return 'outlived';
    const stored = this.living(key);
    if (stored !== undefined) {
      if (stored.born > born) return 'older';
      if (lease === undefined && stored.born === born && isAsNew(stored, entry)) return 'older';
    }
    this.#replaced(key, entry);
    this.stored.set(key, entry);
    return 'stored';
  }

  /**
   * Others may hold what was here, and go on to when nothing is here any more: when it lives longer than what takes its place, or
   * when that dies by a tag which it has not. They are to be told of a `set` as long.
   */
  #replaced(key: string, { expiresAt, tags }: Entry): void {
    const before = this.stored.get(key);
    if (before === undefined) return;
    const isOutlived = before.expiresAt <= expiresAt && tags.every((tag) => before.tags.includes(tag));
    if (!isOutlived) this.evicted.set(key, Math.max(before.expiresAt, this.evicted.get(key) ?? 0));
  }
}
