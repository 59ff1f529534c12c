import type { AlarmNotification } from '../../contracts/alarm-notification.ts';
import { DomainError } from '../../platform/errors.ts';
import type { ProjectService } from '../../projects/service.ts';
import type { Resources, resourceKinds } from '../../telemetry/aws/project-figures.ts';
import { resourceName } from '../../telemetry/aws/resource-name.ts';
import { projectOfAlarm } from './alarm-names.ts';

/** What tells resources apart, of those that projects name. Other dimensions (`Resource`, `Operation`) only narrow them. */
const kindOfDimension: Readonly<Record<string, (typeof resourceKinds)[number]>> = {
  FunctionName: 'lambdas',
  function_name: 'lambdas',
  ApiId: 'apis',
  ApiName: 'apis',
  TableName: 'tables',
  QueueName: 'queues',
  CacheClusterId: 'caches',
  clusterId: 'caches',
};

/**
 * Whose an alarm is: of the project that it was made for; else of all that the alarms of a composite one were made for, or that
 * name a resource of its metrics; else the deployment's (undefined). Nobody's: it was made for a project that is no more.
 */
export async function projectsOfAlarm(
  alarm: AlarmNotification,
  stage: string,
  projects: Pick<ProjectService, 'all' | 'require'>,
): Promise<(string | undefined)[]> {
  const madeFor = projectOfAlarm(stage, alarm.AlarmName);
  if (madeFor !== undefined) return (await exists(madeFor, projects)) ? [madeFor] : [];
  const found = await projectsOfChildren(alarm, stage, projects);
  const watched = watchedBy(alarm);
  if (watched.length === 0) return found.length === 0 ? [undefined] : found;
  for await (const { project, resources } of projects.all()) if (names(resources, watched)) found.push(project);
  return found.length === 0 ? [undefined] : found;
}

async function projectsOfChildren(
  { TriggeringChildren }: AlarmNotification,
  stage: string,
  projects: Pick<ProjectService, 'require'>,
): Promise<string[]> {
  const named = (TriggeringChildren ?? []).flatMap(({ alarmName }) => projectOfAlarm(stage, alarmName) ?? []);
  const found: string[] = [];
  for (const project of new Set(named)) if (await exists(project, projects)) found.push(project);
  return found;
}

async function exists(project: string, projects: Pick<ProjectService, 'require'>): Promise<boolean> {
  try {
    await projects.require(project);
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'not-found') return false;
    throw error;
  }
}

type Watched = readonly { kind: (typeof resourceKinds)[number]; name: string }[];

const watchedBy = ({ Trigger }: AlarmNotification): Watched =>
  [
    ...(Trigger?.Dimensions ?? []),
    ...(Trigger?.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat?.Metric.Dimensions ?? []),
  ].flatMap(({ name, value }) => {
    const kind = kindOfDimension[name];
    return kind === undefined ? [] : [{ kind, name: value }];
  });

const names = (resources: Resources, watched: Watched): boolean =>
  watched.some(({ kind, name }) => (resources[kind] ?? []).some((given) => resourceName(given) === name));
