import type { ProjectSummary } from '../../contracts/analysis.ts';
import type { CheckSummary } from '../../contracts/checks.ts';
import type { Project } from '../../contracts/projects.ts';
import type { History } from '../../contracts/telemetry-history.ts';
import type { Api } from '../api/api.ts';

export interface ProjectOverview {
  project: Project;
  /** Of the last five minutes; undefined: it could not be asked for. */
  summary: ProjectSummary | undefined;
  lastCheck: CheckSummary | undefined;
  /** p95 by the minute, over the last hour. */
  p95: History['points'] | undefined;
}

/** As many as one page of the API holds. */
const maxProjects = 200;

/** What one project does not tell keeps none of the others from being shown. @throws ApiError when there is no list of them */
export async function projectsOverview(api: Api, signal: AbortSignal): Promise<ProjectOverview[]> {
  const { items } = await api.call('listProjects', { query: { limit: maxProjects }, signal });
  return Promise.all(items.map((project) => overviewOf(api, project, signal)));
}

async function overviewOf(api: Api, project: Project, signal: AbortSignal): Promise<ProjectOverview> {
  const params = { project: project.project };
  const [summary, checks, history] = await Promise.allSettled([
    api.call('getSummary', { params, query: { minutes: 5 }, signal }),
    api.call('listChecks', { params, query: { limit: 1 }, signal }),
    api.call('getHistory', { params, query: { metric: 'p95ResponseTimeMs', resolution: 'minute' }, signal }),
  ]);
  signal.throwIfAborted();
  return {
    project,
    summary: summary.status === 'fulfilled' ? summary.value : undefined,
    lastCheck: checks.status === 'fulfilled' ? checks.value.items[0] : undefined,
    p95: history.status === 'fulfilled' ? history.value.points : undefined,
  };
}
