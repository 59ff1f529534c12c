export interface BatchOptions {
  /** At most so many items are given at once; 100 by default. */
  maxItems?: number;
  /** The first item of a batch waits so long for others; 0 (the present turn of the event loop) by default. */
  maxWaitMs?: number;
  /** Batches that are worked on at the same time; 1 by default. More items than that wait. */
  concurrency?: number;
  /** Items that may wait; beyond it a call is rejected. 10,000 by default. */
  maxWaiting?: number;
}

export interface BatchFunction<Item, Value> {
  /** Resolves with what came of this item. */
  (item: Item): Promise<Value>;
  /** Sends what waits at once, and resolves when nothing waits or is worked on any more. Never rejects. */
  flush(): Promise<void>;
  /** How many items wait. */
  readonly waiting: number;
}

interface Waiting<Item, Value> {
  item: Item;
  resolve: (value: Value) => void;
  reject: (error: unknown) => void;
}

/**
 * Collects single calls into batches, by number and by time: one INSERT for a hundred rows, one pipeline for a hundred commands.
 *
 * @param work is given 1 to `maxItems` items, and answers with as many results in their order; one that is an Error fails its own
 *   item only. What it throws fails all items of the batch.
 * @throws RangeError when an option cannot be meant
 */
export function batch<Item, Value>(
  work: (items: Item[]) => readonly (Value | Error)[] | Promise<readonly (Value | Error)[]>,
  { maxItems = 100, maxWaitMs = 0, concurrency = 1, maxWaiting = 10_000 }: BatchOptions = {},
): BatchFunction<Item, Value> {
  for (const [name, value] of Object.entries({ maxItems, concurrency, maxWaiting })) {
    if (!(Number.isInteger(value) && value > 0)) throw new RangeError(`${name} must be 1 or more`);
  }
  if (!(maxWaitMs >= 0)) throw new RangeError('maxWaitMs must be 0 or more');
  const queue: Waiting<Item, Value>[] = [];
  const running = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  /** What waits is sent without waiting for more: its time is over, or somebody flushes. */
  let isDue = false;

  const sendOne = async (taken: Waiting<Item, Value>[]): Promise<void> => {
    try {
      const results = await work(taken.map(({ item }) => item));
      if (results.length !== taken.length) {
        throw new TypeError(`a batch of ${taken.length} items was answered with ${results.length} results`);
      }
      for (const [at, { resolve, reject }] of taken.entries()) {
        const result = results[at] as Value | Error;
        if (result instanceof Error) reject(result);
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of taken) reject(error);
    }
  };
  const send = (): void => {
    while (running.size < concurrency && (queue.length >= maxItems || (isDue && queue.length > 0))) {
      const sent = sendOne(queue.splice(0, maxItems)).finally(() => {
        running.delete(sent);
        send();
      });
      running.add(sent);
    }
    if (queue.length === 0) {
      isDue = false;
      clear();
    } else if (!isDue) {
      timer ??= maxWaitMs === 0 ? setImmediate(expire) : setTimeout(expire, maxWaitMs);
    }
  };
  const clear = (): void => {
    clearTimeout(timer as NodeJS.Timeout | undefined);
    clearImmediate(timer as NodeJS.Immediate | undefined);
    timer = undefined;
  };
  const expire = (): void => {
    clear();
    isDue = true;
    send();
  };

  const add = (item: Item): Promise<Value> =>
    new Promise((resolve, reject) => {
      if (queue.length >= maxWaiting) {
        reject(new RangeError(`${maxWaiting} items wait already: they come faster than they are worked on`));
        return;
      }
      queue.push({ item, resolve, reject });
      send();
    });
  const flush = async (): Promise<void> => {
    while (queue.length > 0 || running.size > 0) {
      expire();
      await Promise.race(running);
    }
  };
  return Object.defineProperty(Object.assign(add, { flush }), 'waiting', {
    get: () => queue.length,
  }) as BatchFunction<Item, Value>;
}
