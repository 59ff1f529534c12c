import { type Backoff, backoffMs } from '../backoff.ts';
import { pause } from '../retry.ts';

export interface ParallelProgress {
  /** Items that have ended, well or not. */
  done: number;
  failed: number;
  /** Undefined while it is not known: the items come from an iterator. */
  total: number | undefined;
}

export interface ParallelOptions<Item> {
  /** How many run at the same time; 8 by default. */
  concurrency?: number;
  /** How often an item that failed is tried again; not at all by default. */
  retries?: number;
  /** Between two tries, with full jitter; 100 ms, doubled each time, up to 5 s, by default. */
  backoff?: Backoff;
  /** Whether another try may help; always by default. */
  isRetryable?: (error: unknown, item: Item) => boolean;
  /** Of one try, whose signal is aborted then; none by default. */
  timeoutMs?: number;
  /** Begins nothing more from then on, and aborts what runs. */
  signal?: AbortSignal;
  /** No more items are begun once so many have failed; all are tried by default. */
  maxFailures?: number;
  /** Called after each item. What it throws ends the whole. */
  onProgress?: (progress: ParallelProgress) => void;
}

export interface ParallelResult<Item, Value> {
  /** What came of each item that was begun, in the order of the items. */
  results: PromiseSettledResult<Value>[];
  /** Of those that succeeded, in the order of the items. */
  values: Value[];
  errors: { index: number; item: Item; error: unknown }[];
  /** Whether every item was tried. */
  isComplete: boolean;
}

const defaultBackoff: Backoff = { baseMs: 100, maxMs: 5_000 };

/**
 * Does the same with many items, a bounded number of them at a time. A failure ends nothing but its own item: what succeeded
 * is in the result beside what failed, and why. Items are taken from an iterator as they are needed, so that more of them can be
 * worked on than fit into memory (their results must).
 *
 * @param work is given the signal of its try: it ends by `timeoutMs`, or with `signal`
 * @throws what the iterator or `onProgress` throws, after what runs was aborted; RangeError when an option cannot be meant
 */
export async function parallel<Item, Value>(
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item, index: number, signal: AbortSignal) => Value | Promise<Value>,
  options: ParallelOptions<Item> = {},
): Promise<ParallelResult<Item, Value>> {
  const { concurrency = 8, maxFailures = Number.POSITIVE_INFINITY, signal, onProgress } = options;
  if (!(Number.isInteger(concurrency) && concurrency > 0)) throw new RangeError('concurrency must be 1 or more');
  const total = Array.isArray(items) ? items.length : undefined;
  const iterator = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const ended = new AbortController();
  const stop = signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]);
  const results: PromiseSettledResult<Value>[] = [];
  const errors: ParallelResult<Item, Value>['errors'] = [];
  let begun = 0;
  let done = 0;
  let isComplete = false;
  /** One at a time: an iterator is asked for the next item only when it has given the last one. */
  let asking: Promise<unknown> = Promise.resolve();
  const next = (): Promise<IteratorResult<Item>> => {
    const asked = asking.then(() => iterator.next());
    asking = asked.catch(() => {});
    return asked;
  };

  const takeTurns = async (): Promise<void> => {
    while (!stop.aborted && errors.length < maxFailures) {
      const { value: item, done: isOver } = await next();
      isComplete ||= isOver === true;
      if (isOver || stop.aborted || errors.length >= maxFailures) return;
      const index = begun++;
      try {
        results[index] = { status: 'fulfilled', value: await tried(item, index) };
      } catch (reason) {
        results[index] = { status: 'rejected', reason };
        errors.push({ index, item, error: reason });
      }
      done++;
      onProgress?.({ done, failed: errors.length, total });
    }
  };
  const tried = async (item: Item, index: number): Promise<Value> => {
    const { retries = 0, backoff = defaultBackoff, isRetryable = () => true, timeoutMs } = options;
    for (let tries = 1; ; tries++) {
      try {
        const limit = timeoutMs === undefined ? stop : AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]);
        return await within(limit, Promise.resolve(work(item, index, limit)));
      } catch (error) {
        if (tries > retries || stop.aborted || !isRetryable(error, item)) throw error;
        await pause(backoffMs(tries, backoff), stop);
      }
    }
  };

  try {
    await Promise.all(Array.from({ length: concurrency }, takeTurns));
  } catch (error) {
    ended.abort(error);
    throw error;
  } finally {
    if (!isComplete) await iterator.return?.();
  }
  const values = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  errors.sort((a, b) => a.index - b.index);
  return { results, values, errors, isComplete };
}

/** Work that heeds no signal is not waited for beyond it. */
async function within<Value>(signal: AbortSignal, work: Promise<Value>): Promise<Value> {
  // It may fail when nobody waits for it any more; that must not end the process.
  work.catch(() => {});
  signal.throwIfAborted();
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
