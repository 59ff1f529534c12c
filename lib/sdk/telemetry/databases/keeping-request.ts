import { currentRequest, runInRequest } from '../current-request.ts';
import { wrapMethod } from '../wrap-method.ts';

/**
 * Lets what a pool calls back with a connection be done for the request that asked for it. By itself it would be done for the one
 * that gave the connection back.
 */
export function keepingRequest(pool: object, method: string): void {
  wrapMethod(
    pool,
    method,
    (original) =>
      function (this: object, ...args: unknown[]) {
        const active = currentRequest();
        const callback = args.at(-1);
        if (typeof callback !== 'function') return Reflect.apply(original, this, args);
        const kept = function (this: unknown, ...results: unknown[]) {
          return runInRequest(active, () => Reflect.apply(callback, this, results));
        };
        return Reflect.apply(original, this, [...args.slice(0, -1), kept]);
      },
  );
}
