import { isMainThread } from 'node:worker_threads';

const patienceMs = 2_000;

/** Gives the last flush its time, and keeps the process up for it. False: the time was not enough. */
const bounded = (flush: () => Promise<void>): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, patienceMs, false);
    void flush().then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });

/**
 * Flushes a last time when the process has nothing left to do, or is asked to end; at most 2 s later it ends as it would have
 * ended anyway.
 */
export function onShutdown(flush: () => Promise<void>, isWorthIt: () => boolean): void {
  let isReachable = true;
  const lastFlush = async (): Promise<void> => {
    if (isReachable && isWorthIt()) isReachable = await bounded(flush);
  };
  process.once('beforeExit', lastFlush);
  // Signals reach the main thread only.
  if (!isMainThread) return;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    // Before all others: those that listen once are gone when they have been called, and would not be counted.
    process.prependOnceListener(signal, () => {
      // By now this listener is gone: whoever counts them sees what would be there without us. Others end the process their way.
      const isOurs = process.listenerCount(signal) === 0;
      void lastFlush().then(() => {
        if (isOurs) process.kill(process.pid, signal);
      });
    });
  }
}
