import type { LoadTest } from '../contracts/load.ts';
import { type Client, HeadroomError } from '../sdk/client.ts';
import { CliError } from './failure.ts';
import { liveFigures } from './load-report.ts';
import type { Progress } from './progress.ts';

export interface FollowedLoadTest {
  client: Client;
  project: string;
  testId: string;
  progress: Progress;
  /** When it aborts, the test is cancelled on the platform, and followed to its end. */
  signal: AbortSignal;
}

const pollMs = 1000;
/** Workers stop within 2 s of a cancellation; the summary follows. */
const endAfterCancelMs = 15_000;

const isOver = ({ status }: LoadTest): boolean => status !== 'queued' && status !== 'running';

/** @returns the test as it ended; an interrupted one as it was cancelled */
export async function followLoadTest(followed: FollowedLoadTest): Promise<LoadTest> {
  try {
    return await untilOver(followed, followed.signal);
  } catch (error) {
    if (!followed.signal.aborted) throw error;
    followed.progress.show(100, 'Cancelling');
    await cancel(followed);
    return untilOver(followed, AbortSignal.timeout(endAfterCancelMs));
  }
}

async function untilOver(
  { client, project, testId, progress }: FollowedLoadTest,
  signal: AbortSignal,
): Promise<LoadTest> {
  const request = { params: { project, testId } };
  let test: LoadTest | undefined;
  for await (test of client.poll('getLoadTest', request, { until: isOver, intervalMs: pollMs, signal })) {
    const phase = test.status === 'queued' ? 'Waiting for the workers' : 'Running';
    progress.show(test.progressPercent, isOver(test) ? 'Done' : phase, test.result && liveFigures(test.result));
  }
  if (test === undefined) throw new CliError(`Nothing is known of the load test ${testId}.`);
  return test;
}

async function cancel({ client, project, testId }: FollowedLoadTest): Promise<void> {
  try {
    await client.call('cancelLoadTest', { params: { project, testId } });
  } catch (error) {
    // It was over already.
    if (!(error instanceof HeadroomError) || error.code !== 'conflict') throw error;
  }
}
