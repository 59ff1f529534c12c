import type { AlertNotification, AlertSeverity, AlertStatus, AnnouncedAlert } from '../../../contracts/alerts.ts';
import { clipped, headOf, reasonOf } from './words.ts';

export const pagerDutySeverities: Record<AlertSeverity, string> = {
  low: 'info',
  medium: 'warning',
  high: 'error',
  critical: 'critical',
};

const actions: Record<AlertStatus, string> = { open: 'trigger', acknowledged: 'acknowledge', resolved: 'resolve' };

/** What PagerDuty takes at most of a summary, in characters. */
const longestSummary = 1024;

/**
 * An event of the Events API v2. The alert's id is the key by which PagerDuty knows its incident again: what comes twice changes
 * nothing.
 */
export function pagerDutyEvent(
  { notificationId, project }: AlertNotification,
  alert: AnnouncedAlert,
  routingKey: string,
): object {
  const { alertId, type, subject, severity, status, openedAt, value, threshold, ratio, unit, analysis, runbook } =
    alert;
  return {
    routing_key: routingKey,
    event_action: actions[status],
    dedup_key: alertId,
    client: 'Headroom',
    payload: {
      summary: clipped(`${project ?? 'Headroom'}: ${headOf(alert)}. ${reasonOf(alert)}`, longestSummary),
      source: project ?? 'headroom',
      severity: pagerDutySeverities[severity],
      timestamp: openedAt,
      component: clipped(subject, 255),
      class: type,
      custom_details: { alertId, notificationId, value, threshold, ratio, unit, analysis, runbook },
    },
  };
}
