import type { OptimizationRun, RunStatus } from '../contracts/optimization-runs.ts';
import type { Client } from '../sdk/client.ts';
import { CliError } from './failure.ts';
import { followJob } from './follow-job.ts';
import type { Progress } from './progress.ts';

const pollMs = 1_000;
/** AWS takes minutes to put back some things, and each is waited for. */
const endAfterRollbackMs = 15 * 60_000;
const ended: ReadonlySet<RunStatus> = new Set(['planned', 'completed', 'rolled-back', 'failed', 'expired']);

/** How a run goes, until it has ended. */
export const pollRun = (client: Client, project: string, runId: string, signal: AbortSignal) =>
  client.poll(
    'getOptimizationRun',
    { params: { project, runId } },
    { until: ({ status }) => ended.has(status), intervalMs: pollMs, signal },
  );

export const showRun = (progress: Progress, { progressPercent, detail, status }: OptimizationRun): void =>
  progress.show(progressPercent, detail ?? status);

export interface FollowedRun {
  client: Client;
  project: string;
  runId: string;
  progress: Progress;
  /** When it aborts, the run is rolled back on the platform, and followed to its end. */
  signal: AbortSignal;
}

/** @returns the run as it ended; an interrupted one as it was rolled back */
export async function followRun({ client, project, runId, progress, signal }: FollowedRun): Promise<OptimizationRun> {
  const request = { params: { project, runId } };
  const run = await followJob<OptimizationRun>(
    {
      poll: (until) => pollRun(client, project, runId, until),
      endAfterCancelMs: endAfterRollbackMs,
      show: (shown) => showRun(progress, shown),
      cancel: () =>
        client.call('rollBackOptimizationRun', { ...request, body: { reason: 'Interrupted at the terminal' } }),
    },
    { progress, signal },
  );
  if (run === undefined) throw new CliError(`Nothing is known of the run ${runId}.`);
  return run;
}
