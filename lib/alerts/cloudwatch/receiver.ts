import type { AlarmNotification } from '../../contracts/alarm-notification.ts';
import type { Parts } from '../../platform/parts.ts';
import { ProjectService } from '../../projects/service.ts';
import { AlertService } from '../service.ts';
import type { AlarmMetrics } from './alarm-metrics.ts';
import { AlarmAudience } from './audience.ts';
import { projectsOfAlarm } from './projects-of-alarm.ts';

/**
 * What the function `alarm-receiver` does with what an alarm says.
 * @param metrics of what alarms looked at. Default: alerts of alarms have no window
 */
export function alarmReceiver(parts: Parts, metrics?: AlarmMetrics): (said: AlarmNotification) => Promise<void> {
  const alerts = new AlertService(parts);
  const projects = new ProjectService(parts);
  const audience = new AlarmAudience(parts);
  return async (said) => {
    const { AlarmName, NewStateValue } = said;
    const whose = await projectsOfAlarm(said, parts.configuration.stage, projects);
    const window = NewStateValue === 'ALARM' ? await metrics?.before(said) : undefined;
    if (NewStateValue === 'ALARM') {
      const named = whose.filter((project) => project !== undefined);
      await audience.add(AlarmName, named);
    }
    // It may have begun before a project named its resource, or when others did.
    const others = NewStateValue === 'OK' ? [undefined, ...(await audience.of(AlarmName))] : [];
    for (const project of new Set([...whose, ...others])) await alerts.takeAlarm(said, { project, window });
  };
}
