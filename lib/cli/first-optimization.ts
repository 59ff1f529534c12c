import type { OptimizationRun } from '../contracts/optimization-runs.ts';
import type { OperationRequest } from '../contracts/routes.ts';
import type { Client } from '../sdk/client.ts';
import { CliError } from './failure.ts';
import { demoCheck } from './first-check.ts';
import { pollRun, showRun } from './follow-optimization.ts';
import { planReport, runReport } from './optimization-report.ts';
import type { Progress } from './progress.ts';
import type { Look } from './terminal.ts';

/** For some seconds each, since somebody waits for it: what is found on the demo helps by much, or not at all. */
const verify: OperationRequest<'startOptimizationRun'>['body']['verify'] = {
  mode: 'load-test',
  loadTest: { ...demoCheck.loadTest, durationSeconds: 60 },
  sliceSeconds: 3,
  slicesPerRound: 20,
  rounds: 3,
};

/** So many, the largest expected gain first. */
const maxTried = 2;

interface Following {
  progress: Progress;
  signal: AbortSignal;
  /** Each part as soon as there is one. */
  tell: (lines: string[]) => void;
}

/**
 * Closes the loop on the demo: plans what would help, applies it, measures before and after in turns, and keeps what is proven to help.
 * Nobody else's service is changed without being asked.
 *
 * @returns undefined where nothing can be applied
 */
export async function firstOptimization(
  client: Client,
  project: string,
  look: Look,
  { progress, signal, tell }: Following,
): Promise<OptimizationRun | undefined> {
  const params = { project };
  const plan = await client.call('startOptimizationRun', { params, body: { dryRun: true, verify }, signal });
  if (!('plannedOptimizations' in plan)) throw new CliError('Headroom began a run in the place of a plan.');
  tell(planReport(plan, look));
  const optimizations = plan.plannedOptimizations.slice(0, maxTried).map(({ id }) => id);
  if (optimizations.length === 0) return undefined;
  const { runId } = await client.call('startOptimizationRun', { params, body: { optimizations, verify }, signal });
  let run: OptimizationRun | undefined;
  try {
    // Interrupted, the platform ends with it, and takes up the run when it is started again.
    for await (run of pollRun(client, project, runId, signal)) showRun(progress, run);
  } finally {
    progress.end();
  }
  if (run !== undefined) tell(runReport(run, look));
  return run;
}
