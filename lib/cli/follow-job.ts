import { HeadroomError } from '../sdk/client.ts';
import type { Progress } from './progress.ts';

/** What runs on the platform until it is over, or is cancelled. */
export interface Job<Answer> {
  /** Ends when the job is over. */
  poll(signal: AbortSignal): AsyncIterable<Answer>;
  show(answer: Answer): void;
  cancel(): Promise<unknown>;
  /** How long what is cancelled may take to its end. Default: 15 s. */
  endAfterCancelMs?: number;
}

/** Workers stop within 2 s of a cancellation; the summary follows. */
const usualEndAfterCancelMs = 15_000;

export const isOver = ({ status }: { status: string }): boolean => status !== 'queued' && status !== 'running';

/**
 * Shows how a job goes until it is over. When the signal aborts, the job is cancelled on the platform and followed to its end.
 * @returns as it ended; undefined when the platform answered nothing
 */
export async function followJob<Answer>(
  job: Job<Answer>,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<Answer | undefined> {
  try {
    return await untilOver(job, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    progress.show(100, 'Cancelling');
    await cancel(job);
    return untilOver(job, AbortSignal.timeout(job.endAfterCancelMs ?? usualEndAfterCancelMs));
  }
}

async function untilOver<Answer>(job: Job<Answer>, signal: AbortSignal): Promise<Answer | undefined> {
  let last: Answer | undefined;
  for await (last of job.poll(signal)) job.show(last);
  return last;
}

async function cancel(job: Job<unknown>): Promise<void> {
  try {
    await job.cancel();
  } catch (error) {
    // It was over already.
    if (!(error instanceof HeadroomError) || error.code !== 'conflict') throw error;
  }
}
