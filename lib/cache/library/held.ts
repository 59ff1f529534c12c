import type { EntryHead } from './entry.ts';
import type { SharedTierName } from './shared-tier.ts';

/** A value in the memory of this process. Callers share it: it is not to be changed. */
export interface Held<V> {
  readonly value: V | undefined;
  readonly head: EntryHead;
  readonly tags: readonly string[];
  /**
   * The sequence up to which it is known that nothing has killed it: what it was born at, or, where it was read from another
   * tier, the sequence of that answer. Later invalidations are judged here.
   */
  born: number;
  /** Monotonic time at which the value was known to be current: an older one never takes its place. */
  readonly since: number;
  /** Where it came from; undefined when it was loaded or set by this process. */
  readonly tier: SharedTierName | undefined;
  /** It is kept nowhere else. */
  readonly isHome: boolean;
  /** A soft invalidation outlived it. */
  isStale: boolean;
  /** Since they were last told to the sketch of top keys. */
  reads: number;
  /** Whether it has been read since the last maintenance. */
  isWarm: boolean;
}
