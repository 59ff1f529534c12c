import { createHash } from 'node:crypto';
import { alarmsPrefix, type CloudWatchAlarmType } from '../../contracts/cloudwatch-alarms.ts';

/** CloudWatch takes no longer ones. */
const mostCharacters = 255;

/** No project has a slash in its name, so none begins like another. */
export const projectPrefix = (stage: string, project: string): string => `${alarmsPrefix(stage)}${project}/`;

export function alarmName(
  stage: string,
  project: string,
  { kind, resource, type }: { kind: string; resource: string; type: CloudWatchAlarmType },
): string {
  const name = `${projectPrefix(stage, project)}${kind}/${resource}/${type}`;
  if (name.length <= mostCharacters) return name;
  const digest = createHash('sha256').update(resource).digest('hex').slice(0, 16);
  const room = mostCharacters - (name.length - resource.length) - digest.length - 1;
  return `${projectPrefix(stage, project)}${kind}/${resource.slice(0, room)}~${digest}/${type}`;
}

/** Of which project an alarm is, by its name. Undefined: it is none that the platform made for a project. */
export function projectOfAlarm(stage: string, name: string): string | undefined {
  const prefix = alarmsPrefix(stage);
  if (!name.startsWith(prefix)) return undefined;
  const [project = '', ...rest] = name.slice(prefix.length).split('/');
  return project === '' || rest.length === 0 ? undefined : project;
}
