import type { CacheCoherence } from '../../contracts/cache-policy.ts';
import type { CacheClock } from './clock.ts';
import { Coalesced } from './coalesced.ts';
import { type Invalidation, Invalidations, type LogDelta } from './invalidations.ts';
import type { InvalidationRequest, SharedTier, TierRead } from './shared-tier.ts';

const maxAgeOf = (coherence: CacheCoherence): number => {
  if (coherence === 'strict') return 0;
  return coherence === 'none' ? Number.POSITIVE_INFINITY : coherence.boundedMs;
};

/**
 * What this process knows of its namespace's invalidations, and how old that knowledge is. Without a shared tier the process
 * itself gives out the sequence.
 */
export class LogFollower {
  readonly known = new Invalidations();
  /** So old may the knowledge be that a copy in memory is served by. */
  readonly maxAgeMs: number;
  readonly #shared: SharedTier | undefined;
  readonly #clock: CacheClock;
  readonly #pull: Coalesced<void>;
  /** Monotonic: all that was acknowledged before this is known. */
  #currentAt = Number.NEGATIVE_INFINITY;
  #hasBegun = false;

  constructor(shared: SharedTier | undefined, coherence: CacheCoherence, clock: CacheClock) {
    this.#shared = shared;
    this.#clock = clock;
    this.maxAgeMs = maxAgeOf(coherence);
    this.#pull = new Coalesced(() => this.#pullOnce());
  }

  /** Undefined before the shared tier has been heard of for the first time: its log is followed from then on. */
  get after(): number | undefined {
    return this.#hasBegun ? this.known.sequence : undefined;
  }

  /**
   * What a load that begins now is born at. Beyond what was pulled there may be events of one's own: all before the last of
   * them were numbered, and their causes done, before it was acknowledged.
   */
  get born(): number {
    return Math.max(this.known.sequence, this.known.newest);
  }

  /** Whether what is in memory may be served by what is known. */
  isCurrent(epoch: number | undefined): boolean {
    if (epoch !== undefined && epoch > this.known.sequence) return false;
    if (this.#shared === undefined || this.maxAgeMs === Number.POSITIVE_INFINITY) return true;
    return this.maxAgeMs > 0 && this.#clock.monotonic() - this.#currentAt <= this.maxAgeMs;
  }

  /** So old may an answer's knowledge be; an epoch beyond what is known asks for the latest. */
  maxAgeFor(epoch: number | undefined): number {
    return epoch !== undefined && epoch > this.known.sequence ? 0 : this.maxAgeMs;
  }

  /** Learns all that was acknowledged before the call. @throws TierUnavailableError */
  pull(): Promise<void> {
    return this.#pull.ask();
  }

  /** Learns from an answer. @param startedAt monotonic, when it was asked for */
  learn({ sequence, changes, ageMs = 0 }: Pick<TierRead, 'sequence' | 'changes' | 'ageMs'>, startedAt: number): void {
    if (!this.#hasBegun) this.#begin(sequence);
    else if (changes !== undefined) this.#apply(changes);
    // An answer that came late, and was overtaken by later knowledge, adds nothing.
    if (this.known.sequence >= sequence) this.#currentAt = Math.max(this.#currentAt, startedAt - ageMs);
  }

  /** Takes note of an event of this process: its own reads must see it at once. */
  note(event: Invalidation): void {
    this.known.note(event);
  }

  /**
   * The next number, where this process gives them out.
   * @param isRemembered whether anything that is not in memory yet, such as a load that runs, is still to be judged by it
   */
  append(request: InvalidationRequest, isRemembered: boolean): Invalidation {
    const sequence = this.known.sequence + 1;
    const event = { sequence, ...request };
    this.known.apply({ after: sequence - 1, upTo: sequence, events: isRemembered ? [event] : [] });
    return event;
  }

  async #pullOnce(): Promise<void> {
    const shared = this.#shared;
    if (shared === undefined) return;
    const startedAt = this.#clock.monotonic();
    if (!this.#hasBegun) {
      const answer = await shared.read([]);
      this.learn(answer, startedAt);
      // An earlier answer may have come first: then what lies between is still to be learnt.
      if (this.known.sequence >= answer.sequence) return;
    }
    const delta = await shared.changes(this.known.sequence);
    this.learn({ sequence: delta.upTo, changes: delta }, startedAt);
  }

  /** What was there before is not followed: nothing is held that was born below. */
  #begin(sequence: number): void {
    this.#hasBegun = true;
    this.#apply({ after: sequence, upTo: sequence, events: [] });
  }

  #apply(delta: LogDelta): void {
    this.known.apply(delta);
  }
}
