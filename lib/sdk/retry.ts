import { setTimeout as delay } from 'node:timers/promises';
import { type Backoff, backoffMs } from './backoff.ts';

const backoff: Backoff = { baseMs: 200, maxMs: 5_000 };
const maxTries = 5;
/** From the first try on: beyond that the caller knows better than we do whether to go on. */
const maxTotalMs = 20_000;

/** A try that failed in a way that another may not. */
export interface FailedTry {
  readonly error: Error;
  /** What the server asked for. */
  readonly retryAfterMs: number | undefined;
}

export type Tried<Result> = { readonly result: Result } | { readonly failed: FailedTry };

/**
 * Tries until it works, is refused, or the bounds are reached (5 tries, 20 s); then throws the last error.
 *
 * @param attempt throws what no other try would change
 */
export async function withRetries<Result>(
  attempt: () => Promise<Tried<Result>>,
  { isRepeatable, signal }: { isRepeatable: boolean; signal: AbortSignal | undefined },
): Promise<Result> {
  const startedAtMs = performance.now();
  for (let tries = 1; ; tries++) {
    const tried = await attempt();
    if ('result' in tried) return tried.result;
    const { error, retryAfterMs } = tried.failed;
    const waitMs = Math.max(retryAfterMs ?? 0, backoffMs(tries, backoff));
    const elapsedMs = performance.now() - startedAtMs;
    if (!isRepeatable || tries >= maxTries || elapsedMs + waitMs > maxTotalMs) throw error;
    await pause(waitMs, signal);
  }
}

/** @throws the signal's reason, as soon as it is aborted */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, signal === undefined ? {} : { signal });
  } catch {
    signal?.throwIfAborted();
  }
}
