import type { TaskType } from '../../lib/contracts/tasks.ts';
import type { AttemptOf, TaskOutcome, TaskRunners } from '../../lib/tasks/runner.ts';

export interface RecordingRunners {
  runners: TaskRunners;
  /** The task of each run, in order. */
  runs: AttemptOf[];
  cancelled: AttemptOf[];
}

const types: TaskType[] = ['analysis', 'cache-warm', 'cache-maintenance', 'report', 'comparison', 'export', 'webhook'];

/** Carries every type out as it is told, and keeps what it was given. */
export function recordingRunners(
  run: (attempt: AttemptOf) => Promise<TaskOutcome> = async ({ productId }) => ({ ended: true, result: { productId } }),
): RecordingRunners {
  const runs: AttemptOf[] = [];
  const cancelled: AttemptOf[] = [];
  const runner = {
    run: (_: unknown, attempt: AttemptOf) => {
      runs.push(attempt);
      return run(attempt);
    },
    cancel: async (_: unknown, attempt: AttemptOf) => void cancelled.push(attempt),
  };
  return {
    runners: Object.fromEntries(types.map((type) => [type, runner])) as unknown as TaskRunners,
    runs,
    cancelled,
  };
}
