import type { AlarmNotification } from '../../contracts/alarm-notification.ts';
import type { Parts } from '../../platform/parts.ts';
import { ProjectService } from '../../projects/service.ts';
import { AlertService } from '../service.ts';
import { projectsOfAlarm } from './projects-of-alarm.ts';

/** What the function `alarm-receiver` does with what an alarm says. */
export function alarmReceiver(parts: Parts): (said: AlarmNotification) => Promise<void> {
  const alerts = new AlertService(parts);
  const projects = new ProjectService(parts);

  /** All who were told that it began: since then, others may have come to name its resource, and these no more. */
  const awaiting = async (said: AlarmNotification): Promise<(string | undefined)[]> => {
    const found: (string | undefined)[] = (await alerts.awaitsAlarm(said, undefined)) ? [undefined] : [];
    for await (const { project } of projects.all()) if (await alerts.awaitsAlarm(said, project)) found.push(project);
    return found;
  };

  return async (said) => {
    const whose = await projectsOfAlarm(said, parts.configuration.stage, projects);
    const others = said.NewStateValue === 'OK' ? await awaiting(said) : [];
    for (const project of new Set([...whose, ...others])) await alerts.takeAlarm(said, project);
  };
}
