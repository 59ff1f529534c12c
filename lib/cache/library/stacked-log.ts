import type { CacheClock } from './clock.ts';
import { Coalesced } from './coalesced.ts';
import type { EntryHead } from './entry.ts';
import { type Invalidation, Invalidations, type LogDelta, type Verdict } from './invalidations.ts';
import type { SharedTier, TierRead } from './shared-tier.ts';

/** So much of the log is kept to be told to others without a trip. */
const MAX_RECENT_VALUES = 5_000;

/** What is known of the log of the tier that owns the sequence, and since when. */
export class OwnerLog {
  readonly #owner: SharedTier;
  readonly #clock: Pick<CacheClock, 'monotonic'>;
  readonly #known = new Invalidations();
  readonly #question: Coalesced<void>;
  #hasBegun = false;
  /** Every event above `#recentFloor` up to the sequence known, in order. */
  #recent: Invalidation[] = [];
  #recentValues = 0;
  #recentFloor = 0;
  /** The last number that the owner itself has told. */
  #heard = 0;
  /** Monotonic: all that was acknowledged before this is known. */
  #currentAt = Number.NEGATIVE_INFINITY;
  #asking: { startedAt: number; answer: Promise<void> } | undefined;

  constructor(owner: SharedTier, clock: Pick<CacheClock, 'monotonic'>) {
    this.#owner = owner;
    this.#clock = clock;
    this.#question = new Coalesced(() => this.#ask());
  }

  /** Every event up to this one is known. */
  get sequence(): number {
    return this.#known.sequence;
  }

  /** Undefined before the owner has been heard of for the first time. */
  get after(): number | undefined {
    return this.#hasBegun ? this.#known.sequence : undefined;
  }

  /** How old the knowledge was at a time. */
  ageAt(monotonicMs: number): number {
    return Math.max(0, monotonicMs - this.#currentAt);
  }

  /**
   * Knows from then on all that was acknowledged up to so long before the call. With 0 no answer will do that was asked for before the
   * call, however short before.
   * @throws TierUnavailableError
   */
  async reach(maxAgeMs: number): Promise<void> {
    const notBefore = this.#clock.monotonic() - maxAgeMs;
    if (this.#hasBegun && maxAgeMs > 0) {
      if (this.#currentAt >= notBefore) return;
      if (this.#asking !== undefined && this.#asking.startedAt >= notBefore) return this.#asking.answer;
    }
    return this.#question.ask();
  }

  /**
   * Somebody has seen this number: from then on the owner is known to have it, or has begun anew above it where it was lost.
   * @throws TierUnavailableError
   */
  async reachSequence(seen: number): Promise<void> {
    if (seen <= this.#heard) return;
    await this.reach(0);
    if (seen <= this.#heard) return;
    const startedAt = this.#clock.monotonic();
    this.#learnDelta(await this.#owner.changes(seen), startedAt);
  }

  /** Learns from an answer of the owner. @param startedAt monotonic, when it was asked for */
  learn({ sequence, changes }: Pick<TierRead, 'sequence' | 'changes'>, startedAt: number): void {
    this.#heard = Math.max(this.#heard, sequence);
    if (!this.#hasBegun) this.#begin(sequence);
    else if (changes !== undefined) this.apply(changes);
    // One that came late, and was overtaken by later knowledge, adds nothing.
    if (this.#known.sequence >= sequence) this.#currentAt = Math.max(this.#currentAt, startedAt);
  }

  /** The log as it is now behind a number, from its owner. @throws TierUnavailableError */
  async pull(after: number): Promise<LogDelta> {
    const startedAt = this.#clock.monotonic();
    const delta = await this.#owner.changes(after);
    if (this.#hasBegun && delta.after <= this.#known.sequence) this.#learnDelta(delta, startedAt);
    return delta;
  }

  /** Takes a piece of the log, whoever tells it. */
  apply(delta: LogDelta): void {
    const { after, events } = delta;
    const known = this.#known.sequence;
    if (after > known) this.#forgetRecent(after);
    for (const event of events) if (event.sequence > Math.max(known, after)) this.#remember(event);
    this.#known.apply(delta);
    if (this.#recentValues > MAX_RECENT_VALUES) this.#trim();
  }

  /** Takes note of an event of this process: whatever it reads from now on is judged by it. */
  note(event: Invalidation): void {
    const { sequence } = event;
    this.#heard = Math.max(this.#heard, sequence);
    if (!this.#hasBegun || sequence !== this.#known.sequence + 1) this.#known.note(event);
    else this.apply({ after: sequence - 1, upTo: sequence, events: [event] });
  }

  /** What came behind a number, as far as it is known; undefined when it came too long ago. */
  recent(after: number): LogDelta | undefined {
    if (!this.#hasBegun || after < this.#recentFloor) return undefined;
    const upTo = this.#known.sequence;
    return { after: Math.min(after, upTo), upTo, events: this.#recent.filter(({ sequence }) => sequence > after) };
  }

  /**
   * Judges what a store answered that knows the log itself. Events up to the floor are forgotten here: who was born below it lives only by
   * the word of a store that knows them all.
   * @param upTo the store has judged it by every event up to this one
   */
  verdict({ born, tags }: Pick<EntryHead, 'born' | 'tags'>, key: string, upTo: number): Verdict {
    const { floor } = this.#known;
    if (born < floor && upTo < floor) return 'dead';
    return this.#known.verdict({ born: Math.max(born, floor), tags }, key);
  }

  #ask(): Promise<void> {
    const startedAt = this.#clock.monotonic();
    const asking = { startedAt, answer: this.#askOnce(startedAt) };
    this.#asking = asking;
    return asking.answer.finally(() => {
      if (this.#asking === asking) this.#asking = undefined;
    });
  }

  async #askOnce(startedAt: number): Promise<void> {
    if (!this.#hasBegun) {
      const answer = await this.#owner.read([]);
      this.learn(answer, startedAt);
      // An earlier answer may have come first: then what lies between is still to be learnt.
      if (this.#known.sequence >= answer.sequence) return;
    }
    this.#learnDelta(await this.#owner.changes(this.#known.sequence), startedAt);
  }

  #learnDelta(delta: LogDelta, startedAt: number): void {
    this.learn({ sequence: delta.upTo, changes: delta }, startedAt);
  }

  /** What was before is not followed. */
  #begin(sequence: number): void {
    this.#hasBegun = true;
    this.#forgetRecent(sequence);
    this.#known.apply({ after: sequence, upTo: sequence, events: [] });
  }

  #remember(event: Invalidation): void {
    this.#recent.push(event);
    this.#recentValues += 1 + event.values.length;
  }

  #forgetRecent(upTo: number): void {
    this.#recent = [];
    this.#recentValues = 0;
    this.#recentFloor = upTo;
  }

  /** Half of it goes at once, so that the next time is far off. */
  #trim(): void {
    let at = 0;
    while (at < this.#recent.length && this.#recentValues > MAX_RECENT_VALUES / 2) {
      const event = this.#recent[at++];
      if (event === undefined) break;
      this.#recentValues -= 1 + event.values.length;
      this.#recentFloor = event.sequence;
    }
    this.#recent = this.#recent.slice(at);
  }
}
