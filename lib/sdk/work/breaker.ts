import { Breaker, type BreakerOptions, type BreakerState } from '../../cache/library/breaker.ts';

/** Not tried: the last calls failed, and it is too soon for another one. */
export class BreakerOpenError extends Error {
  override name = 'BreakerOpenError';
}

export interface BreakerSettings extends BreakerOptions {
  /** Which errors speak against the other side; all by default. A caller's own fault, a 404, should not. */
  isFailure?: (error: unknown) => boolean;
  /** A call that takes longer counts as failed and is not waited for; none by default. */
  timeoutMs?: number;
  /** In place of the error while it is open. */
  fallback?: () => unknown;
}

interface Guarded {
  /** `half-open`: one call is let through to see. */
  readonly state: BreakerState;
  /** How often it has opened. */
  readonly opened: number;
}

/**
 * The function, spared while what it calls is down: after `failures` in a row (5) nothing is tried for `openMs` (1 s), then one
 * call at a time, until one succeeds.
 *
 * @returns rejects with `BreakerOpenError` while it is open, unless there is a fallback
 */
export function breaker<This, Args extends readonly unknown[], Value>(
  fn: (this: This, ...args: Args) => Value | Promise<Value>,
  { isFailure = () => true, timeoutMs, fallback, ...options }: BreakerSettings = {},
): ((this: This, ...args: Args) => Promise<Value>) & Guarded {
  const { now = () => performance.now() } = options;
  const guard = new Breaker(options);
  async function call(this: This, ...args: Args): Promise<Value> {
    const permit = guard.enter();
    if (permit === undefined) {
      if (fallback !== undefined) return fallback() as Value;
      throw new BreakerOpenError(`${fn.name || 'It'} is not called for a while, since the last calls failed.`);
    }
    const startedAtMs = now();
    let timer: NodeJS.Timeout | undefined;
    let isTimeout = false;
    try {
      const called = Promise.resolve(fn.call(this, ...args));
      const value = await (timeoutMs === undefined
        ? called
        : Promise.race([
            called,
            new Promise<never>((_, reject) => {
              timer = setTimeout(() => {
                isTimeout = true;
                reject(new Error(`${fn.name || 'The call'} took longer than ${timeoutMs} ms.`));
              }, timeoutMs);
            }),
          ]));
      guard.succeeded(permit);
      return value;
    } catch (error) {
      if (isTimeout && timeoutMs !== undefined) guard.timedOut(permit, startedAtMs, timeoutMs);
      else if (isFailure(error)) guard.failed(permit);
      // It answered: what it said was no.
      else guard.succeeded(permit);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
  return Object.defineProperties(call, {
    state: { get: () => guard.state },
    opened: { get: () => guard.opened },
  }) as typeof call & Guarded;
}
