import { setTimeout as delay } from 'node:timers/promises';
import { invokedEvents } from '../../../contracts/invoked-events.ts';
import type { FunctionHost } from '../../lambda/function-host.ts';
import { accountConcurrency } from '../../lambda/limits.ts';
import { settledWithin } from '../../settled-within.ts';

export interface EventQueueOptions {
  readonly name: string;
  readonly host: Pick<FunctionHost, 'parallel' | 'invoke'>;
  readonly log: (line: string) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export interface EventQueue {
  /** False: too many wait already, and this one is not taken. */
  accept(event: unknown, trace: string): boolean;
  /** Begins no more, and resolves when those under way have ended, at the latest after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

interface Accepted {
  readonly event: unknown;
  readonly trace: string;
  readonly atMs: number;
}

/** Waiting events are held in memory. On AWS no number of them is too many. */
const mostWaiting = accountConcurrency;
/** Before an event that the function was too busy for is tried again. */
const throttledPauseMs = 1_000;

/** The events that a function was invoked with and whose senders wait for nothing, in the order in which they came. */
export function createEventQueue({ name, host, log, now }: EventQueueOptions): EventQueue {
  const waiting: Accepted[] = [];
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  const { signal } = stopping;

  const run = async ({ event, trace, atMs }: Accepted): Promise<void> => {
    while (!signal.aborted) {
      if (now() - atMs > invokedEvents.maxAgeSeconds * 1000) {
        log(
          `${name}: an event that it was invoked with waited for over ${invokedEvents.maxAgeSeconds} s and is dropped`,
        );
        return;
      }
      const result = await host.invoke(event, { trace });
      if (result.ok) return;
      if (!result.refused) {
        log(`${name}: ${result.errorType}: ${result.errorMessage}`);
        return;
      }
      await delay(throttledPauseMs, undefined, { signal }).catch(() => {});
    }
  };

  const begin = (): void => {
    while (running.size < host.parallel && !signal.aborted) {
      const accepted = waiting.shift();
      if (accepted === undefined) return;
      const work = run(accepted).finally(() => {
        running.delete(work);
        begin();
      });
      running.add(work);
    }
  };

  return {
    accept(event, trace) {
      if (waiting.length >= mostWaiting) return false;
      waiting.push({ event, trace, atMs: now() });
      begin();
      return true;
    },
    async stop(graceMs) {
      stopping.abort();
      await settledWithin(graceMs, [...running]);
      const left = waiting.splice(0).length + running.size;
      if (left > 0) log(`${name}: ${left} of the events that it was invoked with were given up`);
    },
  };
}
