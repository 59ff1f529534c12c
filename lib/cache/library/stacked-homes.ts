import type { CacheClock } from './clock.ts';
import type { OwnerTier } from './shared-tier.ts';
import type { OwnerLog } from './stacked-log.ts';

/** So much longer than asked for: clocks differ, and the owner is to be told seldom. */
const SLACK_MS = 86_400_000;

/**
 * Tells the owner that the mirror may be the home of entries. Invariant: it knows that before there is one, and before a load begins that
 * will be one; it goes on to know it whatever the mirror loses, for what others hold of it outlives it there.
 */
export class HomesAbove {
  readonly #owner: OwnerTier;
  readonly #log: OwnerLog;
  readonly #clock: Pick<CacheClock, 'now'>;
  #untilMs = 0;
  /** The sequence at which the owner knew it. */
  #knownAt = 0;
  #telling: { untilMs: number; done: Promise<void> } | undefined;

  constructor(owner: OwnerTier, log: OwnerLog, clock: Pick<CacheClock, 'now'>) {
    this.#owner = owner;
    this.#log = log;
    this.#clock = clock;
  }

  /** @throws TierUnavailableError */
  expectFor(ms: number): Promise<void> {
    return this.expectUntil(this.#clock.now() + ms);
  }

  /** @throws TierUnavailableError */
  async expectUntil(untilMs: number): Promise<void> {
    const leastMs = untilMs + SLACK_MS / 2;
    // The answer that it joined may be from before a clear.
    for (let attempt = 0; attempt < 2 && !this.#isKnown(leastMs); attempt++) {
      if (this.#telling === undefined || this.#telling.untilMs < leastMs) this.#tell(untilMs + SLACK_MS);
      await this.#telling?.done;
    }
  }

  /** An owner that lost all it had begins anew with a clear: what it was told before it may have forgotten. */
  #isKnown(untilMs: number): boolean {
    return this.#untilMs >= untilMs && this.#log.verdict({ born: this.#knownAt, tags: [] }, '', -1) !== 'dead';
  }

  #tell(untilMs: number): void {
    const telling = {
      untilMs,
      done: this.#owner
        .expectHomesAbove(untilMs)
        .then((sequence) => {
          this.#untilMs = untilMs;
          this.#knownAt = sequence;
        })
        .finally(() => {
          if (this.#telling === telling) this.#telling = undefined;
        }),
    };
    this.#telling = telling;
  }
}
