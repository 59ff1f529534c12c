import { setTimeout as delay } from 'node:timers/promises';

/** Resolves when `work` has settled, and after `graceMs` at the latest; never rejects, and leaves no timer behind. */
export async function settledWithin(graceMs: number, work: readonly Promise<unknown>[]): Promise<void> {
  const settled = new AbortController();
  const grace = delay(graceMs, undefined, { signal: settled.signal }).catch(() => {});
  await Promise.race([Promise.allSettled(work), grace]);
  settled.abort();
}
