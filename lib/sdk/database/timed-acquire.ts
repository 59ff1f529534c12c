import { currentRequest } from '../telemetry/current-request.ts';
import { overrideMethod } from './override-method.ts';
import type { PoolFigures } from './pool-figures.ts';

/** Drivers have no class in common for it. */
export function isTimeout(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, code, message } = error as { name?: unknown; code?: unknown; message?: unknown };
  return name === 'TimeoutError' || code === 'ETIMEDOUT' || /\btime(d )?out\b/i.test(String(message));
}

/**
 * Times the method by which callers get a connection, by callback or promise, and counts those who got none.
 *
 * @param note told whenever there may be more in use, or more who wait
 * @returns what undoes it
 */
export function timeAcquire(pool: object, method: string, figures: PoolFigures, note: () => void): () => void {
  /** A pool may ask itself again on behalf of a caller who waits already. */
  const waiting = new WeakSet<object>();
  return overrideMethod(
    pool,
    method,
    (acquire) =>
      function (...args) {
        const startedAtMs = performance.now();
        const active = currentRequest();
        const end = (error: unknown): void => {
          const waitedMs = performance.now() - startedAtMs;
          if (active !== undefined) active.poolWaitMs = (active.poolWaitMs ?? 0) + waitedMs;
          if (error === null || error === undefined) figures.waited(waitedMs);
          else figures.count(isTimeout(error) ? 'timeouts' : 'errors');
          note();
        };
        const callback = args.at(-1);
        if (typeof callback !== 'function') {
          const acquired = Reflect.apply(acquire, this, args);
          note();
          return acquired instanceof Promise ? settling(acquired, end) : acquired;
        }
        if (waiting.has(callback)) return Reflect.apply(acquire, this, args);
        const ended = function (this: unknown, ...results: unknown[]) {
          end(results[0]);
          return Reflect.apply(callback, this, results);
        };
        waiting.add(ended);
        const returned = Reflect.apply(acquire, this, [...args.slice(0, -1), ended]);
        note();
        return returned;
      },
  );
}

const settling = (promise: Promise<unknown>, end: (error: unknown) => void): Promise<unknown> =>
  promise.then(
    (value) => {
      end(undefined);
      return value;
    },
    (error: unknown) => {
      end(error ?? new Error('rejected without a reason'));
      throw error;
    },
  );
