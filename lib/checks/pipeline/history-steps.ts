import { recentRegressions } from '../../analysis/findings/change-findings.ts';
import { type Clock, isoTime } from '../../platform/clock.ts';
import type { PipelineReports } from './reports.ts';
import type { TakeStep } from './step.ts';
import type { StepServices } from './steps.ts';
import { verdictOf } from './verdict.ts';

type Services = Pick<StepServices, 'views' | 'sources' | 'objectives'> & { clock: Clock; reports: PipelineReports };

/** Holds the service and its load tests against their history, and tells the alerts of what changed. */
export const changePointsStep =
  ({ clock, views, sources }: Services): TakeStep =>
  async ({ project }) => {
    const changes = await views.changePoints(project, {});
    await sources.takeChanges(project, changes, clock());
    const regressions = recentRegressions(changes).length;
    return { status: 'completed', detail: `${regressions} regressions of late`, findings: { regressions } };
  };

const dayMs = 86_400_000;

/** Joins what the run came to with what the history says of the days that it is for. */
export const reportStep =
  ({ clock, views, objectives, reports }: Services): TakeStep =>
  async (run) => {
    const { project, checkId, pipeline, scheduledBy, createdAt, steps, findings, breaches, settings } = run;
    const to = clock();
    const from = isoTime(to - settings.reportDays * dayMs);
    await reports.put({
      checkId,
      project,
      pipeline,
      ...(scheduledBy === undefined ? {} : { scheduledBy }),
      createdAt,
      steps,
      findings,
      breaches,
      status: verdictOf(run).status,
      from,
      to: isoTime(to),
      course: await views.course(project, { from }),
      trends: await views.trends(project, { from }),
      anomalies: await views.anomalies(project, { from }),
      peaks: await views.peaks(project, { days: settings.reportDays }),
      changePoints: await views.changePoints(project, {}),
      capacity: await views.capacity(project),
      budgets: await objectives.evaluate(project),
    });
    return { status: 'completed', detail: `Of ${settings.reportDays} days` };
  };
