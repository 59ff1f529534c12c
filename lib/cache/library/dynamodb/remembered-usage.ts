import type { CacheClock } from '../clock.ts';
import type { TierUsage } from '../shared-tier.ts';

const REMEMBERED_MS = 60_000;

/**
 * What a walk of the index told, for a minute from its beginning: a walk may cost thousands of read units, and is asked for often.
 * All who ask in that time share one, also while it is under way.
 */
export class RememberedUsage {
  readonly #walk: () => Promise<TierUsage>;
  readonly #clock: Pick<CacheClock, 'monotonic'>;
  #last: { usage: Promise<TierUsage>; atMs: number } | undefined;

  constructor(walk: () => Promise<TierUsage>, clock: Pick<CacheClock, 'monotonic'>) {
    this.#walk = walk;
    this.#clock = clock;
  }

  ask(): Promise<TierUsage> {
    const now = this.#clock.monotonic();
    if (this.#last !== undefined && now - this.#last.atMs < REMEMBERED_MS) return this.#last.usage;
    const last = { usage: this.#walk(), atMs: now };
    this.#last = last;
    // A failure is for those who wait for it, and for nobody after them.
    last.usage.catch(() => {
      if (this.#last === last) this.#last = undefined;
    });
    return last.usage;
  }

  /** Whoever asks from now on learns of what was removed before: also not from a walk that is under way. */
  forget(): void {
    this.#last = undefined;
  }
}
