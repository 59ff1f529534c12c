import { optimizationRunRequest } from '../../contracts/optimization-runs.ts';
import { DomainError } from '../../platform/errors.ts';
import type { StoredPipeline } from '../model.ts';
import type { StepOutcome, TakeStep } from './step.ts';
import type { StepServices } from './steps.ts';

type Services = Pick<StepServices, 'projects' | 'runs'>;

const goingOn: ReadonlySet<string> = new Set(['awaiting-approval', 'queued', 'running', 'rolling-back']);

/** Optimizes what scores too low: applied and proven where the project lets it, else planned. */
export const optimizationStep =
  (services: Services): TakeStep =>
  async (run) => {
    const { findings, settings } = run;
    const { performanceScore: score, optimizationRunId } = findings;
    if (optimizationRunId !== undefined) return ended(run, optimizationRunId, services);
    if (score === undefined) return { status: 'skipped', detail: 'There is no score to go by.' };
    if (score >= settings.minScore) {
      return { status: 'skipped', detail: `The score of ${Math.round(score)} is not below ${settings.minScore}.` };
    }
    return begun(run, services);
  };

async function begun(
  { project, checkId, pipeline }: StoredPipeline,
  { projects, runs }: Services,
): Promise<StepOutcome> {
  const { autoOptimization } = await projects.require(project);
  const request = optimizationRunRequest.parse({ dryRun: !autoOptimization });
  try {
    const by = { keyId: 'schedule', name: `pipeline ${pipeline}` };
    const { runId } = await runs.start(project, request, by, `pipeline ${checkId}`);
    return { status: 'running', findings: { optimizationRunId: runId } };
  } catch (error) {
    // Frozen, or another run is under way: the next run of the pipeline finds the same, if it is still so.
    if (error instanceof DomainError && error.code === 'conflict') return { status: 'skipped', detail: error.message };
    throw error;
  }
}

async function ended({ project }: StoredPipeline, runId: string, { runs }: Services): Promise<StepOutcome> {
  const found = await runs.get(project, runId);
  if (goingOn.has(found.status))
    return { status: 'running', ...(found.detail === undefined ? {} : { detail: found.detail }) };
  if (found.status === 'failed') return { status: 'failed', detail: found.reason ?? 'The optimization failed.' };
  const planned = found.plannedOptimizations.length;
  const kept = found.steps.filter(({ status }) => status === 'kept').length;
  const detail = found.dryRun ? `${planned} planned, none applied` : `${kept} of ${planned} kept`;
  return { status: 'completed', detail };
}
