import { statfs } from 'node:fs';

const refreshMs = 30_000;

/**
 * How full the file system is in which the process was started. Asked in the background, at most twice a minute, and not again while a
 * question is open: on a network that is gone each would hold one of the four threads that Node does its file work with.
 */
export class DiskUsage {
  #percent: number | undefined;
  #isAsking = false;
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor() {
    this.#ask();
  }

  /** As last heard: 0 to 100 of what those who are not root may use; undefined until then, or where it is not to be had. */
  get percent(): number | undefined {
    if (performance.now() - this.#askedAtMs >= refreshMs) this.#ask();
    return this.#percent;
  }

  #ask(): void {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#askedAtMs = performance.now();
    statfs('.', (error, stats) => {
      this.#isAsking = false;
      if (error !== null) return;
      const used = stats.blocks - stats.bfree;
      // As `df`: what is kept for root counts as neither used nor free.
      const usable = used + stats.bavail;
      this.#percent = usable > 0 ? (100 * used) / usable : undefined;
    });
  }
}
