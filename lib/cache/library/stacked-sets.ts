import type { EntryHead } from './entry.ts';
import type { Invalidation } from './invalidations.ts';
import {
  type MirrorTier,
  type OwnerTier,
  type SetResult,
  type SharedTier,
  type TierSet,
  TierUnavailableError,
} from './shared-tier.ts';
import type { HomesAbove } from './stacked-homes.ts';
import type { OwnerLog } from './stacked-log.ts';
import type { Copy, StackedMirror } from './stacked-mirror.ts';

/** For as long as a conditional set takes; who is frozen for longer is overtaken, and told so. */
const CONDITION_LEASE_MS = 5_000;

interface Stack {
  owner: OwnerTier;
  store: MirrorTier;
  log: OwnerLog;
  mirror: StackedMirror;
  homes: HomesAbove;
  /** All of it, to be read. */
  tier: Pick<SharedTier, 'read'>;
}

const isSame = (one: EntryHead, other: EntryHead): boolean =>
  one.born === other.born && one.createdAt === other.createdAt && one.etag === other.etag;

function resultOf(results: Iterator<SetResult>): SetResult {
  const { value, done } = results.next();
  if (done === true) throw new Error('a tier answered fewer results than it was given entries');
  return value;
}

/**
 * Values by decree in a tier of two. Neither store sees what lies or is being loaded in the other. So the owner logs an event for each as
 * long as it knows that something may have its home in the mirror, and one whose home that is to be always logs one first: whatever was
 * there is dead in both, also in one that could not be told. Where all have their home in the owner it knows best what is there.
 */
export class StackedSets {
  readonly #stack: Stack;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  async set(entries: readonly TierSet[]): Promise<SetResult[]> {
    const below = entries.filter(({ home }) => home !== 'redis');
    const [lower, upper] = await Promise.all([
      below.length === 0 ? [] : this.#setBelow(below),
      Promise.all(entries.filter(({ home }) => home === 'redis').map((each) => this.#setAbove(each))),
    ]);
    const results = { lower: lower.values(), upper: upper.values() };
    return entries.map(({ home }) => resultOf(results[home === 'redis' ? 'upper' : 'lower']));
  }

  async #setBelow(entries: readonly TierSet[]): Promise<SetResult[]> {
    const { owner, mirror } = this.#stack;
    const asked = await Promise.all(entries.map((each) => this.#judgedAbove(each)));
    const offered = asked.flatMap((each) => ('outcome' in each ? [] : each));
    const answered = (offered.length === 0 ? [] : await owner.set(offered)).values();
    const results = asked.map((each) => ('outcome' in each ? each : resultOf(answered)));
    const events = results.flatMap(({ event }) => event ?? []).sort((a, b) => a.sequence - b.sequence);
    await this.#tell(events);
    const copies = entries.flatMap(({ key, entry, home }, at) => {
      const result = results[at];
      const isCopied = result?.outcome === 'stored' && home === undefined && mirror.isSmall(entry);
      return isCopied ? [{ key, entry: { ...entry, born: result.born } }] : [];
    });
    const replaced = await this.#copy(copies, events.length > 0);
    for (const event of events) if (!event.values.some((key) => replaced.has(key))) mirror.removeDead(event);
    return results;
  }

  /** @returns the keys of what took the place of what was there */
  async #copy(copies: readonly Copy[], isTold: boolean): Promise<ReadonlySet<string>> {
    const { mirror } = this.#stack;
    if (copies.length === 0) return new Set();
    const copied = await mirror.copy(copies);
    const left = copies.filter((_, at) => copied[at] !== true);
    // One that has lost all takes nothing until it is told where the log is.
    if (left.length > 0 && !isTold && (await mirror.reach(Math.max(...left.map(({ entry }) => entry.born))))) {
      await mirror.copy(left);
    }
    return new Set(copies.filter((_, at) => copied[at]).map(({ key }) => key));
  }

  /** A condition on an entry whose home is the mirror cannot be judged by the owner. */
  async #judgedAbove(set: TierSet): Promise<TierSet | SetResult> {
    if (set.replaces === undefined) return set;
    const { replaces, ...unconditional } = set;
    const { sequence, entries } = await this.#stack.tier.read([set.key], { headsOnly: true });
    const hit = entries[0];
    if (hit === undefined || hit.tier !== 'redis' || hit.entry.copy === true) return set;
    if (replaces !== null && isSame(hit.entry, replaces)) return unconditional;
    return { outcome: 'changed', born: Math.max(hit.entry.born, sequence) };
  }

  async #setAbove(set: TierSet): Promise<SetResult> {
    if (set.replaces === undefined) return this.#decree(set);
    const { store, tier, homes } = this.#stack;
    await homes.expectFor(CONDITION_LEASE_MS);
    const lease = await store.lease(set.key, CONDITION_LEASE_MS);
    const { sequence, entries } = await tier.read([set.key], { headsOnly: true });
    const living = entries[0]?.entry;
    const isAsRead =
      set.replaces === null ? living === undefined : living !== undefined && isSame(living, set.replaces);
    if (lease === undefined) return { outcome: 'changed', born: living?.born ?? sequence };
    if (isAsRead) return this.#decree(set, lease);
    await store.release(set.key, lease);
    return { outcome: 'changed', born: living?.born ?? sequence };
  }

  /** @param lease when it is stored only while nobody else has set it */
  async #decree({ key, entry }: TierSet, lease?: { token: string }): Promise<SetResult> {
    const { owner, store, mirror, log, homes } = this.#stack;
    await homes.expectUntil(entry.expiresAt);
    const event = await owner.invalidate({ kind: 'keys', values: [key], soft: false });
    if (!(await this.#tell([event]))) throw new TierUnavailableError('redis', 'it could not be told of the event');
    const { sequence: born } = event;
    const { copy: _, ...home } = entry;
    const [outcome] = await store.write([{ key, entry: { ...home, born }, ...(lease && { lease }) }]);
    // Without a condition it was set, and then at once replaced by another.
    if (lease !== undefined && outcome !== 'stored') return { outcome: 'changed', born: log.sequence };
    mirror.inBackground(owner.reap(event, { budget: 1 }));
    return { outcome: 'stored', born, event };
  }

  #tell(events: readonly Invalidation[]): Promise<boolean> {
    for (const event of events) this.#stack.log.note(event);
    return this.#stack.mirror.tell(events);
  }
}
