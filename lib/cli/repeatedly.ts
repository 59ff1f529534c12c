import { setTimeout as pause } from 'node:timers/promises';
import { failureText } from './failure.ts';

export interface Repetition {
  intervalMs: number;
  /** Ends it. */
  signal: AbortSignal;
  /** What went wrong of a round that is not the first: the next one may go better. */
  onFailure: (text: string) => void;
}

/** Does something again and again until it is told to end, one round at a time. @throws what the first round throws */
export async function repeatedly(
  round: () => Promise<void>,
  { intervalMs, signal, onFailure }: Repetition,
): Promise<void> {
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    try {
      await round();
    } catch (error) {
      if (signal.aborted) return;
      if (isFirst) throw error;
      onFailure(failureText(error));
    }
    await pause(intervalMs, undefined, { signal }).catch(() => {});
  }
}
