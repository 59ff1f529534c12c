import { describe, expect, it } from 'vitest';
import { DeadlineError, Deadlines, tickerOf } from '../../../lib/cache/library/deadlines.ts';

const deadlinesOf = (timeoutMs: number) => {
  const running = new Set<() => void>();
  const intervals: number[] = [];
  const deadlines = new Deadlines(timeoutMs, (everyMs, tick) => {
    intervals.push(everyMs);
    running.add(tick);
    return () => running.delete(tick);
  });
  const tick = (times: number): void => {
    for (let at = 0; at < times; at++) for (const each of [...running]) each();
  };
  return { deadlines, running, intervals, tick };
};

const never = new Promise<string>(() => {});

describe('Deadlines', () => {
  it('give up once the whole time has passed in ticks, and not before', async () => {
    const { deadlines, running, intervals, tick } = deadlinesOf(100);
    let failure: unknown;
    const waited = deadlines.within(never).catch((error: unknown) => {
      failure = error;
    });
    expect(intervals).toEqual([20]);
    tick(5);
    await Promise.resolve();
    expect(failure).toBeUndefined();
    tick(1);
    await waited;
    expect(failure).toBeInstanceOf(DeadlineError);
    expect(running.size).toBe(0);
  });

  it('read the answer that came while the process was frozen, since a late interval ticks once', async () => {
    const { deadlines, tick } = deadlinesOf(100);
    let answer: (text: string) => void = () => {};
    const waited = deadlines.within(new Promise<string>((resolve) => (answer = resolve)));
    tick(1);
    // Five seconds of standing still: one tick, then the socket is read.
    tick(1);
    answer('here');
    expect(await waited).toBe('here');
  });

  it('count for each call from its own beginning, by one interval that runs while any waits', async () => {
    const { deadlines, running, intervals, tick } = deadlinesOf(50);
    const first = deadlines.within(never);
    tick(4);
    const second = deadlines.within(never);
    tick(2);
    await expect(first).rejects.toThrow('No answer within 50 ms.');
    expect(running.size).toBe(1);
    tick(4);
    await expect(second).rejects.toThrow(DeadlineError);
    expect([running.size, intervals.length]).toEqual([0, 1]);
    expect(await deadlines.within(Promise.resolve(7))).toBe(7);
    await expect(deadlines.within(Promise.reject(new Error('no')))).rejects.toThrow('no');
    await Promise.resolve();
    expect(running.size).toBe(0);
  });

  it('ignore a failure that comes after they gave up', async () => {
    const { deadlines, tick } = deadlinesOf(50);
    let fail: (error: Error) => void = () => {};
    const waited = deadlines.within(new Promise((_, reject) => (fail = reject)));
    tick(6);
    await expect(waited).rejects.toThrow(DeadlineError);
    fail(new Error('too late'));
  });
});

describe('The ticks of a clock', () => {
  it('come one after another until they are called off, also by one of them', () => {
    const due: (() => void)[] = [];
    const after = (ms: number, callback: () => void) => {
      expect(ms).toBe(20);
      due.push(callback);
      return () => {
        due.splice(due.indexOf(callback), 1);
      };
    };
    let ticks = 0;
    const stop = tickerOf({ now: Date.now, monotonic: () => 0, after })(20, () => {
      if (++ticks === 3) stop();
    });
    while (due.length > 0) due.shift()?.();
    expect(ticks).toBe(3);
  });
});
