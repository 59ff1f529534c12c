import type { BreakerState } from './breaker.ts';
import type { Entry, EntryHead } from './entry.ts';
import type { Invalidation, LogDelta } from './invalidations.ts';
import type { Lifetime } from './ttl.ts';

export type SharedTierName = 'redis' | 'dynamodb';
/** Whom one asks: a tier of one's own, or another deployment with tiers of its own. */
export type TierLabel = SharedTierName | 'remote';

export interface TierHit {
  entry: Entry;
  /** A soft invalidation outlived it: it may be served while it is loaded anew. */
  stale: boolean;
  /** Where it was found. */
  tier: SharedTierName;
}

export interface TierRead {
  /** The namespace's sequence when the entries were read: `born` of every load that begins because of a miss here. */
  sequence: number;
  /** The log's piece behind `after`, when `after` was given and something came since. */
  changes?: LogDelta;
  /** In the order of the keys; undefined where nothing that lives is stored. */
  entries: readonly (TierHit | undefined)[];
  /** How long ago the sequence was known to be the last one; 0 when left out. Never above the `maxAgeMs` that was asked for. */
  ageMs?: number;
}

export interface ReadOptions {
  /** What the caller knows of the log; the answer's sequence is never below it. */
  after?: number | undefined;
  /** How old the knowledge of invalidations may be that the answer rests on; 0 when left out. Tiers that always know ignore it. */
  maxAgeMs?: number;
  /** The payloads are not needed: those that would cost a trip of their own are left empty. */
  headsOnly?: boolean;
}

/** Leave to load a key, see `lease`. */
export interface Lease {
  /** Another with every lease of the key. */
  token: string;
}

export interface TierEntry {
  key: string;
  entry: Entry;
  /**
   * Stored only while this lease is held, and its end: so nobody who was overtaken (it was frozen for longer than the lease) replaces what its
   * successor stored. Without one it is a copy of what is known from elsewhere, stored unless what is stored is as new.
   */
  lease?: Lease | undefined;
  /** Where it is kept, in a tier that is made of several; in the lowest, with a copy above when it is small, when left out. */
  home?: SharedTierName | undefined;
}

/**
 * `outlived`: an invalidation that matches, or may match, came after the load began. `older`: what is stored was born later, or, for
 * what has no lease, at the same time and is fresh for as long; of entries that are marked as copies the one that was created later is
 * newer. `overtaken`: the lease is another's, or its time was over.
 */
export type WriteOutcome = 'stored' | 'outlived' | 'older' | 'overtaken';

/** A value by its owner's decree, not from a load. */
export interface TierSet {
  key: string;
  /** The tier says when it is born. */
  entry: Omit<Entry, 'born'>;
  /** Only if this is what lives under the key, as it was read; null: only if nothing does. */
  replaces?: EntryHead | null | undefined;
  /** As of `TierEntry`. */
  home?: SharedTierName | undefined;
  /** The event is logged whatever is under the key: others may hold what this tier does not see. */
  announce?: boolean | undefined;
}

export interface SetResult {
  /** `changed`: something else lives under the key than `replaces` says. */
  outcome: 'stored' | 'changed';
  /** What the stored entry was born at. */
  born: number;
  /** Of the key, when something was or may have been there that others still hold; `born` is its sequence then. */
  event?: Invalidation;
}

/** What to invalidate. `pattern` is in its canonical form (`parsePattern`), and one alone. */
export type InvalidationRequest = Pick<Invalidation, 'kind' | 'values' | 'soft'>;

export interface Acknowledged extends Invalidation {
  /** Tiers that could not be told: nothing dead is served from them, but what they hold is not reaped yet. */
  pending?: readonly SharedTierName[];
}

/** A bounded piece of work on what is stored. */
export interface Step {
  /** About how many stored keys are looked at, at least one. */
  budget: number;
  /** Where the last step ended; the beginning when left out. */
  cursor?: string | undefined;
}

export interface StepResult {
  /** Entries, each counted where its home is: copies of what a lower tier keeps do not count. */
  removed: number;
  /** Where to go on; all is done when it is left out. */
  cursor?: string;
  /** Tiers that did not answer: what they hold is not counted, and neither removed before its time is over nor served. */
  pending?: SharedTierName[];
}

export interface SweepResult extends StepResult {
  /** Index items, members of tags and marks without an entry that needs them. */
  ghosts: number;
  /** About what all that took in the store. */
  bytes: number;
}

export interface TierUsage {
  /**
   * Exact after a sweep by whom is asked; else with those that have expired since and, where counting costs a walk, up to a minute old.
   * Copies count where they lie.
   */
  entries: number;
  /** What they take in the store, indices included; an estimate by samples where the store does not tell. */
  bytes: number;
}

/** What was read and written, for the bill. */
export interface TierCost {
  /** DynamoDB's units; 0 elsewhere. */
  readUnits: number;
  writeUnits: number;
}

/** How a tier has answered of late. */
export interface TierHealth {
  /** Operations that failed or took too long, since the process began. */
  errors: number;
  breaker: BreakerState;
}

/** A namespace has as many patterns at work as it can; one must be reaped first. */
export class LivePatternsError extends Error {
  override name = 'LivePatternsError';
  readonly retryAfterSeconds: number;

