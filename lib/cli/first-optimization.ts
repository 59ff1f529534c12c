import type { OptimizationRun } from '../contracts/optimization-runs.ts';
import type { Client } from '../sdk/client.ts';
import { CliError } from './failure.ts';
import { demoCheck } from './first-check.ts';
import { pollRun, showRun } from './follow-optimization.ts';
import { planReport, runReport } from './optimization-report.ts';
import type { Progress } from './progress.ts';
import type { Look } from './terminal.ts';

/** For some seconds each, since somebody waits for it: what is found on the demo helps by much, or not at all. */
export const demoDesign = { sliceSeconds: 2, slicesPerRound: 20, rounds: 3 };

const verify = {
  mode: 'load-test' as const,
  loadTest: { ...demoCheck.loadTest, durationSeconds: 60 },
  ...demoDesign,
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
 * Each in a run of its own: of what no gain is expected, nobody is to wait for more rounds. Nobody else's service is changed without
 * being asked.
 *
 * @returns how each run ended; empty where nothing can be applied
 */
export async function firstOptimizations(
  client: Client,
  project: string,
  look: Look,
  { progress, signal, tell }: Following,
): Promise<OptimizationRun[]> {
  const params = { project };
  const plan = await client.call('startOptimizationRun', { params, body: { dryRun: true, verify }, signal });
  if (!('plannedOptimizations' in plan)) throw new CliError('Headroom began a run in the place of a plan.');
  tell(planReport(plan, look));
  const runs: OptimizationRun[] = [];
  for (const { id, expectedImpactPercent } of plan.plannedOptimizations.slice(0, maxTried)) {
    const rounds = expectedImpactPercent === undefined ? 1 : demoDesign.rounds;
    const body = { optimizations: [id], verify: { ...verify, rounds } };
    const { runId } = await client.call('startOptimizationRun', { params, body, signal });
    let run: OptimizationRun | undefined;
    try {
      // Interrupted, the platform ends with it, and takes up the run when it is started again.
      for await (run of pollRun(client, project, runId, signal)) showRun(progress, run);
    } finally {
      progress.end();
    }
    if (run === undefined) continue;
    tell(runReport(run, look));
    runs.push(run);
  }
  return runs;
}
