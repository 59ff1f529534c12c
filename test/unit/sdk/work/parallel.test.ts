import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parallel } from '../../../../lib/sdk/work/parallel.ts';

const noWait = { baseMs: 0, maxMs: 0 };
const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('parallel', () => {
  it('does each item once, in the bounds, and tells what became of each in their order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ fails: fc.boolean(), ticks: fc.nat(3) }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 10 }),
        async (items, concurrency) => {
          let running = 0;
          let most = 0;
          const seen: number[] = [];
          const work = async ({ fails, ticks }: (typeof items)[number], index: number) => {
            seen.push(index);
            most = Math.max(most, ++running);
            for (let i = 0; i < ticks; i++) await tick();
            running--;
            if (fails) throw new Error(`no ${index}`);
            return index;
          };
          const { results, values, errors, isComplete } = await parallel(items, work, { concurrency });
          expect(seen.toSorted((a, b) => a - b)).toEqual(items.map((_, index) => index));
          expect(most).toBe(Math.min(most, concurrency));
          const succeeded = items.flatMap(({ fails }, index) => (fails ? [] : [index]));
          expect(values).toEqual(succeeded);
          expect(errors.map(({ index }) => index)).toEqual(items.flatMap(({ fails }, i) => (fails ? [i] : [])));
          expect(results.map(({ status }) => status === 'rejected')).toEqual(items.map(({ fails }) => fails));
          expect(isComplete).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tries again what may succeed, and tells its progress', async () => {
    const tries = [0, 0, 0];
    const told: object[] = [];
    const { values, errors } = await parallel(
      [0, 1, 2],
      (item) => {
        tries[item] = (tries[item] ?? 0) + 1;
        if (item === 1 && tries[item] < 3) throw new Error('not yet');
        if (item === 2) throw new TypeError('never');
        return item;
      },
      {
        retries: 5,
        backoff: noWait,
        isRetryable: (error) => !(error instanceof TypeError),
        concurrency: 1,
        onProgress: (progress) => told.push(progress),
      },
    );
    expect(values).toEqual([0, 1]);
    expect(errors).toMatchObject([{ index: 2, item: 2, error: { message: 'never' } }]);
    expect(tries).toEqual([1, 3, 1]);
    expect(told).toEqual([
      { done: 1, failed: 0, total: 3 },
      { done: 2, failed: 0, total: 3 },
      { done: 3, failed: 1, total: 3 },
    ]);
  });

  it('takes from an iterator only what it is about to work on, and closes it when it stops early', async () => {
    let given = 0;
    let isClosed = false;
    async function* endless() {
      try {
        for (;;) yield given++;
      } finally {
        isClosed = true;
      }
    }
    const fail = () => Promise.reject(new Error('down'));
    const { errors, isComplete } = await parallel(endless(), fail, { concurrency: 2, maxFailures: 6 });
    expect(errors.length).toBeGreaterThanOrEqual(6);
    expect(given).toBeLessThanOrEqual(9);
    expect(isClosed).toBe(true);
    expect(isComplete).toBe(false);
  });

  it('begins nothing more once it is aborted, aborts what runs, and keeps what was done', async () => {
    const stop = new AbortController();
    const signals: AbortSignal[] = [];
    const { values, errors, isComplete } = await parallel(
      [0, 1, 2, 3],
      (item, _, signal) => {
        signals.push(signal);
        if (item === 0) return item;
        stop.abort(new Error('enough'));
        return new Promise<number>(() => {});
      },
      { concurrency: 1, signal: stop.signal },
    );
    expect(values).toEqual([0]);
    expect(errors).toMatchObject([{ index: 1, error: { message: 'enough' } }]);
    expect(isComplete).toBe(false);
    expect(signals[1]?.aborted).toBe(true);
  });

  it('leaves no rejection that nobody handles when the work itself aborts', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const stop = new AbortController();
    const work = async (): Promise<never> => {
      stop.abort(new Error('enough'));
      throw new Error('failed too');
    };
    const { errors } = await parallel([0], work, { signal: stop.signal });
    await tick();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    expect(errors).toMatchObject([{ error: { message: 'enough' } }]);
  });

  it('gives each try its time', async () => {
    let tries = 0;
    const hang = () => {
      tries++;
      return new Promise<never>(() => {});
    };
    const { errors } = await parallel([0], hang, { timeoutMs: 5, retries: 1, backoff: noWait });
    expect(errors).toMatchObject([{ error: { name: 'TimeoutError' } }]);
    expect(tries).toBe(2);
  });

  it('ends with what the source of its items throws, and aborts what runs', async () => {
    let signal: AbortSignal | undefined;
    function* broken() {
      yield 0;
      throw new Error('no more rows');
    }
    const running = parallel(broken(), (_, __, own) => {
      signal = own;
      return new Promise<never>((_resolve, reject) => own.addEventListener('abort', () => reject(own.reason)));
    });
    await expect(running).rejects.toThrow('no more rows');
    expect(signal?.aborted).toBe(true);
    await expect(parallel([], () => 0, { concurrency: 0 })).rejects.toThrow(RangeError);
  });
});