  constructor(maximum: number, retryAfterSeconds = 1) {
    super(`${maximum} patterns are still being reaped, which is the most there may be: try again later.`);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The tier cannot answer now: it is down, slow or throttled. Nothing is known of what was to be done. */
export class TierUnavailableError extends Error {
  override name = 'TierUnavailableError';
  readonly tier: TierLabel;

  constructor(tier: TierLabel, why: string, options?: ErrorOptions) {
    super(`The tier ${tier} does not answer: ${why}.`, options);
    this.tier = tier;
  }
}

/** What every store of entries that many processes share can do, whether it gives out the sequence or follows it. */
export interface EntryStore {
  /** One round trip for what is known to be there. */
  read(keys: readonly string[], options?: ReadOptions): Promise<TierRead>;

  /** Each on its own: there is no transaction over several entries. Outcomes are in the order of the entries. */
  write(entries: readonly TierEntry[]): Promise<WriteOutcome[]>;

  /**
   * Gives an entry that is still the one that was read other times; the windows after `freshUntil` stay as long.
   * @returns whether it was
   */
  touch(key: string, entry: EntryHead, lifetime: Lifetime): Promise<boolean>;

  /**
   * Removes what an invalidation killed, or, when it was soft, makes it not fresh any longer. Counts only entries that were still
   * stored, born before it, and each once, whichever of several invalidations comes for it first. Not needed for correctness,
   * but a pattern counts as live until it is reaped.
   */
  reap(invalidation: Invalidation, step: Step): Promise<StepResult>;

  /**
   * Leave to load a key, for one at a time. A `set` of the key ends it, and so does the write that carries it, whatever its outcome.
   * @param home where the load's value will be kept, as of `TierEntry`
   * @returns undefined while another has it
   */
  lease(key: string, ttlMs: number, home?: SharedTierName): Promise<Lease | undefined>;
  /** @returns whether it is still held, and now for so long */
  renew(key: string, lease: Lease, ttlMs: number): Promise<boolean>;
  release(key: string, lease: Lease): Promise<void>;

  /** When what it does in the background (copies, repairs) has ended, where it does anything. */
  settled?(): Promise<void>;

  usage(): Promise<Partial<Record<SharedTierName, TierUsage>>>;
  /** Since the process began. */
  cost(): TierCost;

  /** Of those that are guarded. */
  health?(): Partial<Record<SharedTierName, TierHealth>>;

  /** Removes what expired entries left behind, and marks that nothing needs. `removed` counts expired entries. */
  sweep(step: Step): Promise<SweepResult>;

  /**
   * Removes the entries whose time is over soonest, of a sample, until about so many bytes are free; nothing is told to anybody. So others
   * may hold an evicted entry until its time is over: a `set` in that time logs its event.
   */
  evict(tier: SharedTierName, bytes: number): Promise<{ entries: number; bytes: number }>;

  /** Removes copies (entries whose home is a lower tier) of these keys; the entries stay. @returns how many */
  dropCopies(tier: SharedTierName, keys: readonly string[]): Promise<number>;
}

/**
 * One namespace in a store that many processes share.
 *
 * Invariants:
 * - The sequence only rises, also when the store loses it: then it is made anew above all that was seen, as a clear.
 * - An entry is dead when a hard invalidation that matches it has a sequence above its `born`: it is never answered, whether it
 *   has been reaped or not, and whatever writes were on their way when the invalidation was acknowledged.
 * - Marks are forgotten only when nothing stored needs them. Writes born before a forgotten mark are `outlived`.
 * - When a `set` is acknowledged, no load that began before it replaces its value, and whoever knows the log up to `born` holds
 *   no older one.
 */
export interface SharedTier extends EntryStore {
  /** Each on its own. Results are in the order of the entries. */
  set(entries: readonly TierSet[]): Promise<SetResult[]>;

  /**
   * Takes the next number of the sequence and writes the event to the log, both or neither. It is visible to every read that
   * begins after the answer. Takes a time that depends on the number of values, not on what is stored.
   * @throws LivePatternsError
   */
  invalidate(request: InvalidationRequest): Promise<Acknowledged>;

  /** The log behind `after`, or behind its floor where that is higher, as it is now. */
  changes(after: number): Promise<LogDelta>;
}

/** A tier that owns the sequence of a store above it, which may be the home of entries that this one does not see. */
export interface OwnerTier extends SharedTier {
  /**
   * Until then others may hold entries, or load values, whose home is above. It is to be known before there is one: from then on and so
   * long every `set` logs its event. A time that is known already stays when it is later.
   * @param untilMs epoch milliseconds
   * @returns the sequence at which that is known: a clear behind it may have made it forgotten
   */
  expectHomesAbove(untilMs: number): Promise<number>;
}

/**
 * A namespace in a store that follows a sequence which another tier owns. It may lag behind, and is then asked only by those
 * who know better: `read` answers the sequence up to which it knows the log (-1 when it has lost all it knew, with no entries),
 * never throws for being behind `after`, and applies what it knows.
 */
export interface MirrorTier extends EntryStore {
  /**
   * Takes over a piece of the owner's log.
   * @param isAll no earlier events are to be had: what is missing before the piece counts as cleared, and a store that has
   *   lost all begins with it
   * @returns up to where it knows the log now: below `upTo` when it lacks what was before the piece, -1 when it has lost all
   */
  replicate(delta: LogDelta, isAll: boolean): Promise<number>;
}
