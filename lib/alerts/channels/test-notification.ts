import type { AlertNotification, AnnouncedAlert } from '../../contracts/alerts.ts';
import type { ChannelKind } from '../../contracts/channels.ts';
import { isoTime } from '../../platform/clock.ts';

/** What is sent when somebody tries a channel. @param id of the notification, and of the alert in it @param now epoch milliseconds */
export function testNotification(kind: ChannelKind, id: string, now: number): AlertNotification {
  const alert: AnnouncedAlert = {
    alertId: id,
    type: 'check-failed',
    subject: 'test',
    severity: 'low',
    status: 'open',
    reason: 'Somebody tries this channel. Nothing is amiss.',
    openedAt: isoTime(now),
    runbook: 'docs/runbook.md#check-failed',
    isReminder: false,
  };
  return {
    notificationId: id,
    sequence: 1,
    createdAt: isoTime(now),
    severity: 'low',
    // An incident that was opened for a test must not stay open.
    alerts: kind === 'pagerduty' ? [alert, { ...alert, status: 'resolved', resolvedAt: isoTime(now) }] : [alert],
    remaining: 0,
    isTest: true,
  };
}
