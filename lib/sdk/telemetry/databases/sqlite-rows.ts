import { type Method, wrapMethod } from '../wrap-method.ts';

interface Iteration {
  durationMs: number;
  rows: number;
  readonly end: (durationMs: number, rows: number) => void;
}

const iterations = new WeakMap<object, Iteration>();
const watched = new WeakSet<object>();

const finish = (iterator: object, iteration: Iteration): void => {
  iterations.delete(iterator);
  iteration.end(iteration.durationMs, iteration.rows);
};

/** Adds up the time within one of the iterator's methods, and ends the iteration when it throws or says that it is done. */
const timed = (original: Method) =>
  function (this: object, ...args: unknown[]) {
    const iteration = iterations.get(this);
    if (iteration === undefined) return Reflect.apply(original, this, args);
    let done = true;
    const startedAtMs = performance.now();
    try {
      const result = Reflect.apply(original, this, args);
      done = (result as IteratorResult<unknown>).done === true;
      return result;
    } finally {
      iteration.durationMs += performance.now() - startedAtMs;
      if (done) finish(this, iteration);
      else iteration.rows++;
    }
  };

/**
 * Tells the time that a query's iterator took for all its rows, and their number, when it ends. The iterator itself stays what
 * it is: the methods on its prototype are replaced (once), or its own where it has them (Node 22).
 */
export function watchRows(iterator: unknown, end: Iteration['end']): void {
  if (typeof iterator !== 'object' || iterator === null) return;
  iterations.set(iterator, { durationMs: 0, rows: 0, end });
  let owner: object | null = iterator;
  while (owner !== null && !Object.hasOwn(owner, 'next')) owner = Object.getPrototypeOf(owner);
  if (owner === null || watched.has(owner)) return;
  watched.add(owner);
  wrapMethod(owner, 'next', timed);
  wrapMethod(owner, 'return', timed);
}
