import type { AnalysisAnswer, CompletedAnalysis, DeepStepName } from '../contracts/analysis-depths.ts';
import type { OperationRequest } from '../contracts/routes.ts';
import type { Client } from '../sdk/client.ts';
import { CliError, clause } from './failure.ts';
import { isOver } from './follow-job.ts';
import type { Progress } from './progress.ts';

const pollMs = 300;

const phases: Record<DeepStepName, string> = {
  recent: 'The last minutes',
  history: 'History and load tests',
  queries: 'Queries',
  aws: 'AWS resources',
};

/**
 * Makes an analysis; a deep one is followed until it is over.
 * @throws CliError when it failed, or was left alone before it was over
 */
export async function runAnalysis(
  client: Client,
  project: string,
  body: OperationRequest<'startAnalysis'>['body'],
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<CompletedAnalysis> {
  const started = await client.call('startAnalysis', { params: { project }, body, signal });
  if (started.status === 'completed') return started;
  const { analysisId } = started;
  let last: AnalysisAnswer | undefined;
  try {
    progress.show(0, 'Waiting');
    const request = { params: { project, analysisId } };
    for await (last of client.poll('getAnalysis', request, { until: isOver, intervalMs: pollMs, signal })) {
      progress.show(last.progressPercent, phaseOf(last));
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CliError(`Interrupted; the analysis ${analysisId} goes on at the platform.`);
  } finally {
    progress.end();
  }
  if (last?.status === 'completed') return last;
  const reason = clause(last?.reason ?? 'no reason was given');
  throw new CliError(`The analysis ${analysisId} could not be carried out: ${reason}.`);
}

function phaseOf({ status, steps = [] }: AnalysisAnswer): string {
  if (isOver({ status })) return 'Done';
  const running = steps.find((step) => step.status === 'running');
  return running === undefined ? 'Waiting' : phases[running.name];
}
