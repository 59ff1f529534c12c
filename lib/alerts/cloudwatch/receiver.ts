import type { AlarmNotification } from '../../contracts/alarm-notification.ts';
import type { Parts } from '../../platform/parts.ts';
import { ProjectService } from '../../projects/service.ts';
import { AlertService } from '../service.ts';
import { AlarmAudience } from './audience.ts';
import { projectsOfAlarm } from './projects-of-alarm.ts';

/** What the function `alarm-receiver` does with what an alarm says. */
export function alarmReceiver(parts: Parts): (said: AlarmNotification) => Promise<void> {
  const alerts = new AlertService(parts);
  const projects = new ProjectService(parts);
  const audience = new AlarmAudience(parts);
  return async (said) => {
    const { AlarmName, NewStateValue } = said;
    const whose = await projectsOfAlarm(said, parts.configuration.stage, projects);
    if (NewStateValue === 'ALARM') {
      const named = whose.filter((project) => project !== undefined);
      await audience.add(AlarmName, named);
    }
    // It may have begun before a project named its resource, or when others did.
    const others = NewStateValue === 'OK' ? [undefined, ...(await audience.of(AlarmName))] : [];
    for (const project of new Set([...whose, ...others])) await alerts.takeAlarm(said, project);
  };
}
