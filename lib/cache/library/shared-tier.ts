import type { Entry } from './entry.ts';
import type { Invalidation, LogDelta } from './invalidations.ts';

export interface TierEntry {
  key: string;
  entry: Entry;
}

export interface TierHit {
  entry: Entry;
  /** A soft invalidation outlived it: it may be served while it is loaded anew. */
  stale: boolean;
}

export interface TierRead {
  /** The namespace's sequence when the entries were read: `born` of every load that begins because of a miss here. */
  sequence: number;
  /** The log's piece behind `after`, when `after` was given and something came since. */
  changes?: LogDelta;
  /** In the order of the keys; undefined where nothing that lives is stored. */
  entries: readonly (TierHit | undefined)[];
}

/** `outlived`: an invalidation that matches, or may match, came after the load began. `older`: what is stored was born later. */
export type WriteOutcome = 'stored' | 'outlived' | 'older';

/** What to invalidate. `pattern` is in its canonical form (`parsePattern`). */
export type InvalidationRequest = Pick<Invalidation, 'kind' | 'values' | 'soft'>;

/** A bounded piece of work on what is stored. */
export interface Step {
  /** About how many stored keys are looked at, at least one. */
  budget: number;
  /** Where the last step ended; the beginning when left out. */
  cursor?: string | undefined;
}

export interface StepResult {
  removed: number;
  /** Where to go on; all is done when it is left out. */
  cursor?: string;
}

export interface Lease {
  /** Rises with every lease of the key. */
  token: number;
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

/**
 * One namespace in a store that many processes share.
 *
 * Invariants:
 * - The sequence only rises, also when the store loses it: then it is made anew above all that was seen, as a clear.
 * - An entry is dead when a hard invalidation that matches it has a sequence above its `born`: it is never answered, whether it
 *   has been reaped or not, and whatever writes were on their way when the invalidation was acknowledged.
 * - Marks are forgotten only when nothing stored needs them. Writes born before a forgotten mark are `outlived`.
 */
export interface SharedTier {
  /**
   * One round trip. @param after what the caller knows of the log; the answer's sequence is never below it
   */
  read(keys: readonly string[], after?: number): Promise<TierRead>;

  /** Each on its own: there is no transaction over several entries. Outcomes are in the order of the entries. */
  write(entries: readonly TierEntry[]): Promise<WriteOutcome[]>;

  /**
   * Takes the next number of the sequence and writes the event to the log, both or neither. It is visible to every read that
   * begins after the answer. Takes a time that depends on the number of values, not on what is stored.
   * @throws LivePatternsError
   */
  invalidate(request: InvalidationRequest): Promise<Invalidation>;

  /**
   * Removes what an invalidation killed, or, when it was soft, makes it not fresh any longer. Counts only entries that were still
   * stored, born before it, and each once, whichever of several invalidations comes for it first. Not needed for correctness,
   * but a pattern counts as live until it is reaped.
   */
  reap(invalidation: Invalidation, step: Step): Promise<StepResult>;

  /** The log behind `after`, or behind its floor where that is higher. */
  changes(after: number): Promise<LogDelta>;

  /**
   * Leave to load a key, for one at a time. A holder that was overtaken (it was frozen for longer than the lease) does no harm:
   * `write` refuses what is older than what its successor stored, and `release` with an old token does nothing.
   * @returns undefined while another has it
   */
  lease(key: string, ttlMs: number): Promise<Lease | undefined>;
  release(key: string, lease: Lease): Promise<void>;

  /** How many entries are stored: exact after a sweep, else with those that have expired since. */
  size(): Promise<number>;

  /** Removes what expired entries left behind, and marks that nothing needs. `removed` counts expired entries. */
  sweep(step: Step): Promise<StepResult>;
}
