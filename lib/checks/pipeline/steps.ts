import type { AlertService } from '../../alerts/service.ts';
import type { AlertSources } from '../../alerts/sources/service.ts';
import type { ObjectiveService } from '../../analysis/objectives/service.ts';
import type { AnalysisService } from '../../analysis/service.ts';
import type { AnalysisViews } from '../../analysis/views/service.ts';
import type { NamespaceService } from '../../cache/namespace-service.ts';
import type { LoadService } from '../../load/service.ts';
import type { OptimizationRuns } from '../../optimization/runs/service.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ProjectService } from '../../projects/service.ts';
import { PastFigures } from '../past-figures.ts';
import { changePointsStep, reportStep } from './history-steps.ts';
import { loadTestStep } from './load-test-step.ts';
import { optimizationStep } from './optimization-step.ts';
import { PipelineReports } from './reports.ts';
import type { PipelineSteps, TakeStep } from './step.ts';
import { tellAlerts } from './telling.ts';
import { isTested, verdictOf } from './verdict.ts';

export interface StepServices {
  projects: Pick<ProjectService, 'require'>;
  analysis: Pick<AnalysisService, 'analyse'>;
  runs: Pick<OptimizationRuns, 'start' | 'get'>;
  namespaces: Pick<NamespaceService, 'sweepSoon'>;
  loadTests: Pick<LoadService, 'start' | 'progress' | 'get'>;
  views: Pick<AnalysisViews, 'course' | 'trends' | 'anomalies' | 'peaks' | 'changePoints' | 'capacity'>;
  objectives: Pick<ObjectiveService, 'evaluate'>;
  alerts: Pick<AlertService, 'takeCheck' | 'takeAnswers'>;
  sources: Pick<AlertSources, 'takeChanges'>;
}

/** The steps of the pipeline, as they are. */
export function pipelineSteps(parts: Pick<Parts, 'table' | 'clock'>, services: StepServices): PipelineSteps {
  const { clock } = parts;
  const ofHistory = { ...services, clock, reports: new PipelineReports(parts) };
  return {
    analysis: analysisStep(services),
    optimization: optimizationStep(services),
    'cache-maintenance': cacheStep(services, clock),
    'load-test': loadTestStep(services, clock),
    'change-points': changePointsStep(ofHistory),
    alerts: alertsStep({ ...services, pastFigures: new PastFigures(parts.table) }, clock),
    report: reportStep(ofHistory),
  };
}

const analysisStep =
  ({ analysis }: StepServices): TakeStep =>
  async ({ project, analysisId, settings: { depth, analysisMinutes } }) => {
    const found = await analysis.analyse(project, { depth, minutes: analysisMinutes }, { analysisId });
    const { performanceScore: score, categories } = found;
    const cache = categories.cache?.value;
    return {
      status: 'completed',
      detail: score === undefined ? 'Nothing to score' : `Score ${Math.round(score)}`,
      findings: {
        analysisId,
        ...(score === undefined ? {} : { performanceScore: score }),
        ...(cache === undefined ? {} : { cacheHitRatePercent: cache }),
      },
    };
  };

/** Caches stand where Redis is, out of reach from here: the function that stands there is asked. */
const cacheStep =
  ({ namespaces }: StepServices, clock: Parts['clock']): TakeStep =>
  async ({ project, findings, settings: { minCacheHitRatePercent: bound } }) => {
    const { cacheHitRatePercent: rate } = findings;
    if (rate === undefined) return { status: 'skipped', detail: 'No cache is reported.' };
    if (rate >= bound) return { status: 'skipped', detail: `The hit rate of ${rate} % is not below ${bound} %.` };
    const count = await namespaces.sweepSoon(project, clock());
    if (count === 0)
      return { status: 'skipped', detail: `The hit rate is ${rate} %, of a cache that Headroom does not hold.` };
    return { status: 'completed', detail: `The hit rate is ${rate} %: ${count} caches are cleared of what expired.` };
  };

const alertsStep =
  ({ alerts, pastFigures }: StepServices & { pastFigures: PastFigures }, clock: Parts['clock']): TakeStep =>
  async (run) => {
    const { status } = verdictOf(run);
    if (status === 'passed' && !isTested(run)) return { status: 'skipped', detail: 'Nothing was tested.' };
    // Early, since the report may take long; how the run ends is told whether it has this step or not.
    await tellAlerts({ alerts, pastFigures }, run, clock());
    return { status: 'completed', detail: status === 'passed' ? 'No alert' : `An alert: ${status}` };
  };
