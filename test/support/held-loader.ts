import type { Loader } from '../../lib/cache/library/cache.ts';

/** A loader that answers when it is told to. */
export function heldLoader() {
  let settle: { resolve: (value: unknown) => void; reject: (error: unknown) => void } | undefined;
  const started = Promise.withResolvers<void>();
  let calls = 0;
  const loader: Loader<unknown> = () => {
    calls++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    settle = { resolve, reject };
    started.resolve();
    return promise;
  };
  return {
    loader,
    started: started.promise,
    answer: (value: unknown) => settle?.resolve(value),
    fail: (error: unknown) => settle?.reject(error),
    get calls() {
      return calls;
    },
  };
}
