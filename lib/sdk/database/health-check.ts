import type { WatchedPool } from './pool-adapter.ts';
import type { PoolFigures } from './pool-figures.ts';

/** What does not answer within this is not well. */
const maxCheckMs = 5_000;

/**
 * Checks a pool every so often, and holds no process open. One that does not answer fails as often as it would have been
 * checked, and is asked no second time until it does.
 *
 * @returns what ends it
 */
export function checkEvery(everyMs: number, pool: WatchedPool, figures: PoolFigures): () => void {
  const limitMs = Math.min(everyMs, maxCheckMs);
  let isAsking = false;
  const check = (): void => {
    if (isAsking) {
      figures.checked(limitMs, true);
      return;
    }
    const startedAtMs = performance.now();
    let isLate = false;
    const answered = asked(pool);
    if (answered === undefined) return;
    isAsking = true;
    const late = setTimeout(() => {
      isLate = true;
      figures.checked(limitMs, true);
    }, limitMs).unref();
    const end = (failed: boolean): void => {
      isAsking = false;
      clearTimeout(late);
      if (!isLate) figures.checked(performance.now() - startedAtMs, failed);
    };
    answered.then(
      () => end(false),
      () => end(true),
    );
  };
  const timer = setInterval(check, everyMs).unref();
  return () => clearInterval(timer);
}

function asked(pool: WatchedPool): Promise<unknown> | undefined {
  try {
    return pool.check();
  } catch (error) {
    return Promise.reject(error);
  }
}
