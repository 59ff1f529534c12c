import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ScheduledEvent } from 'aws-lambda';
import { accountId, region, ruleArn } from '../lambda/account.ts';
import type { InvocationResult } from '../lambda/hosted-instance.ts';
import { newTrace, traceInvocation } from '../lambda/trace.ts';
import { settledWithin } from '../settled-within.ts';

export interface ScheduleTime {
  /** Epoch milliseconds. */
  now: () => number;
  /** Rejects when the signal is aborted. */
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

export const systemTime: ScheduleTime = {
  now: () => Date.now(),
  wait: (milliseconds, signal) => delay(milliseconds, undefined, { signal }),
};

export interface ScheduleOptions {
  functionName: string;
  everyMinutes: number;
  /** When the first event comes; it relays what an earlier run left behind. */
  firstAfterMs: number;
  invoke: (event: ScheduledEvent, trace: string) => Promise<InvocationResult>;
  log: (line: string) => void;
  time?: ScheduleTime;
}

export interface Schedule {
  /** Resolves when the invocation under way has ended, or after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

/**
 * An EventBridge rule `rate(N minutes)`: on the minute, one invocation at a time. A minute that passes while the function
 * works or the machine sleeps is left out and not made up for: what is due is found by the next one.
 */
export function startSchedule(options: ScheduleOptions): Schedule {
  const { functionName, everyMinutes, log, time = systemTime } = options;
  const periodMs = everyMinutes * 60_000;
  const stopping = new AbortController();

  const run = async (): Promise<void> => {
    let waitMs = options.firstAfterMs;
    /** A timer may fire a little early; the same minute is not due twice. */
    let due = time.now();
    for (;;) {
      await time.wait(waitMs, stopping.signal);
      const { trace } = traceInvocation(newTrace(time.now()), functionName);
      const result = await options.invoke(scheduledEvent(functionName, Math.max(due, time.now())), trace);
      if (!result.ok) log(`${functionName}: ${result.errorType}: ${result.errorMessage}`);
      if (stopping.signal.aborted) return;
      due = (Math.floor(Math.max(due, time.now()) / periodMs) + 1) * periodMs;
      waitMs = Math.max(0, due - time.now());
    }
  };

  const running = run().catch((error: unknown) => {
    if (!stopping.signal.aborted) log(`${functionName}: its schedule stopped: ${error}`);
  });
  return {
    async stop(graceMs) {
      stopping.abort();
      await settledWithin(graceMs, [running]);
    },
  };
}

const scheduledEvent = (functionName: string, epochMs: number): ScheduledEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: accountId,
  time: `${new Date(epochMs).toISOString().slice(0, 19)}Z`,
  region,
  resources: [ruleArn(functionName)],
  detail: {},
});
