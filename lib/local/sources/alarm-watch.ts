import { setTimeout as delay } from 'node:timers/promises';

export interface AlarmWatchOptions {
  evaluate: (nowMs: number) => Promise<void>;
  everyMs: number;
  log: (line: string) => void;
}

export interface AlarmWatch {
  /** Resolves when the evaluation under way has ended. */
  stop(): Promise<void>;
}

/** Evaluates alarms now and then, as CloudWatch does; one evaluation at a time. */
export function watchAlarms({ evaluate, everyMs, log }: AlarmWatchOptions): AlarmWatch {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await evaluate(Date.now()).catch((error: unknown) => log(`alarms: ${error}`));
      await delay(everyMs, undefined, { signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
