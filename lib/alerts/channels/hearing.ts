import type { AlertNotification } from '../../contracts/alerts.ts';
import type { ChannelRequest } from '../../contracts/channels.ts';
import { compareSeverity } from '../severity.ts';

/**
 * What a channel is told of a notification: its alerts of the channel's least severity and above, of the projects that it is for.
 *
 * @returns undefined: nothing
 */
export function heardOf(
  { projects, minSeverity }: Pick<ChannelRequest, 'projects' | 'minSeverity'>,
  notification: AlertNotification,
): AlertNotification | undefined {
  const { project } = notification;
  if (projects !== undefined && (project === undefined || !projects.includes(project))) return undefined;
  const alerts = notification.alerts.filter(({ severity }) => compareSeverity(severity, minSeverity) >= 0);
  // The gravest is among them, so the severity of the whole stays what it is.
  return alerts.length === 0 ? undefined : { ...notification, alerts };
}
