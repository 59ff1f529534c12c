import type { LoadTest } from '../contracts/load.ts';
import type { Client } from '../sdk/client.ts';
import { CliError } from './failure.ts';
import { followJob, isOver } from './follow-job.ts';
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

/** @returns the test as it ended; an interrupted one as it was cancelled */
export async function followLoadTest({
  client,
  project,
  testId,
  progress,
  signal,
}: FollowedLoadTest): Promise<LoadTest> {
  const request = { params: { project, testId } };
  const test = await followJob<LoadTest>(
    {
      poll: (until) => client.poll('getLoadTest', request, { until: isOver, intervalMs: pollMs, signal: until }),
      show: (now) => progress.show(now.progressPercent, phaseOf(now), now.result && liveFigures(now.result)),
      cancel: () => client.call('cancelLoadTest', request),
    },
    { progress, signal },
  );
  if (test === undefined) throw new CliError(`Nothing is known of the load test ${testId}.`);
  return test;
}

function phaseOf({ status, phase = 'Running' }: LoadTest): string {
  if (isOver({ status })) return 'Done';
  return status === 'queued' ? 'Waiting for the workers' : phase;
}
