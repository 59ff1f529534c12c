import type { SqsStore } from './internals.ts';

/** What SQS tells CloudWatch of a queue. */
export interface QueueFigures {
  readonly name: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** Of the oldest that is not delayed, in seconds; 0 where there is none. */
  readonly oldestAgeSeconds: number;
}

/** Beside the API of SQS, whose attributes do not tell how old messages are. */
export const queueFiguresPath = '/queue-figures';

/** Of all queues. @param nowMs epoch milliseconds */
export const queueFigures = (store: SqsStore, nowMs: number): QueueFigures[] =>
  Array.from(store.allQueues(), (queue) => {
    const { ready, delayed, inflight } = queue.inspectMessages();
    let oldestMs = nowMs;
    for (const { sentTimestamp } of [...ready, ...inflight.map(({ message }) => message)]) {
      oldestMs = Math.min(oldestMs, sentTimestamp);
    }
    return {
      name: queue.name,
      visible: ready.length,
      inFlight: inflight.length,
      delayed: delayed.length,
      oldestAgeSeconds: Math.floor((nowMs - oldestMs) / 1000),
    };
  });
