import type { AlarmNotification } from '../../contracts/alerts.ts';
import type { Parts } from '../../platform/parts.ts';
import { ProjectService } from '../../projects/service.ts';
import { AlertService } from '../service.ts';
import { projectsOfAlarm } from './projects-of-alarm.ts';

/** What the function `alarm-receiver` does with what an alarm says. */
export function alarmReceiver(parts: Parts): (notification: AlarmNotification) => Promise<void> {
  const alerts = new AlertService(parts);
  const projects = new ProjectService(parts);
  return async (notification) => {
    const whose = await projectsOfAlarm(notification, parts.configuration.stage, projects);
    // It may have begun before a project named its resource.
    const ended = notification.NewStateValue === 'OK' ? [undefined] : [];
    for (const project of new Set([...whose, ...ended])) await alerts.takeAlarm(notification, project);
  };
}
