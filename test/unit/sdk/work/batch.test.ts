import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batch } from '../../../../lib/sdk/work/batch.ts';

describe('batch', () => {
  it('gives every item to the work once, in the order of the calls and in the bounds, and each its own result', async () => {
    const calls = fc.array(fc.record({ fails: fc.boolean(), pauses: fc.boolean() }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(calls, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 3 }), async (all, max, at) => {
        const batches: number[][] = [];
        let running = 0;
        const add = batch(
          async (items: number[]) => {
            batches.push(items);
            expect(++running).toBeLessThanOrEqual(at);
            await new Promise((resolve) => setImmediate(resolve));
            running--;
            return items.map((item) => (all[item]?.fails ? new Error(`no ${item}`) : item * 2));
          },
          { maxItems: max, concurrency: at },
        );
        const answers: Promise<unknown>[] = [];
        for (const [index, { pauses }] of all.entries()) {
          answers.push(add(index).catch((error: Error) => error.message));
          if (pauses) await new Promise((resolve) => setImmediate(resolve));
        }
        expect(await Promise.all(answers)).toEqual(all.map(({ fails }, i) => (fails ? `no ${i}` : i * 2)));
        expect(batches.flat()).toEqual(all.map((_, index) => index));
        for (const items of batches) expect(items.length).toBeLessThanOrEqual(max);
        expect(add.waiting).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('puts what comes in one turn into one batch, and sends a full one at once', async () => {
    const sizes: number[] = [];
    const add = batch(
      (items: number[]) => {
        sizes.push(items.length);
        return items;
      },
      { maxItems: 10, concurrency: 5 },
    );
    await Promise.all(Array.from({ length: 25 }, (_, item) => add(item)));
    expect(sizes).toEqual([10, 10, 5]);
  });

  it('waits for others as long as it may, unless it is flushed', async () => {
    const add = batch((items: string[]) => items, { maxWaitMs: 60_000 });
    const answer = add('only');
    expect(add.waiting).toBe(1);
    await add.flush();
    expect(await answer).toBe('only');
    const soon = batch((items: string[]) => items, { maxWaitMs: 5 });
    expect(await soon('only')).toBe('only');
  });

  it('fails all of a batch when the work does, or answers with another number of results', async () => {
    const down = batch<number, number>(() => Promise.reject(new Error('down')));
    const answers = await Promise.allSettled([down(1), down(2)]);
    expect(answers).toMatchObject([{ reason: { message: 'down' } }, { reason: { message: 'down' } }]);
    await down.flush();
    const short = batch<number, number>(() => [1]);
    await expect(Promise.all([short(1), short(2)])).rejects.toThrow('2 items was answered with 1 results');
  });

  it('refuses more than may wait', async () => {
    const release = Promise.withResolvers<void>();
    const slow = batch<number, number>(
      async (items) => {
        await release.promise;
        return items;
      },
      { maxItems: 1, maxWaiting: 2 },
    );
    const first = [slow(0), slow(1), slow(2)];
    await expect(slow(3)).rejects.toThrow('2 items wait already');
    release.resolve();
    expect(await Promise.all(first)).toEqual([0, 1, 2]);
    expect(() => batch(() => [], { maxItems: 0 })).toThrow(RangeError);
  });
});
