import { Background } from './background.ts';
import { type CacheClock, systemClock } from './clock.ts';
import type { EntryHead } from './entry.ts';
import type { Invalidation, LogDelta } from './invalidations.ts';
import {
  type Acknowledged,
  type InvalidationRequest,
  type Lease,
  type MirrorTier,
  type OwnerTier,
  type ReadOptions,
  type SetResult,
  type SharedTier,
  type SharedTierName,
  type Step,
  type StepResult,
  type SweepResult,
  type TierCost,
  type TierEntry,
  type TierHealth,
  type TierHit,
  type TierRead,
  type TierSet,
  TierUnavailableError,
  type TierUsage,
  type WriteOutcome,
} from './shared-tier.ts';
import { HomesAbove } from './stacked-homes.ts';
import { OwnerLog } from './stacked-log.ts';
import { type Copy, StackedMirror } from './stacked-mirror.ts';
import { StackedSets } from './stacked-sets.ts';
import { formatStep, parseStep } from './stacked-steps.ts';
import type { Lifetime } from './ttl.ts';

const COPY_UP_TO_BYTES = 262_144;

export interface StackedTierOptions {
  /** Gives out the sequence, and is every entry's home that has no other. */
  owner: OwnerTier;
  /** Follows it: holds copies, and the entries whose home it is. */
  mirror: MirrorTier;
  /** Larger payloads are not copied into the mirror. */
  copyUpToBytes?: number;
  clock?: Pick<CacheClock, 'now' | 'monotonic'>;
}

/** What was found, and by whose word it lives. */
interface Found {
  hit: TierHit;
  /** Its store has judged it by every event up to this one. */
  upTo: number;
}

/** A lease says by its first letter where it is held. */
const leaseOf = (home: SharedTierName, { token }: Lease): Lease => ({ token: `${home[0]}${token}` });
const heldAt = ({ token }: Lease): SharedTierName => (token.startsWith('r') ? 'redis' : 'dynamodb');
/** When an entry expires that is given other times: never before its windows end. */
const endOf = ({ freshUntil, revalidateUntil }: EntryHead, lifetime: Lifetime): number =>
  Math.max(lifetime.expiresAt, lifetime.freshUntil + revalidateUntil - freshUntil);
const innerLease = ({ token }: Lease): Lease => ({ token: token.slice(1) });

/**
 * Redis over DynamoDB as one tier. DynamoDB owns the sequence; Redis may lag behind it, lose all it has, or be down, and nothing dead is
 * served for it: what it answers is judged by the owner's log, of which this process' knowledge is never older than its reader allows.
 * The log is also what a mirror is told anew from that missed something: whoever sees it lag does that.
 */
export class StackedTier implements SharedTier {
  readonly #owner: OwnerTier;
  readonly #store: MirrorTier;
  readonly #clock: Pick<CacheClock, 'now' | 'monotonic'>;
  readonly #log: OwnerLog;
  readonly #mirror: StackedMirror;
  readonly #homes: HomesAbove;
  readonly #sets: StackedSets;
  readonly #background = new Background();

