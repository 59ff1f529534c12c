import type { AlertNotification, AnnouncedAlert } from '../../../contracts/alerts.ts';

/** A message that shows more is refused by some, and read by nobody. */
export const shownAlerts = 20;
const longestReason = 300;

export const clipped = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 3)}...`;

const whose = ({ project }: AlertNotification): string => project ?? 'the deployment';

/** `3 alerts of shop, 1 resolved (critical)`. */
export function titleOf(notification: AlertNotification): string {
  const { alerts, severity, isTest } = notification;
  if (isTest) return 'A test of this channel by Headroom';
  const count = `${alerts.length} alert${alerts.length === 1 ? '' : 's'} of ${whose(notification)}`;
  const resolved = alerts.filter(({ status }) => status === 'resolved').length;
  if (resolved === alerts.length) return `${count} resolved`;
  return `${count}${resolved > 0 ? `, ${resolved} resolved` : ''} (${severity})`;
}

/** `open, high: slow-requests avgResponseTimeMs`. */
export const headOf = ({ status, severity, type, subject, isReminder }: AnnouncedAlert): string =>
  `${isReminder ? 'still ' : ''}${status}, ${severity}: ${type} ${clipped(subject, 120)}`;

export const reasonOf = ({ reason }: AnnouncedAlert): string => clipped(reason, longestReason);

/** What is not shown. Undefined: nothing. */
export function restOf({ alerts, remaining }: AlertNotification): string | undefined {
  const left = Math.max(0, alerts.length - shownAlerts);
  const parts = [
    ...(left > 0 ? [`${left} more`] : []),
    ...(remaining > 0 ? [`${remaining} in the next notification`] : []),
  ];
  return parts.length === 0 ? undefined : `And ${parts.join(', and ')}.`;
}

/** For people who read text. */
export function textOf(notification: AlertNotification): string {
  const { alerts, notificationId } = notification;
  const rest = restOf(notification);
  return [
    titleOf(notification),
    '',
    ...alerts
      .slice(0, shownAlerts)
      .flatMap((alert) => [
        headOf(alert),
        `  ${reasonOf(alert)}`,
        `  alert ${alert.alertId}, since ${alert.openedAt}; what to do: ${alert.runbook}`,
        ...(alert.analysis === undefined ? [] : [`  more: ${alert.analysis}`]),
        '',
      ]),
    ...(rest === undefined ? [] : [rest, '']),
    `notification ${notificationId}`,
  ].join('\n');
}