  constructor({ owner, mirror, copyUpToBytes = COPY_UP_TO_BYTES, clock = systemClock }: StackedTierOptions) {
    this.#owner = owner;
    this.#store = mirror;
    this.#clock = clock;
    this.#log = new OwnerLog(owner, clock);
    this.#mirror = new StackedMirror(mirror, this.#log, this.#background, copyUpToBytes, () => clock.now());
    this.#homes = new HomesAbove(owner, this.#log, clock);
    const parts = { owner, store: mirror, log: this.#log, mirror: this.#mirror, homes: this.#homes, tier: this };
    this.#sets = new StackedSets(parts);
  }

  async read(keys: readonly string[], { after, maxAgeMs = 0, headsOnly = false }: ReadOptions = {}): Promise<TierRead> {
    const startedAt = this.#clock.monotonic();
    const [mirrored] = await Promise.all([
      keys.length === 0 ? undefined : this.#mirror.read(keys, headsOnly),
      this.#log.reach(maxAgeMs),
    ]);
    // A mirror that is ahead of its owner tells of an owner that lost what it had.
    const ahead = maxAgeMs === 0 && mirrored !== undefined ? mirrored.sequence : 0;
    await this.#log.reachSequence(after !== undefined && after > this.#log.sequence ? Math.max(after, ahead) : ahead);
    if (mirrored !== undefined) this.#mirror.repair(mirrored.sequence);
    const found = keys.map((_, at): Found | undefined => {
      const hit = mirrored?.entries[at];
      return hit && mirrored && { hit, upTo: mirrored.sequence };
    });
    await this.#readBelow(keys, found, headsOnly, mirrored !== undefined);
    const changes = after === undefined || after >= this.#log.sequence ? undefined : await this.#changesSince(after);
    // Nothing is waited for from here on: all is judged by what is known at one time, which the sequence names.
    const entries = keys.map((key, at) => this.#judged(key, found[at]));
    const sequence = changes === undefined ? this.#log.sequence : Math.min(changes.upTo, this.#log.sequence);
    return { sequence, ...(changes && { changes }), entries, ageMs: this.#log.ageAt(startedAt) };
  }

  async write(entries: readonly TierEntry[]): Promise<WriteOutcome[]> {
    const isAbove = ({ home, lease }: TierEntry) => (lease === undefined ? home : heldAt(lease)) === 'redis';
    const above = entries.filter(isAbove);
    const below = entries.filter((each) => !isAbove(each));
    const [upper, lower] = await Promise.all([this.#writeAbove(above), this.#writeBelow(below)]);
    const outcomes = { upper: upper.values(), lower: lower.values() };
    return entries.map((each) => outcomes[isAbove(each) ? 'upper' : 'lower'].next().value ?? 'overtaken');
  }

  set(entries: readonly TierSet[]): Promise<SetResult[]> {
    return this.#sets.set(entries);
  }

  async invalidate(request: InvalidationRequest): Promise<Acknowledged> {
    const event = await this.#owner.invalidate(request);
    this.#log.note(event);
    return (await this.#mirror.tell([event])) ? event : { ...event, pending: ['redis'] };
  }

  changes(after: number): Promise<LogDelta> {
    return this.#log.pull(after);
  }

  async touch(key: string, entry: EntryHead, lifetime: Lifetime): Promise<boolean> {
    const isBelow = await this.#owner.touch(key, entry, lifetime);
    // A copy of what is no longer there would live on without its home.
    if (!isBelow && entry.copy === true) {
      await this.#mirror.drop([key]);
      return false;
    }
    if (!isBelow) {
      const found = (await this.#mirror.read([key], true))?.entries[0]?.entry;
      if (found === undefined || found.copy === true) return false;
      await this.#homes.expectUntil(endOf(entry, lifetime));
    }
    const isAbove = await this.#store.touch(key, entry, lifetime).catch(() => false);
    return isBelow || isAbove;
  }

  async reap(invalidation: Invalidation, { budget, cursor }: Step): Promise<StepResult> {
    const { below, above, isMirrorDown } = await this.#inBoth(cursor, (store, at) =>
      store.reap(invalidation, { budget, cursor: at }),
    );
    const removed = (below?.removed ?? 0) + (above?.removed ?? 0);
    return { removed, ...formatStep(below, above), ...(isMirrorDown ? { pending: ['redis'] } : {}) };
  }

  async sweep({ budget, cursor }: Step): Promise<SweepResult> {
    const { below, above } = await this.#inBoth(cursor, (store, at) => store.sweep({ budget, cursor: at }));
    const sum = (name: 'removed' | 'ghosts' | 'bytes') => (below?.[name] ?? 0) + (above?.[name] ?? 0);
    return { removed: sum('removed'), ghosts: sum('ghosts'), bytes: sum('bytes'), ...formatStep(below, above) };
  }

  async lease(key: string, ttlMs: number, home: SharedTierName = 'dynamodb'): Promise<Lease | undefined> {
    if (home === 'redis') await this.#homes.expectFor(ttlMs);
    const lease = await this.#at(home).lease(key, ttlMs);
    return lease && leaseOf(home, lease);
  }

  async renew(key: string, lease: Lease, ttlMs: number): Promise<boolean> {
    if (heldAt(lease) === 'redis') await this.#homes.expectFor(ttlMs);
    return this.#at(heldAt(lease)).renew(key, innerLease(lease), ttlMs);
  }

  release(key: string, lease: Lease): Promise<void> {
    return this.#at(heldAt(lease)).release(key, innerLease(lease));
  }

  async usage(): Promise<Partial<Record<SharedTierName, TierUsage>>> {
    const nothing = (): Partial<Record<SharedTierName, TierUsage>> => ({});
    const [below, above] = await Promise.all([this.#owner.usage().catch(nothing), this.#store.usage().catch(nothing)]);
    return { ...below, ...above };
  }

  cost(): TierCost {
    const [below, above] = [this.#owner.cost(), this.#store.cost()];
    return { readUnits: below.readUnits + above.readUnits, writeUnits: below.writeUnits + above.writeUnits };
  }

  health(): Partial<Record<SharedTierName, TierHealth>> {
    return { ...this.#owner.health?.(), ...this.#store.health?.() };
  }

  evict(tier: SharedTierName, bytes: number): Promise<{ entries: number; bytes: number }> {
    return this.#at(tier).evict(tier, bytes);
  }

  dropCopies(tier: SharedTierName, keys: readonly string[]): Promise<number> {
    return this.#at(tier).dropCopies(tier, keys);
  }

  async settled(): Promise<void> {
    await this.#background.settled();
    await Promise.all([this.#owner.settled?.(), this.#store.settled?.()]);
  }

  #at(tier: SharedTierName): SharedTier | MirrorTier {
    return tier === 'redis' ? this.#store : this.#owner;
  }

  #judged(key: string, found: Found | undefined): TierHit | undefined {
    if (found === undefined) return undefined;
    const { hit, upTo } = found;
    const verdict = this.#log.verdict(hit.entry, key, upTo);
    return verdict === 'dead' ? undefined : { ...hit, stale: hit.stale || verdict === 'stale' };
  }

  /** Looks up in the owner what the mirror lacks, and what it has only a copy of that is past its time. */
  async #readBelow(
    keys: readonly string[],
    found: (Found | undefined)[],
    headsOnly: boolean,
    isMirrorUp: boolean,
  ): Promise<void> {
    const places = keys.flatMap((key, at) => {
      const hit = this.#judged(key, found[at]);
      if (hit === undefined) found[at] = undefined;
      return hit !== undefined && (hit.entry.copy !== true || (!hit.stale && this.#mirror.isFresh(hit.entry)))
        ? []
        : [at];
    });
    if (places.length === 0) return;
    const asked = places.map((at) => keys[at] ?? '');
    const startedAt = this.#clock.monotonic();
    try {
      const read = await this.#owner.read(asked, { after: this.#log.after, headsOnly });
      this.#log.learn(read, startedAt);
      const copies: Copy[] = [];
      places.forEach((at, index) => {
        const hit = read.entries[index];
        if (hit === undefined) return;
        found[at] = { hit, upTo: read.sequence };
        if (!hit.stale) copies.push({ key: keys[at] ?? '', entry: hit.entry });
      });
      if (isMirrorUp && !headsOnly) this.#mirror.copyUp(copies);
    } catch (error) {
      if (!(error instanceof TierUnavailableError) || places.some((at) => found[at] === undefined)) throw error;
    }
  }

  async #changesSince(after: number): Promise<LogDelta | undefined> {
    return this.#log.recent(after) ?? (await this.#log.pull(after));
  }

  /** What this process knows to be dead is not even offered: the mirror may not know it yet. */
  async #writeAbove(entries: readonly TierEntry[]): Promise<WriteOutcome[]> {
    const offered = entries.filter(({ key, entry }) => this.#log.verdict(entry, key, -1) === 'live');
    const homes = offered.map(({ key, entry, lease }) => {
      const { copy: _, ...home } = entry;
      return { key, entry: home, ...(lease && { lease: innerLease(lease) }) };
    });
    if (homes.length > 0) await this.#homes.expectUntil(Math.max(...homes.map(({ entry }) => entry.expiresAt)));
    const outcomes = homes.length === 0 ? [] : await this.#store.write(homes);
    return entries.map((each) => {
      const at = offered.indexOf(each);
      return at < 0 ? 'outlived' : (outcomes[at] ?? 'overtaken');
    });
  }

  async #writeBelow(entries: readonly TierEntry[]): Promise<WriteOutcome[]> {
    if (entries.length === 0) return [];
    const inner = entries.map(({ key, entry, lease }) => ({ key, entry, ...(lease && { lease: innerLease(lease) }) }));
    const outcomes = await this.#owner.write(inner);
    const stored = entries.filter((_, at) => outcomes[at] === 'stored');
    const [copied, left] = [
      stored.filter((each) => this.#isCopied(each)),
      stored.filter((each) => !this.#isCopied(each)),
    ];
    await Promise.all([this.#mirror.replace(copied), this.#mirror.drop(left.map(({ key }) => key))]);
    return outcomes;
  }

  #isCopied({ home, entry }: TierEntry): boolean {
    return home === undefined && this.#mirror.isSmall(entry);
  }

  /** A step in each that is not done. The mirror says nothing while it is down. */
  async #inBoth<R extends StepResult>(
    cursor: string | undefined,
    step: (store: SharedTier | MirrorTier, at: string | undefined) => Promise<R>,
  ): Promise<{ below: R | undefined; above: R | undefined; isMirrorDown: boolean }> {
    const { below, above } = parseStep(cursor);
    // The owner's first: when it fails, nothing has been counted that the next attempt would miss.
    const lower = below.isDone ? undefined : await step(this.#owner, below.cursor);
    const upper = above.isDone ? undefined : await step(this.#store, above.cursor).catch(() => undefined);
    return { below: lower, above: upper, isMirrorDown: !above.isDone && upper === undefined };
  }
}
